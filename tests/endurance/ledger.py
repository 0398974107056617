"""Compares every projection with the snapshots they come from; a difference is a sentence."""

from collections import Counter

from sqlalchemy import func, select

from engine import bpmn
from engine.bpmn.outcome import State
from engine.casefile import audit
from engine.model.case import Case
from engine.model.handled_job import HandledJob
from engine.model.history import HistoryRow
from engine.model.incident import OVERDUE, Incident
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.letter import Letter
from engine.model.message import Subscription
from engine.model.outbox import OutboxEntry
from engine.model.timer import Timer
from engine.model.user_task import InboxRow, TaskState, UserTask


def discrepancies(session):
    """Return everything that does not fit together."""
    return [
        *_unlike_the_snapshots(session),
        *_stranded(session),
        *_wrong_inbox(session),
        *_done_twice(session),
        *_outbox(session),
        *_broken_chains(session),
    ]


def _unlike_the_snapshots(session):
    """What waits in a snapshot has its row, and no row is there without a wait."""
    snapshots = list(session.execute(select(Instance.id, Instance.snapshot)))
    waiting = {
        (number, key, kind)
        for number, snapshot in snapshots
        for key, kind in bpmn.waits(snapshot).items()
    }
    rows = set()
    tables = (
        ("user_task", UserTask, UserTask.state == TaskState.OPEN),
        ("timer", Timer, None),
        ("subscription", Subscription, Subscription.instance_id.is_not(None)),
        ("job", Job, Job.available_at.is_not(None)),
        ("incident", Incident, (Incident.resolved_at.is_(None)) & (Incident.kind != OVERDUE)),
    )
    for kind, table, condition in tables:
        query = select(table.instance_id, table.id)
        query = query if condition is None else query.where(condition)
        rows |= {(number, key, kind) for number, key in session.execute(query)}
    yield from (f"waits without a row: {each}" for each in sorted(waiting - rows))
    yield from (f"row without a wait: {each}" for each in sorted(rows - waiting))


def _stranded(session):
    """A running instance waits for something, an ended one for nothing."""
    for row in session.execute(select(Instance.id, Instance.state, Instance.snapshot)):
        waits = bool(bpmn.waits(row.snapshot))
        if waits != (row.state == State.ACTIVE):
            yield f"instance {row.id} is {row.state} and waits: {waits}"


def _wrong_inbox(session):
    rows = session.execute(select(InboxRow.user_task_id, InboxRow.principal))
    shown = {tuple(row) for row in rows}
    expected = set()
    for task in session.scalars(select(UserTask).where(UserTask.state == TaskState.OPEN)):
        people = {f"@{name}" for name in (task.assignee, *task.candidate_users) if name}
        groups = () if task.assignee else task.candidate_groups
        expected |= {(task.id, principal) for principal in (*groups, *people)}
    yield from (f"inbox differs: {each}" for each in sorted(shown ^ expected))


def _done_twice(session):
    """Every completed task was completed once, and so did every job have its effect."""
    completed = (HistoryRow.element_type == "userTask", HistoryRow.kind == "completed")
    told = Counter(session.scalars(select(HistoryRow.element_key).where(*completed)))
    done = select(UserTask.id).where(UserTask.state == TaskState.COMPLETED)
    counted = Counter(session.scalars(done))
    yield from (f"completed {told[key]} times: {key}" for key in told if told[key] != counted[key])
    yield from (f"completed without a trace: {key}" for key in counted.keys() - told.keys())
    entered = select(HistoryRow.element_key, func.count()).where(HistoryRow.kind == "entered")
    for key, times in session.execute(entered.group_by(HistoryRow.element_key)):
        if key is not None and times > 1:
            yield f"entered {times} times: {key}"
    jobs = (
        HistoryRow.element_type.in_(("serviceTask", "sendTask")),
        HistoryRow.kind == "completed",
    )
    finished = set(session.scalars(select(HistoryRow.element_key).where(*jobs)))
    handled = set(session.scalars(select(HandledJob.job_key)))
    yield from (f"job handled but not completed: {key}" for key in handled - finished)


def _outbox(session):
    """Every letter that is not rendered yet waits in the outbox, and nothing else does."""
    entries = session.execute(select(OutboxEntry.payload, OutboxEntry.state, OutboxEntry.kind))
    waiting = {int(row.payload["id"]) for row in entries if row.state != "done"}
    ordered = set(session.scalars(select(Letter.id).where(Letter.rendered_at.is_(None))))
    yield from (f"outbox and letters differ: {each}" for each in sorted(waiting ^ ordered))


def _broken_chains(session):
    for key in session.scalars(select(Case.id)):
        if audit.first_broken(session, key) is not None:
            yield f"audit chain of case {key} is broken"
