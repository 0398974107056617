"""Timer start events: one instance for each office and moment, also after downtime."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import timers
from engine.errors import DefinitionInvalid
from engine.model.case import Case
from engine.model.instance import Instance
from engine.model.timer import Timer
from tests.engine.bpmn import drawing as d
from tests.engine.office import task


def process(office, kind, text, element="ut_a", mandant="goe"):
    """Deploy a process that begins by itself."""
    offices = d.zeebe("properties", d.zeebe("property", name="mandant", value=mandant))
    begun = d.start("start", offices, d.timer(kind, text))
    return office.deploy(begun, task(element), d.chain("start", element))


def due(office):
    return [row.due_at for row in office.rows(Timer)]


def test_a_cycle_starts_one_instance_for_each_moment_also_after_downtime(office):
    process(office, "timeCycle", "R/PT1H")
    assert due(office) == [office.now + timedelta(hours=1)]
    office.travel(hours=3, minutes=30)
    while office.fire():
        pass
    assert len(office.rows(Instance)) == 3
    assert office.open() == ["ut_a"] * 3
    assert len({row.case_id for row in office.rows(Instance)}) == 3
    assert timers.next_wake(office.session) == office.now + timedelta(minutes=30)


def test_a_cycle_with_an_end_stops(office):
    process(office, "timeCycle", "R2/PT1H")
    office.travel(days=1)
    while office.fire():
        pass
    assert len(office.rows(Instance)) == 2
    assert due(office) == []


def test_moments_before_the_deployment_are_past(office):
    begun = office.now - timedelta(days=60)
    process(office, "timeCycle", f"R/{begun:%Y-%m-%dT%H:%M:%S}Z/P25D")
    assert due(office) == [begun + timedelta(days=75)]
    process(office, "timeDate", "2001-01-01", element="ut_b")
    assert due(office) == []


def test_each_named_office_gets_its_own(office):
    process(office, "timeDuration", "PT1H", mandant="goe, bo, gibt_es_nicht")
    office.travel(hours=1)
    while office.fire():
        pass
    assert sorted(row.mandant_id for row in office.rows(Instance)) == ["bo", "goe"]
    mandanten = {row.id: row.mandant_id for row in office.rows(Case)}
    assert all(mandanten[row.case_id] == row.mandant_id for row in office.rows(Instance))


def test_an_expression_reads_the_parameters_of_the_office(office):
    process(office, "timeDate", '= now() + duration("P" + string(parameter.bg_je_vzae) + "D")')
    assert due(office) == [office.now + timedelta(days=20)]


def test_a_new_version_goes_on_waiting_for_the_same_moment(office):
    process(office, "timeCycle", "R/P1D")
    first = due(office)
    office.travel(hours=30)  # nobody fires what is due
    process(office, "timeCycle", "R/P1D", element="ut_neu")
    assert due(office) == first
    office.fire()
    assert office.open() == ["ut_neu"]


def test_a_new_version_with_another_moment_waits_for_that(office):
    process(office, "timeCycle", "R/P1D")
    process(office, "timeCycle", "R/P2D")
    assert due(office) == [office.now + timedelta(days=2)]
    office.deploy(d.start(), task("ut_a"), d.chain("start", "ut_a"))
    assert due(office) == []


def test_a_start_for_nobody_is_refused(office):
    with pytest.raises(DefinitionInvalid) as refused:
        process(office, "timeCycle", "R/P1D", mandant="")
    assert "mandant" in refused.value.findings[0].message


def test_the_moment_is_the_one_of_the_clock(office):
    moment = datetime(2031, 5, 1, 6, tzinfo=UTC)
    process(office, "timeDate", "2031-05-01T08:00:00")
    assert due(office) == [moment]


def several(office, *cycles, element="ut_a"):
    """Deploy a process that begins whenever one of several cycles comes round."""
    offices = d.zeebe("properties", d.zeebe("property", name="mandant", value="goe"))
    begun = d.start("start", offices, *(d.timer("timeCycle", text) for text in cycles))
    return office.deploy(begun, task(element), d.chain("start", element))


def test_a_start_with_several_cycles_keeps_each_of_them_and_no_other(office):
    several(office, "R/P1D", "R/P3D")
    first = [office.now + timedelta(days=each) for each in (1, 3)]
    assert due(office) == first
    office.travel(hours=1)
    several(office, "R/P1D", "R/P3D", element="ut_neu")
    assert due(office) == first
    several(office, "R/P1D", "R/P2D", element="ut_neu")
    assert due(office) == [office.now + timedelta(days=each) for each in (1, 2)]
    office.travel(days=1)
    office.fire()
    assert office.open() == ["ut_neu"]
