"""Incidents wait for a person, keep the case where it stood, and are tried again once mended."""

import pytest

from engine import incidents
from engine.errors import NobodyWaits
from engine.incidents import IncidentNotFound
from tests.engine.bpmn.drawing import chain, script, start
from tests.engine.office import ALICE, DORA, OPERATOR, task


@pytest.fixture
def failed(office):
    """An instance whose script has nothing to reckon with; its open incident."""
    broken = script("rechnen", "= betrag + 1", "summe")
    office.deploy(start(), task("a"), broken, task("z"), chain("start", "a", "rechnen", "z"))
    office.begin(betrag="kein Betrag")
    office.complete("a")
    (incident,) = office.incidents()
    return incident


def test_a_failure_is_written_down_with_element_and_case(office, failed):
    assert (failed.element_id, failed.case_id) == ("rechnen", office.case_id)
    assert failed.message
    assert "kein Betrag" not in failed.message
    assert office.open() == []


def test_open_incidents_shows_those_of_the_own_mandant(session, failed):
    assert incidents.open_incidents(session, OPERATOR) == [failed]
    assert incidents.open_incidents(session, ALICE) == [failed]
    assert incidents.open_incidents(session, DORA) == []


def test_get_refuses_an_incident_of_another_mandant_as_if_it_were_missing(session, failed):
    assert incidents.get(session, failed.id, user=OPERATOR) is failed
    with pytest.raises(IncidentNotFound):
        incidents.get(session, failed.id, user=DORA)
    with pytest.raises(IncidentNotFound):
        incidents.get(session, 1, user=OPERATOR)


def test_retry_with_a_correction_goes_on(office, session, failed):
    corrected = {"corrections": {"betrag": 4}}
    incidents.retry(session, failed.id, user=OPERATOR, now=office.now, **corrected)
    assert office.open() == ["z"]
    assert office.incidents() == []
    session.refresh(failed)
    assert (failed.resolved_by, failed.resolved_at) == ("admin", office.now)


def test_retry_without_a_correction_fails_again(office, session, failed):
    incidents.retry(session, failed.id, user=OPERATOR, now=office.now)
    (again,) = office.incidents()
    assert again.element_id == "rechnen"
    assert again.id != failed.id


def test_retry_does_nothing_twice(office, session, failed):
    corrected = {"corrections": {"betrag": 4}}
    incidents.retry(session, failed.id, user=OPERATOR, now=office.now, **corrected)
    with pytest.raises(IncidentNotFound):
        incidents.retry(session, failed.id, user=OPERATOR, now=office.now)
    assert office.open() == ["z"]


def test_retry_of_an_incident_that_its_instance_has_left_behind_is_refused(office, session, failed):
    number = failed.id
    incidents.retry(session, number, user=OPERATOR, now=office.now, corrections={"betrag": 4})
    failed.resolved_at = None  # as somebody still sees it who opened the page before
    session.flush()
    with pytest.raises(NobodyWaits):
        incidents.retry(session, number, user=OPERATOR, now=office.now)


@pytest.mark.parametrize("group", ("goe_ifx", "bo_ksa"))
def test_a_computed_group_that_nobody_of_the_office_is_in_waits_for_correction(office, group):
    office.deploy(start(), task("a", groups="= gruppe"), chain("start", "a"))
    office.begin(gruppe=group)
    (incident,) = office.incidents()
    assert incident.element_id == "a"
    assert group not in incident.message
    assert office.open() == []
    corrected = {"corrections": {"gruppe": ["goe_ifk"]}}
    incidents.retry(office.session, incident.id, user=OPERATOR, now=office.now, **corrected)
    assert office.open() == ["a"]
