"""Signals: everybody of the Mandant who waits for one hears it, at the same moment."""

import pytest

from engine import bpmn, instances
from engine.bpmn.outcome import State
from engine.casefile import cases, family
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


def test_nothing_of_a_case_travels_that_is_not_mapped(office, listener):
    bare = d.throw("ruft", d.signals("s1"))
    office.deploy(d.start(), bare, d.chain("start", "ruft"), process="stumm", around=(ALARM,))
    heard = office.begin("hoerer")
    office.begin("stumm", geheim="y", notiz={"geschuetzt": "4711"})
    assert office.open() == ["ut_gehoert"]
    seen = bpmn.variables(office.instance(heard).snapshot, office.task("ut_gehoert").id)
    assert seen == {"fall_id": str(office.case_id)}


def test_who_hears_a_signal_of_another_case_stays_in_its_own(office, session, listener):
    heard = office.begin("hoerer")
    signal(office, fall_id="4711", grund="x")
    seen = bpmn.variables(office.instance(heard).snapshot, office.task("ut_gehoert").id)
    assert seen == {"fall_id": str(office.case_id), "grund": "x"}


@pytest.fixture
def begun_by_signal(office):
    begun = d.start("start_laut", d.signals("s1"))
    office.deploy(
        begun, task("ut_neu"), d.chain("start_laut", "ut_neu"), process="neu", around=(ALARM,)
    )


def test_a_signal_begins_nothing_in_a_case_that_is_closed(
    office, session, listener, begun_by_signal
):
    waits, throws = (
        d.catch("frist", d.timer("timeDuration", "P1D")),
        d.throw("ruft", d.signals("s1")),
    )
    way = d.chain("start", "frist", "ruft")
    office.deploy(d.start(), waits, throws, way, process="spaet", around=(ALARM,))
    begun = [office.begin("spaet"), office.begin("hoerer")]
    family.save_case(session, office.case_id, {"status": "beendet"})
    office.travel(days=1)
    office.fire()
    assert [row.id for row in office.rows(Instance)] == begun
    assert [row.state for row in office.rows(Instance)] == [State.COMPLETED, State.ACTIVE]


def test_a_signal_reaches_more_listeners_than_a_chain_may_be_long(office, listener):
    for _ in range(250):
        office.begin("hoerer")
    assert signal(office) == 250
    assert office.open() == ["ut_gehoert"] * 250
