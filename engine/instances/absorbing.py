"""Turns an Outcome into rows: the only place where the engine's state meets the tables.

Everything is written in SQLAlchemy Core with one statement per table, because this is the path
of every completed task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine import bindings, bpmn
from engine.bpmn.outcome import HistoryKind, Outcome, State, WaitingSubscription, WaitingUserTask
from engine.casefile import access
from engine.errors import ChangedMeanwhile
from engine.ids import ids
from engine.instances import decision_rows, job_rows, table_rows
from engine.instances.steps import Standing
from engine.model.base import Base, table_of
from engine.model.history import HistoryRow
from engine.model.incident import OVERDUE, Incident
from engine.model.inserting import insert_rows
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import InboxRow, TaskState, UserTask
from engine.organisation import unattached


@dataclass(frozen=True)
class Absorbed:
    """Which waits a step opened and closed, as far as somebody else has to act on them."""

    opened: frozenset[int]
    messages: list[WaitingSubscription]  # opened ones
    closed_calls: list[int]


def absorb(
    session: Session, standing: Standing, outcome: Outcome, *, account: str | None, now: datetime
) -> Absorbed:
    """Write what a step left behind and return what it opened and closed.

    Raises `ChangedMeanwhile` if another step of the same instance was faster.
    """
    before = dict(bpmn.waits(standing.snapshot)) if standing.snapshot else {}
    after = dict(bpmn.waits(outcome.snapshot))
    _write_instance(session, standing, outcome, now=now)
    closed = _by_kind(before, before.keys() - after.keys())
    _take_back(session, closed.pop("user_task", []), outcome, now=now)
    opened = frozenset(after.keys() - before.keys())
    job_rows.close(session, closed.pop("job", []), outcome, now=now)
    failed = closed.get("incident")
    again = job_rows.reopen(session, failed, opened, now=now) if failed else frozenset()
    _close(session, closed, account=account, now=now)
    _open_tasks(session, standing, [t for t in outcome.user_tasks if t.key in opened], now)
    _open_waits(session, standing, outcome, opened - again, now)
    _record(session, standing, outcome, account=account)
    messages = [w for w in outcome.subscriptions if w.kind == "message" and w.key in opened]
    return Absorbed(opened, messages, closed.get("call", []))


def _by_kind(waits: dict[int, str], keys: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key in sorted(keys):
        found.setdefault(waits[key], []).append(key)
    return found


# These run with every step, so they are built once; without the ORM, which has nothing to do here.
_MOVED = (
    update(table_of(Instance))
    .where(Instance.id == bindparam("its_id"), Instance.version == bindparam("its_version"))
    .values({n: bindparam(n) for n in ("state", "version", "snapshot", "ended_at", "ended_in")})
)


def _write_instance(
    session: Session, standing: Standing, outcome: Outcome, *, now: datetime
) -> None:
    ended = outcome.state != State.ACTIVE
    values: dict[str, Any] = {
        "state": outcome.state,
        "version": standing.version + 1,
        "snapshot": outcome.snapshot,
        "ended_at": now if ended else None,
        "ended_in": list(outcome.ended_at) if ended else None,
    }
    if standing.snapshot is None:
        fixed = {
            "id": standing.instance_id,
            "definition_id": standing.definition.id,
            "case_id": standing.case_id,
            "mandant_id": standing.mandant_id,
            "started_at": now,
            "parent_id": standing.caller.instance_id if standing.caller else None,
            "parent_key": standing.caller.key if standing.caller else None,
        }
        insert_rows(session, Instance, [fixed | values])
        return
    place = {"its_id": standing.instance_id, "its_version": standing.version}
    result = session.execute(_MOVED, place | values)
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise ChangedMeanwhile


_SHOWN = delete(table_of(InboxRow)).where(
    InboxRow.user_task_id.in_(bindparam("tasks", expanding=True))
)


def _take_back(session: Session, tasks: Sequence[int], outcome: Outcome, *, now: datetime) -> None:
    """Show closed tasks to nobody any more, and cancel those that no person has completed."""
    if not tasks:
        return
    completed = {entry.key for entry in outcome.history if entry.kind == HistoryKind.COMPLETED}
    if dropped := [key for key in tasks if key not in completed]:
        gone = {"state": TaskState.CANCELLED, "completed_at": now}
        session.execute(update(UserTask).where(UserTask.id.in_(dropped)).values(**gone))
    session.execute(_SHOWN, {"tasks": tasks})


def _close(
    session: Session, closed: dict[str, list[int]], *, account: str | None, now: datetime
) -> None:
    if timers := closed.get("timer"):
        _close_timers(session, timers, account=account, now=now)
    if keys := closed.get("subscription"):
        session.execute(delete(Subscription).where(Subscription.id.in_(keys)))
    if incidents := closed.get("incident"):
        resolved = {"resolved_at": now, "resolved_by": account}
        session.execute(update(Incident).where(Incident.id.in_(incidents)).values(**resolved))


def _close_timers(
    session: Session, keys: Sequence[int], *, account: str | None, now: datetime
) -> None:
    """Drop timers; one that had failed before is settled, and so is its incident."""
    columns = (Timer.instance_id, Timer.element_id, Timer.attempts)
    gone = delete(Timer).where(Timer.id.in_(keys)).returning(*columns)
    rows = session.execute(gone.execution_options(synchronize_session=False)).all()
    for row in rows:
        if row.attempts:
            settle_overdue(session, row.instance_id, row.element_id, account=account, now=now)


def settle_overdue(
    session: Session, instance_id: int, element_id: str, *, account: str | None, now: datetime
) -> None:
    """Resolve the incident of a timer that was due and could not be fired."""
    its = (Incident.instance_id == instance_id, Incident.element_id == element_id)
    is_open = (Incident.kind == OVERDUE, Incident.resolved_at.is_(None))
    resolved = {"resolved_at": now, "resolved_by": account}
    session.execute(update(Incident).where(*its, *is_open).values(**resolved))


def _open_tasks(
    session: Session, standing: Standing, tasks: Sequence[WaitingUserTask], now: datetime
) -> None:
    definition = standing.definition
    keys = [bindings.form_key(session, definition, task.form) for task in tasks]
    rows = [table_rows.task_row(standing, *pair, now) for pair in zip(tasks, keys, strict=True)]
    insert_rows(session, UserTask, rows)
    if standing.mandant_id == unattached.MANDANT_ID:
        return  # its groups and people are named by a diagram that any operator may deploy
    insert_rows(session, InboxRow, [row for task in tasks for row in table_rows.inbox_rows(task)])
    if groups := {group for task in tasks for group in task.candidate_groups}:
        access.involve(session, standing.case_id, groups)


def _open_waits(
    session: Session, standing: Standing, outcome: Outcome, opened: Set[int], now: datetime
) -> None:
    """Insert timers, subscriptions, jobs and incidents that were not there before."""
    makers: tuple[tuple[type[Base], Sequence[Any], Callable[[Any], dict[str, Any]]], ...] = (
        (Timer, outcome.timers, table_rows.timer_row),
        (Subscription, outcome.subscriptions, partial(table_rows.subscription_row, standing, now)),
        (Job, outcome.jobs, partial(table_rows.job_row, now)),
        (Incident, outcome.incidents, partial(table_rows.incident_row, standing, now)),
    )
    for table, waits, make in makers:
        base = {"instance_id": standing.instance_id}
        rows = [{**base, "id": w.key, **make(w)} for w in waits if w.key in opened]
        insert_rows(session, table, rows)


def _record(session: Session, standing: Standing, outcome: Outcome, *, account: str | None) -> None:
    rows = [
        {
            "id": ids.take(),
            "instance_id": standing.instance_id,
            "case_id": standing.case_id,
            "element_key": entry.key,
            "element_id": entry.element_id,
            "element_type": entry.element_type,
            "name": entry.name,
            "kind": entry.kind,
            "at": entry.at,
            "scope_key": entry.scope_key,
            "role": entry.role,
            "account": account,
            "detail": dict(entry.detail),
        }
        for entry in outcome.history
    ]
    insert_rows(session, HistoryRow, rows)
    decision_rows.record(session, standing, rows)
