"""A step of the engine becomes rows, guarded by the instance's version."""

import pytest
from sqlalchemy import event, update

from engine import bpmn, instances
from engine.bpmn.snapshot import SnapshotUnreadable
from engine.casefile.cases import CaseNotFound
from engine.errors import ChangedMeanwhile, InstanceEnded, InstanceNotFound, NobodyWaits
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.model.job import Job, JobState
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import TaskState, UserTask
from tests.endurance.ledger import discrepancies
from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    end,
    flow,
    job,
    message,
    node,
    start,
    terminates,
    timer,
)
from tests.engine.office import task

#: Everything that can wait, side by side, and a way to end it all.
ALL = (
    start(),
    node("parallelGateway", "auf"),
    task("a"),
    boundary("frist", "a", timer("timeDuration", "P1D"), interrupting=False),
    task("b"),
    boundary("ruf", "b", awaits("m")),
    job("j", type="fremd.arbeiten"),
    task("schluss"),
    end("aus", terminates()),
    end("ende"),
    flow("start", "auf"),
    *(flow("auf", each) for each in ("a", "b", "j", "schluss")),
    *(flow(each, "ende") for each in ("a", "frist", "b", "ruf", "j")),
    flow("schluss", "aus"),
)


@pytest.fixture
def number(office):
    office.deploy(*ALL, around=[message("m", "msg_ruf")])
    return office.begin()


def test_everything_that_waits_has_its_row(office, session, number):
    assert office.open() == ["a", "b", "schluss"]
    for table in (Timer, Subscription, Job):
        assert len(office.rows(table, instance_id=number)) == 1
    assert discrepancies(session) == []


def waiting_jobs(office):
    return [job for job in office.rows(Job) if job.available_at is not None]


def test_what_no_longer_waits_is_taken_away(office, session, number):
    office.complete("schluss")
    assert office.open() == []
    assert office.rows(Timer) == office.rows(Subscription) == waiting_jobs(office) == []
    states = {row.element_id: row.state for row in office.rows(UserTask)}
    assert states["schluss"] == TaskState.COMPLETED
    assert states["a"] == states["b"] == TaskState.CANCELLED
    assert discrepancies(session) == []


def test_each_step_counts_the_version_up(office, number):
    assert office.instance(number).version == 1
    office.complete("a")
    office.complete("b")
    assert office.instance(number).version == 3


def test_a_step_that_was_overtaken_is_refused(office, session, number):
    """Another process advances the instance between our reading it and our writing it."""

    def overtake(connection, cursor, statement, *_):
        if statement.startswith("UPDATE instance SET"):
            cursor.execute("UPDATE instance SET version = version + 1")

    event.listen(session.get_bind(), "before_cursor_execute", overtake)
    with pytest.raises(ChangedMeanwhile):
        office.complete("a")
    event.remove(session.get_bind(), "before_cursor_execute", overtake)


def test_advance_refuses_an_instance_that_does_not_exist(office, session):
    with pytest.raises(InstanceNotFound):
        instances.advance(session, 1, bpmn.Cancel(), by=office.by())


def test_advance_refuses_an_instance_that_has_ended(office, session, number):
    office.complete("schluss")
    with pytest.raises(InstanceEnded):
        instances.advance(session, number, bpmn.Cancel(), by=office.by())


def test_advance_refuses_what_no_longer_waits(office, session, number):
    with pytest.raises(NobodyWaits):
        instances.advance(session, number, bpmn.CompleteJob(1, {}), by=office.by())


def test_cancel_ends_an_instance_and_everything_in_it(office, session, number):
    instances.advance(session, number, bpmn.Cancel(), by=office.by())
    assert office.open() == []
    assert office.rows(Timer) == office.rows(Subscription) == waiting_jobs(office) == []
    assert office.instance(number).ended_at == office.now
    assert discrepancies(session) == []


def test_start_names_its_case_to_the_instance(office, number):
    assert f'"fall_id":"{office.case_id}"'.encode() in office.instance(number).snapshot


def test_start_refuses_a_case_that_does_not_exist(office, number):
    office.case_id = 1
    with pytest.raises(CaseNotFound):
        office.begin()


def test_a_step_tells_when_the_next_moment_is(office, session, number):
    by = office.complete("b")
    assert by.moved == [number]
    assert by.wake_at == office.rows(Timer)[0].due_at


def test_the_history_is_written_in_order_with_who_did_it(office, number):
    office.complete("a")
    told = [(row.element_id, row.kind, row.account) for row in office.rows(HistoryRow)]
    assert told.index(("a", "entered", "alice")) < told.index(("a", "completed", "alice"))


def test_a_job_of_a_foreign_worker_waits_for_it(office, session, number):
    (waiting,) = office.rows(Job)
    assert (waiting.type, waiting.element_id) == ("fremd.arbeiten", "j")
    instances.advance(session, number, bpmn.CompleteJob(waiting.id, {}), by=office.by())
    assert waiting_jobs(office) == []
    assert office.rows(Job)[0].state == JobState.COMPLETED
    assert discrepancies(session) == []


def test_a_snapshot_that_cannot_be_read_changes_nothing(office, session, number):
    session.execute(update(Instance).values(snapshot=b'{"format": 99}'))
    with pytest.raises(SnapshotUnreadable), session.begin_nested():
        office.complete("a")
    assert "a" in office.open()
