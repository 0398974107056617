"""Jobs for outside workers: taken for a time, then completed, failed, or ended by an error.

What Lotse's own handlers serve runs inside the step and is never offered to anybody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import bpmn, feel, instances
from engine.casefile import protection
from engine.casefile.cases import ENDED
from engine.errors import Conflict, Invalid, NotFound
from engine.handlers import HANDLERS
from engine.instances import Advance
from engine.model.case import Case
from engine.model.instance import Instance
from engine.model.job import Job

LONGEST_LOCK = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=30)
MOST_JOBS = 1_000
LONGEST_MESSAGE = 1_000


class JobNotFound(NotFound):
    """Diesen Auftrag gibt es nicht, oder er ist schon erledigt."""


class JobNotYours(Conflict):
    """Dieser Auftrag ist nicht mehr bei Ihnen: Die Zeit dafür ist abgelaufen."""


@dataclass(frozen=True)
class Worker:
    """Who asks for jobs, and of which Mandanten; None means all of them."""

    name: str
    mandanten: Collection[str] | None = None


@dataclass(frozen=True)
class Wanted:
    """Which jobs a worker asks for, at most how many, and for how long it wants them."""

    type: str
    limit: int
    lock: timedelta


def activate(session: Session, wanted: Wanted, *, worker: Worker, now: datetime) -> list[Job]:
    """Give a worker the oldest free jobs of a type, for itself alone until the lock is over.

    A job whose time is over is free again. What belongs to an ended case is given to nobody
    (§ 84 SGB X). Raises `Invalid` for a lock or a limit out of bounds.
    """
    if not timedelta() < wanted.lock <= LONGEST_LOCK or not 0 < wanted.limit <= MOST_JOBS:
        raise Invalid("Höchstens 1.000 Aufträge auf einmal, jeder für höchstens einen Tag.")
    if wanted.type in HANDLERS:
        return []
    free = select(Job.id).where(Job.type == wanted.type, Job.available_at <= now, Job.retries > 0)
    free = free.join(Instance, Instance.id == Job.instance_id)
    free = free.join(Case, Case.id == Instance.case_id).where(Case.status != ENDED)
    if worker.mandanten is not None:
        free = free.where(Instance.mandant_id.in_(worker.mandanten))
    chosen = free.order_by(Job.available_at, Job.id).limit(wanted.limit)
    keys = session.scalars(chosen.with_for_update(skip_locked=True, of=Job)).all()
    taken = update(Job).where(Job.id.in_(keys))
    session.execute(taken.values(worker=worker.name, available_at=now + wanted.lock))
    return list(session.scalars(select(Job).where(Job.id.in_(keys)).order_by(Job.id)))


def complete(
    session: Session, job_id: int, variables: Mapping[str, Any], *, worker: Worker, now: datetime
) -> Advance:
    """Hand in what a job gave and go on; raise `JobNotFound` or `JobNotYours`."""
    return _advance(session, bpmn.CompleteJob(job_id, variables), worker=worker, now=now)


def fail(
    session: Session, failed: bpmn.FailJob, *, pause: timedelta, worker: Worker, now: datetime
) -> Advance:
    """Give a job back: to be tried again after a pause, or as an incident without retries."""
    if not timedelta() <= pause <= LONGEST_PAUSE or not 0 <= failed.retries <= 100:
        raise Invalid("Höchstens 100 Versuche, und höchstens 30 Tage Pause dazwischen.")
    by = _advance(session, failed, worker=worker, now=now)
    if failed.retries > 0:
        given_back = {"retries": failed.retries, "available_at": now + pause, "worker": None}
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
    return _advance(session, thrown, worker=worker, now=now)


def _advance(
    session: Session,
    command: bpmn.CompleteJob | bpmn.FailJob | bpmn.ThrowError | bpmn.ThrowEscalation,
    *,
    worker: Worker,
    now: datetime,
) -> Advance:
    if len(getattr(command, "message", "")) > LONGEST_MESSAGE:
        raise Invalid("Eine Meldung hat höchstens 1.000 Zeichen.")
    if protection.has_reference(getattr(command, "variables", {})):
        raise Invalid("Auf geschützte Angaben darf ein Dienst nicht verweisen.")
    job = session.get(Job, command.key)
    if job is None or not _may_see(session, job, worker):
        raise JobNotFound
    if job.worker != worker.name or job.available_at <= now:
        raise JobNotYours
    if not isinstance(command, bpmn.FailJob):
        given: Any = feel.received(command.variables)
        command = replace(command, variables=given)
    by = Advance(account=None, now=now)
    instances.advance(session, job.instance_id, command, by=by)
    return by


def _may_see(session: Session, job: Job, worker: Worker) -> bool:
    instance = session.get_one(Instance, job.instance_id)
    return worker.mandanten is None or instance.mandant_id in worker.mandanten
