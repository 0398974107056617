"""Finds who waits for a message, and keeps messages that nobody waits for yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, tuple_
from sqlalchemy.orm import Session

from engine.bpmn.outcome import WaitingSubscription
from engine.casefile import cases
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


def take_buffered(
    session: Session, opened: Iterable[WaitingSubscription], *, now: datetime
) -> list[tuple[int, Letter]]:
    """Take the oldest kept message for each newly opened wait out of the buffer."""
    wanted = {(s.message, s.correlation): s.key for s in opened}
    if not wanted:
        return []
    query = (
        select(BufferedMessage)
        .where(tuple_(BufferedMessage.name, BufferedMessage.correlation).in_(list(wanted)))
        .where(or_(BufferedMessage.expires_at.is_(None), BufferedMessage.expires_at > now))
        .order_by(BufferedMessage.id)
    )
    found: list[tuple[int, Letter]] = []
    for row in session.scalars(query).all():
        key = wanted.pop((row.name, row.correlation), None)
        if key is not None:
            found.append((key, _letter(row)))
            session.execute(delete(BufferedMessage).where(BufferedMessage.id == row.id))
    return found


def take_for_start(session: Session, name: str, *, now: datetime) -> list[Letter]:
    """Take every kept message of this name: a definition that it starts was deployed."""
    alive = or_(BufferedMessage.expires_at.is_(None), BufferedMessage.expires_at > now)
    query = select(BufferedMessage).where(BufferedMessage.name == name, alive)
    rows = session.scalars(query.order_by(BufferedMessage.id)).all()
    if rows:
        taken = BufferedMessage.id.in_([row.id for row in rows])
        session.execute(delete(BufferedMessage).where(taken))
    return [_letter(row) for row in rows]


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
