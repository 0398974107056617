"""What operators see of running instances, and what they may end."""

import pytest

from engine import bpmn, running
from engine.bpmn.outcome import State
from engine.errors import InstanceEnded, InstanceNotFound, Invalid
from engine.model.history import HistoryRow
from tests.engine.bpmn.drawing import call, chain, end, script, start
from tests.engine.office import OPERATOR, person, task

GOE = person("goe", operator=True)
BO = person("bo", mandant="bo", operator=True)
WORK = (start(), task("a"), task("b"), end(), chain("start", "a", "b", "end"))


def test_versions_are_counted_with_their_incidents_for_those_who_may_see_them(office, session):
    office.deploy(*WORK)
    office.begin()
    office.deploy(start(), script("s", "= fehlt", "x"), task("a"), chain("start", "s", "a"))
    office.begin()
    office.begin()
    seen = [(each.version, each.running, each.incidents) for each in running.versions(session, GOE)]
    assert seen == [(2, 2, 2), (1, 1, 0)]
    assert len(running.versions(session, OPERATOR)) == 2
    assert running.versions(session, BO) == []


def test_pages_follow_one_another_without_a_gap(office, session):
    office.deploy(*WORK)
    numbers = [office.begin() for _ in range(5)]
    definition_id = office.instance(numbers[0]).definition_id
    found, after = [], 0
    while after is not None:
        page = running.page(session, definition_id, GOE, after=after, most=2)
        found += [line.instance_id for line in page.lines]
        after = page.following
    assert found == numbers
    assert running.page(session, definition_id, BO, after=0, most=2).lines == ()


def test_an_instance_is_ended_with_a_reason_and_gone_for_operators(office, session):
    office.deploy(*WORK)
    number = office.begin()
    running.end(session, number, "Doppelt begonnen", by=office.by("admin"))
    assert office.instance(number).state == State.CANCELLED
    assert office.open() == []
    assert {"grund": "Doppelt begonnen"} in [row.detail for row in office.rows(HistoryRow)]
    with pytest.raises(InstanceNotFound):
        running.get(session, number, user=GOE)
    with pytest.raises(InstanceEnded):
        running.end(session, number, "Noch einmal", by=office.by("admin"))


@pytest.mark.parametrize("reason", ["", "x" * (running.LONGEST_REASON + 1)])
def test_nothing_is_ended_or_moved_without_a_fitting_reason(office, session, reason):
    office.deploy(*WORK)
    number = office.begin()
    key = office.task("a").id
    with pytest.raises(running.ReasonInvalid):
        running.end(session, number, reason, by=office.by("admin"))
    with pytest.raises(running.ReasonInvalid):
        running.modify(session, number, bpmn.Modify(cancel=(key,), reason=reason), by=office.by())
    assert office.open() == ["a"]


def test_tokens_move_as_a_whole_or_not_at_all(office, session):
    office.deploy(*WORK)
    number = office.begin()
    key = office.task("a").id
    wrong = bpmn.Modify((key,), (bpmn.Activation("b"), bpmn.Activation("weg")), "Irrtum")
    with pytest.raises(Invalid):
        running.modify(session, number, wrong, by=office.by("admin"))
    assert office.open() == ["a"]
    right = bpmn.Modify((key,), (bpmn.Activation("b"),), "Irrtum")
    running.modify(session, number, right, by=office.by("admin"))
    assert office.open() == ["b"]


def test_an_instance_that_another_one_waits_for_is_not_ended_by_itself(office, session):
    office.deploy(*WORK, process="kind")
    office.deploy(start(), call("ruf", "kind"), chain("start", "ruf"), process="eltern")
    parent = office.begin("eltern")
    child = office.task("a").instance_id
    with pytest.raises(running.CallerWaits):
        running.end(session, child, "Irrtum", by=office.by("admin"))
    running.end(session, parent, "Irrtum", by=office.by("admin"))
    assert office.instance(child).state == State.CANCELLED


def test_an_operator_of_another_mandant_gets_no_instance(office, session):
    office.deploy(*WORK)
    number = office.begin()
    assert running.get(session, number, user=GOE).id == number
    with pytest.raises(InstanceNotFound):
        running.get(session, number, user=BO)
