"""Turns an Outcome into rows: the only place where the engine's state meets the tables.

Everything is written in SQLAlchemy Core with one statement per table, because this is the path
of every completed task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn.outcome import (
    Outcome,
    RaisedIncident,
    State,
    WaitingJob,
    WaitingSubscription,
    WaitingTimer,
    WaitingUserTask,
)
from engine.casefile import access
from engine.errors import ChangedMeanwhile
from engine.ids import ids
from engine.instances.steps import Standing
from engine.model.base import Base
from engine.model.history import HistoryRow
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import NO_DUE, InboxRow, TaskState, UserTask


def absorb(
    session: Session, standing: Standing, outcome: Outcome, *, account: str | None, now: datetime
) -> list[WaitingSubscription]:
    """Write what a step left behind and return the message waits that it opened.

    Raises `ChangedMeanwhile` if another step of the same instance was faster.
    """
    before = dict(bpmn.waits(standing.snapshot)) if standing.snapshot else {}
    after = dict(bpmn.waits(outcome.snapshot))
    _write_instance(session, standing, outcome, now=now)
    _close(session, _by_kind(before, before.keys() - after.keys()), account=account, now=now)
    opened = after.keys() - before.keys()
    _open_tasks(session, standing, [t for t in outcome.user_tasks if t.key in opened], now)
    _open_waits(session, standing, outcome, opened, now)
    _record(session, standing, outcome, account=account)
    return [subscription for subscription in outcome.subscriptions if subscription.key in opened]


def _by_kind(waits: dict[int, str], keys: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key in sorted(keys):
        found.setdefault(waits[key], []).append(key)
    return found


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
        }
        session.execute(insert(Instance).values(**fixed, **values))
        return
    where = (Instance.id == standing.instance_id, Instance.version == standing.version)
    result = session.execute(update(Instance).where(*where).values(**values))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise ChangedMeanwhile


def _close(
    session: Session, closed: dict[str, list[int]], *, account: str | None, now: datetime
) -> None:
    if tasks := closed.get("user_task"):
        is_open = (UserTask.id.in_(tasks), UserTask.state == TaskState.OPEN)
        gone = {"state": TaskState.CANCELLED, "completed_at": now}
        session.execute(update(UserTask).where(*is_open).values(**gone))
        session.execute(delete(InboxRow).where(InboxRow.user_task_id.in_(tasks)))
    rows: tuple[tuple[str, type[Timer | Subscription | Job]], ...] = (
        ("timer", Timer),
        ("subscription", Subscription),
        ("job", Job),
    )
    for kind, table in rows:
        if keys := closed.get(kind):
            session.execute(delete(table).where(table.id.in_(keys)))
    if incidents := closed.get("incident"):
        resolved = {"resolved_at": now, "resolved_by": account}
        session.execute(update(Incident).where(Incident.id.in_(incidents)).values(**resolved))


def _open_tasks(
    session: Session, standing: Standing, tasks: Sequence[WaitingUserTask], now: datetime
) -> None:
    _insert(session, UserTask, [_task_row(standing, task, now) for task in tasks])
    _insert(session, InboxRow, [row for task in tasks for row in _inbox_rows(task)])
    if groups := {group for task in tasks for group in task.candidate_groups}:
        access.involve(session, standing.case_id, groups)


def _open_waits(
    session: Session, standing: Standing, outcome: Outcome, opened: Set[int], now: datetime
) -> None:
    """Insert timers, subscriptions, jobs and incidents that were not there before."""
    makers: tuple[tuple[type[Base], Sequence[Any], Callable[[Any], dict[str, Any]]], ...] = (
        (Timer, outcome.timers, _timer_row),
        (Subscription, outcome.subscriptions, partial(_subscription_row, standing, now)),
        (Job, outcome.jobs, partial(_job_row, now)),
        (Incident, outcome.incidents, partial(_incident_row, standing, now)),
    )
    for table, waits, make in makers:
        base = {"instance_id": standing.instance_id}
        rows = [{**base, "id": w.key, **make(w)} for w in waits if w.key in opened]
        _insert(session, table, rows)


def _timer_row(timer: WaitingTimer) -> dict[str, Any]:
    return {
        "element_id": timer.element_id,
        "due_at": timer.due_at,
        "wake_at": timer.due_at,
        "attempts": 0,
    }


def _subscription_row(
    standing: Standing, now: datetime, subscription: WaitingSubscription
) -> dict[str, Any]:
    return {
        "element_id": subscription.element_id,
        "message": subscription.message,
        "correlation": subscription.correlation,
        "definition_id": standing.definition.id,
        "process_id": standing.definition.process_id,
        "created_at": now,
    }


def _job_row(now: datetime, job: WaitingJob) -> dict[str, Any]:
    return {
        "element_id": job.element_id,
        "type": job.type,
        "retries": job.retries,
        "headers": dict(job.headers),
        "variables": dict(job.variables),
        "created_at": now,
    }


def _incident_row(standing: Standing, now: datetime, incident: RaisedIncident) -> dict[str, Any]:
    return {
        "case_id": standing.case_id,
        "mandant_id": standing.mandant_id,
        "element_id": incident.element_id,
        "kind": incident.kind,
        "message": incident.message,
        "position": incident.position,
        "created_at": now,
    }


def _task_row(standing: Standing, task: WaitingUserTask, now: datetime) -> dict[str, Any]:
    return {
        "id": task.key,
        "instance_id": standing.instance_id,
        "case_id": standing.case_id,
        "definition_id": standing.definition.id,
        "mandant_id": standing.mandant_id,
        "element_id": task.element_id,
        "name": task.name,
        "form_id": task.form_id,
        "state": TaskState.OPEN,
        "assignee": task.assignee,
        "candidate_groups": list(task.candidate_groups),
        "candidate_users": list(task.candidate_users),
        "due_at": task.due_at,
        "follow_up_at": task.follow_up_at,
        "priority": task.priority,
        "local": dict(task.local),
        "created_at": now,
    }


def _inbox_rows(task: WaitingUserTask) -> list[dict[str, Any]]:
    due_ms = int(task.due_at.timestamp() * 1000) if task.due_at else NO_DUE
    people = {*task.candidate_users, *([task.assignee] if task.assignee else [])}
    principals = {*task.candidate_groups, *(f"@{name}" for name in people)}
    return [
        {"principal": principal, "due_ms": due_ms, "user_task_id": task.key}
        for principal in sorted(principals)
    ]


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
            "account": account,
            "detail": dict(entry.detail),
        }
        for entry in outcome.history
    ]
    _insert(session, HistoryRow, rows)


def _insert(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)
