"""Jobs for outside workers: taken for a time, then completed, failed, or ended by an error.

What Lotse's own handlers serve runs inside the step and is never offered to anybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, true, update
from sqlalchemy.orm import Session

from engine import bpmn, feel, instances
from engine.casefile import protection
from engine.casefile.cases import ENDED
from engine.errors import Conflict, InstanceEnded, Invalid, NobodyWaits, NotFound
from engine.handlers import HANDLERS
from engine.ids import ids
from engine.instances import Advance
from engine.model.case import Case
from engine.model.instance import Instance
from engine.model.job import Job, JobState

LONGEST_LOCK = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=30)
MOST_JOBS = 1_000
MOST_RETRIES = 100
HIGHEST_PRIORITY = 1_000_000
LONGEST_MESSAGE = 1_000


class JobNotFound(NotFound):
    """Diesen Auftrag gibt es nicht, oder er ist schon erledigt."""


class JobNotYours(Conflict):
    """Dieser Auftrag ist nicht oder nicht mehr bei Ihnen, etwa weil die Zeit abgelaufen ist."""


@dataclass(frozen=True)
class Worker:
    """Who asks for jobs: an account, under a name that it chose, and what it may see.

    `sees` is a condition on `Instance` and `Job`. `lease` is what the worker got with the job, if
    it wanted a lease: whoever took the job again since then has another one.
    """

    account: str
    name: str = ""
    sees: ColumnElement[bool] = field(default_factory=true)
    lease: str | None = None


@dataclass(frozen=True)
class Wanted:
    """Which jobs a worker asks for, at most how many, and for how long it wants them."""

    type: str
    limit: int
    lock: timedelta
    with_lease: bool = False

    def __post_init__(self) -> None:
        """Refuse a lock or a limit out of bounds."""
        if not timedelta() < self.lock <= LONGEST_LOCK or not 0 < self.limit <= MOST_JOBS:
            raise Invalid("Höchstens 1.000 Aufträge auf einmal, jeder für höchstens einen Tag.")


@dataclass(frozen=True)
class Changes:
    """What is to be another about a job that waits; None leaves it as it is."""

    retries: int | None = None
    lock: timedelta | None = None  #: counted from now; only for who holds it
    priority: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers out of bounds."""
        if self.retries is not None and not 0 < self.retries <= MOST_RETRIES:
            raise Invalid("Ein Auftrag hat mindestens einen Versuch und höchstens 100.")
        if self.lock is not None and not timedelta() < self.lock <= LONGEST_LOCK:
            raise Invalid("Ein Auftrag wird für höchstens einen Tag vergeben.")
        if abs(self.priority or 0) > HIGHEST_PRIORITY:
            raise Invalid("Ein Vorrang liegt zwischen -1.000.000 und 1.000.000.")


def is_any_free(session: Session, type: str, *, worker: Worker, now: datetime) -> bool:
    """Whether a worker would get a job of a type; asked without taking one."""
    return bool(session.scalar(select(exists(_free(type, worker, now)))))


def activate(session: Session, wanted: Wanted, *, worker: Worker, now: datetime) -> list[Job]:
    """Give a worker free jobs of a type, for itself alone until the lock is over.

    The most urgent go first, then the oldest. A job whose time is over is free again. What belongs
    to an ended case is given to nobody (§ 84 SGB X).
    """
    chosen = _free(wanted.type, worker, now).order_by(*_ORDER).limit(wanted.limit)
    keys = session.scalars(chosen.with_for_update(skip_locked=True, of=Job)).all()
    taken = {
        "state": JobState.CREATED,
        "worker": worker.name,
        "account": worker.account,
        "lease": str(ids.take()) if wanted.with_lease else None,
        "available_at": now + wanted.lock,
        "changed_at": now,
    }
    session.execute(update(Job).where(Job.id.in_(keys)).values(**taken))
    return list(session.scalars(select(Job).where(Job.id.in_(keys)).order_by(*_ORDER)))


_ORDER = (Job.rank, Job.id)


def _free(type: str, worker: Worker, now: datetime) -> Select[int]:
    query = select(Job.id).join(Instance, Instance.id == Job.instance_id)
    query = query.join(Case, Case.id == Instance.case_id).where(Case.status != ENDED)
    query = query.where(Job.type == type, Job.type.not_in(HANDLERS), worker.sees)
    return query.where(Job.available_at <= now, Job.retries > 0)


def visible_variables(session: Session, jobs: Iterable[Job]) -> dict[int, dict[str, Any]]:
    """Return what the element of each job sees: its own variables and all around it, plain."""
    own = list(jobs)
    query = select(Instance.id, Instance.snapshot)
    rows = session.execute(query.where(Instance.id.in_({job.instance_id for job in own})))
    snapshots: dict[int, bytes] = {row.id: row.snapshot for row in rows}
    seen: dict[int, Any] = {
        job.id: feel.plain(bpmn.variables(snapshots[job.instance_id], job.id)) for job in own
    }
    return seen


def complete(
    session: Session, job_id: int, variables: Mapping[str, Any], *, worker: Worker, now: datetime
) -> Advance:
    """Hand in what a job gave and go on; raise `JobNotFound` or `JobNotYours`."""
    return _advance(session, bpmn.CompleteJob(job_id, variables), worker=worker, now=now)


def fail(
    session: Session, failed: bpmn.FailJob, *, pause: timedelta, worker: Worker, now: datetime
) -> Advance:
    """Give a job back: to be tried again after a pause, or as an incident without retries."""
    if not timedelta() <= pause <= LONGEST_PAUSE or not 0 <= failed.retries <= MOST_RETRIES:
        raise Invalid("Höchstens 100 Versuche, und höchstens 30 Tage Pause dazwischen.")
    by = _advance(session, failed, worker=worker, now=now)
    given_back: dict[str, Any] = {
        "state": JobState.FAILED,
        "retries": failed.retries,
        "account": None,
        "lease": None,
        "error_message": failed.message or None,
        "changed_at": now,
    }
    if failed.retries > 0:
        given_back["available_at"] = now + pause
    session.execute(update(Job).where(Job.id == failed.key).values(**given_back))
    return by


def throw(
    session: Session,
    thrown: bpmn.ThrowError | bpmn.ThrowEscalation,
    *,
    worker: Worker,
    now: datetime,
) -> Advance:
    """Let a job end with a BPMN error, or tell those around it by an escalation."""
    by = _advance(session, thrown, worker=worker, now=now)
    if isinstance(thrown, bpmn.ThrowError):
        told = {"error_code": thrown.code, "error_message": thrown.message or None}
        ended = update(Job).where(Job.id == thrown.key)
        session.execute(ended.values(state=JobState.ERROR_THROWN, **told))
    return by


def change(
    session: Session, job_id: int, changes: Changes, *, worker: Worker, now: datetime
) -> None:
    """Change a job that has not ended; raise `JobNotFound`, or `JobNotYours` for its lock."""
    job = _waiting(session, job_id, worker)
    if changes.lock is not None:
        _require_held(job, worker, now=now)
        job.available_at = now + changes.lock
    if changes.retries is not None:
        job.retries = changes.retries
    if changes.priority is not None:
        job.rank = -changes.priority
    job.changed_at = now


def _advance(
    session: Session,
    command: bpmn.CompleteJob | bpmn.FailJob | bpmn.ThrowError | bpmn.ThrowEscalation,
    *,
    worker: Worker,
    now: datetime,
) -> Advance:
    if len(getattr(command, "message", "")) > LONGEST_MESSAGE:
        raise Invalid("Eine Meldung hat höchstens 1.000 Zeichen.")
    if protection.has_reference(command.variables):
        raise Invalid("Auf geschützte Angaben darf ein Dienst nicht verweisen.")
    job = _waiting(session, command.key, worker)
    _require_held(job, worker, now=now)
    given: Any = feel.received(_protected(session, job, command.variables, now))
    by = Advance(account=None, now=now)
    try:
        instances.advance(session, job.instance_id, replace(command, variables=given), by=by)
    except (InstanceEnded, NobodyWaits) as gone:  # somebody else was faster
        raise JobNotFound from gone
    return by


def _protected(
    session: Session, job: Job, given: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Keep what is protected in the variables that a worker hands back."""
    held = visible_variables(session, [job])[job.id] if given else {}
    if not protection.references(held):
        return given
    case_id = session.scalars(select(Instance.case_id).where(Instance.id == job.instance_id)).one()
    return protection.handed_back(session, case_id, given, held, now=now)


def _waiting(session: Session, job_id: int, worker: Worker) -> Job:
    query = select(Job).join(Instance, Instance.id == Job.instance_id)
    job = session.scalar(query.where(Job.id == job_id, Job.ended_at.is_(None), worker.sees))
    if job is None:
        raise JobNotFound
    return job


def _require_held(job: Job, worker: Worker, *, now: datetime) -> None:
    is_over = job.available_at is None or job.available_at <= now
    if is_over or (job.account, job.lease) != (worker.account, worker.lease):
        raise JobNotYours
