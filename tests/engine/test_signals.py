"""Signals: everybody of the Mandant who waits for one hears it, at the same moment."""

import pytest

from engine import instances
from engine.casefile import cases
from engine.instances import Signal
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.engine.office import task

ALARM = d.signal("s1", "alarm")


@pytest.fixture
def listener(office):
    waits = d.catch("hoert", d.signals("s1"))
    office.deploy(
        *(d.start(), waits, task("ut_gehoert"), d.chain("start", "hoert", "ut_gehoert")),
        process="hoerer",
        around=(ALARM,),
    )


@pytest.fixture
def thrower(office):
    throws = d.throw("ruft", d.mapping({"grund": "= notiz"}), d.signals("s1"))
    office.deploy(
        *(d.start(), task("ut_a"), throws, task("ut_b")),
        d.chain("start", "ut_a", "ruft", "ut_b"),
        process="rufer",
        around=(ALARM,),
    )


def signal(office, name="alarm", mandant="goe", **variables):
    sent = Signal(name=name, variables=variables, case_id=None, mandant_id=mandant)
    return instances.broadcast(office.session, sent, by=office.by())


def test_a_thrown_signal_reaches_everybody_who_waits(office, listener, thrower):
    for _ in range(2):
        office.begin("hoerer")
    office.begin("rufer", notiz="x")
    office.complete("ut_a")
    assert office.open() == ["ut_b", "ut_gehoert", "ut_gehoert"]


def test_a_signal_brings_only_what_is_mapped(office, listener, thrower):
    heard = office.begin("hoerer")
    office.begin("rufer", notiz="x", geheim="y")
    office.complete("ut_a")
    assert b'"grund":"x"' in office.instance(heard).snapshot
    assert b"geheim" not in office.instance(heard).snapshot


def test_nobody_keeps_a_signal(office, listener):
    assert signal(office) == 0
    office.begin("hoerer")
    assert office.open() == []
    assert signal(office, "anderes") == 0
    assert signal(office) == 1
    assert office.open() == ["ut_gehoert"]


def test_a_signal_stays_with_its_mandant(office, listener):
    office.begin("hoerer")
    assert signal(office, mandant="bo") == 0
    assert office.open() == []


def test_a_signal_starts_an_instance(office):
    begun = d.start("start", d.signals("s1"))
    office.deploy(begun, task("ut_a"), d.chain("start", "ut_a"), around=(ALARM,))
    assert signal(office, fall_id=str(office.case_id)) == 1
    assert office.open() == ["ut_a"]
    (row,) = office.rows(Instance)
    assert (row.case_id, row.mandant_id) == (office.case_id, "goe")


def test_a_signal_that_names_a_foreign_case_starts_nothing(office, session):
    begun = d.start("start", d.signals("s1"))
    office.deploy(begun, task("ut_a"), d.chain("start", "ut_a"), around=(ALARM,))
    with pytest.raises(cases.CaseNotFound), session.begin_nested():
        signal(office, mandant="bo", fall_id=str(office.case_id))
    assert office.rows(Instance) == []
