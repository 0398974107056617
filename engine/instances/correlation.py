"""Finds who waits for a message, and keeps messages that nobody waits for yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, or_, select, tuple_
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.bpmn.outcome import WaitingSubscription
from engine.casefile import cases
from engine.errors import ChangedMeanwhile
from engine.handlers import OutgoingMessage
from engine.ids import ids
from engine.model.message import BufferedMessage, Subscription


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way: what is sent, and from whose case."""

    message: OutgoingMessage
    case_id: int | None
    mandant_id: str
    message_id: str | None = None


@dataclass(frozen=True)
class Receiver:
    """Who gets a message: an element of an instance, or a definition that it starts."""

    key: int
    element_id: str
    definition_id: int
    instance_id: int | None


def receivers(session: Session, message: OutgoingMessage) -> list[Receiver]:
    """Return at most one receiver of each process: the one that has waited longest.

    An instance that waits goes before a start event of the same process.
    """
    fits = or_(Subscription.correlation == message.correlation, Subscription.instance_id.is_(None))
    query = (
        select(Subscription)
        .where(Subscription.message == message.name, fits)
        .order_by(Subscription.instance_id.is_(None), Subscription.id)
    )
    chosen: dict[str, Receiver] = {}
    for row in session.scalars(query):
        receiver = Receiver(row.id, row.element_id, row.definition_id, row.instance_id)
        chosen.setdefault(row.process_id, receiver)
    return list(chosen.values())


def buffer(session: Session, letter: Letter, *, now: datetime) -> None:
    """Keep a message until somebody waits for it, or until its time to live is over."""
    ttl = letter.message.ttl
    row = {
        "id": ids.take(),
        "name": letter.message.name,
        "correlation": letter.message.correlation,
        "message_id": letter.message_id,
        "case_id": cases.number_of(letter.message.variables.get("fall_id")) or letter.case_id,
        "mandant_id": letter.mandant_id,
        "variables": dict(letter.message.variables),
        "published_at": now,
        "expires_at": None if ttl is None else now + ttl,
    }
    session.execute(insert(BufferedMessage).values(**row))


def kept_for(
    session: Session, opened: Sequence[WaitingSubscription], *, now: datetime
) -> list[int]:
    """Return which newly opened waits have a message that was kept for them."""
    if not opened:
        return []
    key = tuple_(BufferedMessage.name, BufferedMessage.correlation)
    query = select(BufferedMessage.name, BufferedMessage.correlation).distinct()
    wanted = [(wait.message, wait.correlation) for wait in opened]
    found = {tuple(row) for row in session.execute(query.where(key.in_(wanted), _alive(now)))}
    return [wait.key for wait in opened if (wait.message, wait.correlation) in found]


def take_oldest(session: Session, subscription_id: int, *, now: datetime) -> Letter | None:
    """Take the oldest kept message that a wait wants; None if there is none, or no such wait."""
    query = (
        select(BufferedMessage.id)
        .join(Subscription, Subscription.message == BufferedMessage.name)
        .where(Subscription.correlation == BufferedMessage.correlation)
        .where(Subscription.id == subscription_id, _alive(now))
        .order_by(BufferedMessage.id)
        .limit(1)
    )
    key = session.scalar(query)
    return None if key is None else take(session, key)


def kept_for_start(session: Session, name: str, *, now: datetime) -> list[int]:
    """Return every kept message of this name, oldest first: a definition that it starts came."""
    query = select(BufferedMessage.id).where(BufferedMessage.name == name, _alive(now))
    return list(session.scalars(query.order_by(BufferedMessage.id)))


def take(session: Session, key: int) -> Letter:
    """Take a message out of the buffer; raise `ChangedMeanwhile` if somebody was faster."""
    row = session.get(BufferedMessage, key)
    letter = _letter(row) if row else None
    gone = session.execute(delete(BufferedMessage).where(BufferedMessage.id == key))
    assert isinstance(gone, CursorResult)
    if letter is None or gone.rowcount != 1:
        raise ChangedMeanwhile
    return letter


def _alive(now: datetime) -> ColumnElement[bool]:
    return or_(BufferedMessage.expires_at.is_(None), BufferedMessage.expires_at > now)


def _letter(row: BufferedMessage) -> Letter:
    message = OutgoingMessage(
        name=row.name, correlation=row.correlation, variables=row.variables, ttl=None
    )
    return Letter(
        message=message,
        case_id=row.case_id,
        mandant_id=row.mandant_id,
        message_id=row.message_id,
    )
