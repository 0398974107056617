"""Fires timers. The table is the truth; `web.scheduler` and `lotse tick` only call what is here.

Each due timer is fired in a transaction of its own. One that breaks is written down as an
incident and tried again later, and the others go on. Where no instance has begun yet, there is
nothing that an incident could hang on: the timer itself says how often it has failed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from engine import bpmn, instances, start_events
from engine.errors import InstanceEnded, NobodyWaits, NotFound
from engine.ids import ids
from engine.instances import Advance
from engine.model.incident import OVERDUE, Incident
from engine.model.instance import Instance
from engine.model.timer import Timer
from engine.organisation.accounts import User

#: How long a broken timer rests before the next try, doubled with each attempt.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)


class StartNotFound(NotFound):
    """Diesen Beginn gibt es nicht, oder er ist inzwischen gelungen."""


def due(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Return the timers that are due, in the order in which they became so."""
    query = select(Timer.id).where(Timer.wake_at <= now).order_by(Timer.wake_at, Timer.id)
    return list(session.scalars(query.limit(limit)))


def count_due(session: Session, *, now: datetime) -> int:
    """Return how many timers are due."""
    query = select(func.count()).select_from(Timer).where(Timer.wake_at <= now)
    return session.scalar(query) or 0


def next_wake(session: Session) -> datetime | None:
    """Return the earliest moment at which there is something to do."""
    return session.scalar(select(Timer.wake_at).order_by(Timer.wake_at, Timer.id).limit(1))


def fire(session: Session, timer_id: int, *, now: datetime) -> Advance:
    """Fire one timer, exactly once; a timer that is gone or not due yet is left alone.

    Safe to run from several processes at once: the step's version decides who fires it.
    """
    by = Advance(account=None, now=now)
    timer = session.get(Timer, timer_id)
    if timer is None or timer.wake_at > now:
        return by
    if timer.instance_id is None:
        start_events.begin(session, timer, by=by)
        return by
    try:
        instances.advance(session, timer.instance_id, bpmn.FireTimer(timer_id), by=by)
    except (NobodyWaits, InstanceEnded):
        session.execute(delete(Timer).where(Timer.id == timer_id))  # or the other one did that
    return by


def postpone(session: Session, timer_id: int, *, now: datetime) -> None:
    """Push a broken timer ahead and open an incident for it at the first failure."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        return
    pause = min(FIRST_PAUSE * 2**timer.attempts, LONGEST_PAUSE)
    if timer.attempts == 0 and timer.instance_id is not None:
        _open_incident(session, timer, now=now)
    moved = {"attempts": timer.attempts + 1, "wake_at": now + pause}
    session.execute(update(Timer).where(Timer.id == timer_id).values(**moved))


def _open_incident(session: Session, timer: Timer, *, now: datetime) -> None:
    instance = session.get_one(Instance, timer.instance_id)
    row = {
        "id": ids.take(),
        "instance_id": instance.id,
        "case_id": instance.case_id,
        "mandant_id": instance.mandant_id,
        "element_id": timer.element_id,
        "kind": OVERDUE,
        "message": "Die Frist ist fällig, aber der nächste Schritt ist gescheitert. "
        "Er wird von selbst noch einmal versucht.",
        "position": "",
        "created_at": now,
    }
    session.execute(insert(Incident).values(**row))


def failed_starts(session: Session, user: User) -> list[Timer]:
    """Return the moments that should have begun a procedure and failed, the oldest first."""
    query = select(Timer).where(Timer.instance_id.is_(None), Timer.attempts > 0)
    if user.mandant_id is not None:
        query = query.where(Timer.mandant_id == user.mandant_id)
    return list(session.scalars(query.order_by(Timer.due_at, Timer.id)))


def retry_start(session: Session, timer_id: int, *, user: User, by: Advance) -> None:
    """Let the sweep try at once to begin what failed; it stays listed until that succeeds."""
    if timer_id not in {timer.id for timer in failed_starts(session, user)}:
        raise StartNotFound
    again = {"wake_at": by.now, "attempts": 1}
    session.execute(update(Timer).where(Timer.id == timer_id).values(**again))
    by.waits_until(by.now)
