"""What becomes of the rows of jobs when a step leaves them: they stay, and say how they ended."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from engine.bpmn.outcome import HistoryKind, Outcome
from engine.model.incident import Incident
from engine.model.job import Job, JobState

#: Kinds of incidents with which a job itself failed, so that it may come back.
OF_JOBS = frozenset({"job", "error"})


def close(session: Session, keys: Sequence[int], outcome: Outcome, *, now: datetime) -> None:
    """Take jobs out of the hands of workers: one statement for each state that they end in."""
    if not keys:
        return
    stuck = {each.element_key: each.kind for each in outcome.incidents}
    completed = {each.key for each in outcome.history if each.kind == HistoryKind.COMPLETED}
    # What only failed behind the job's own work, e.g. in its outputs, was worked off.
    completed |= {key for key, kind in stuck.items() if kind not in OF_JOBS}
    ends: dict[JobState, list[int]] = {}
    for key in keys:
        failed = JobState.FAILED if key in stuck else JobState.CANCELED
        ends.setdefault(JobState.COMPLETED if key in completed else failed, []).append(key)
    for state, ended in ends.items():
        over = None if state == JobState.FAILED else now
        _end(session, Job.id.in_(ended), state=state, ended_at=over, changed_at=now)


def reopen(
    session: Session, incidents: Sequence[int], opened: Set[int], *, now: datetime
) -> frozenset[int]:
    """Settle the jobs of incidents that were closed; return those that wait for a worker again."""
    stuck = select(Incident.element_key).where(Incident.id.in_(incidents))
    failed = select(Job.id).where(Job.id.in_(stuck), Job.ended_at.is_(None))
    keys = frozenset(session.scalars(failed))
    if again := keys & opened:
        retries = case((Job.retries > 0, Job.retries), else_=1)
        fresh: dict[str, Any] = {"available_at": now, "changed_at": now, "retries": retries}
        waits = update(Job).where(Job.id.in_(again)).values(state=JobState.CREATED, **fresh)
        session.execute(waits.execution_options(synchronize_session="fetch"))
    if gone := keys - opened:
        _end(session, Job.id.in_(gone), state=JobState.CANCELED, ended_at=now, changed_at=now)
    return again


def _end(session: Session, which: Any, **values: Any) -> None:
    ended = update(Job).where(which).values(available_at=None, account=None, lease=None, **values)
    session.execute(ended)
