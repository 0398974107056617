"""Finds who waits for a message, and keeps messages that nobody waits for yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select, tuple_
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.bpmn.outcome import WaitingSubscription
from engine.casefile import cases
from engine.errors import ChangedMeanwhile
from engine.handlers import OutgoingMessage
from engine.ids import ids
from engine.model.inserting import insert_rows
from engine.model.message import BufferedMessage, Subscription


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way: what is sent, and from whose case."""

    message: OutgoingMessage
    case_id: int | None
    mandant_id: str
    message_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A signal on its way to everybody of a Mandant who waits for its name."""

    name: str
    variables: Mapping[str, Any]
    case_id: int | None
    mandant_id: str
    thrower_id: int | None = None  #: the instance that threw it
    listeners: frozenset[int] = frozenset()  #: who waited for it there at that moment


@dataclass(frozen=True)
class Receiver:
    """Who gets a message: an element of an instance, or a definition that it starts."""

    key: int
    element_id: str
    definition_id: int
    instance_id: int | None


def receivers(session: Session, letters: Sequence[Letter]) -> list[list[Receiver]]:
    """Return for each message at most one receiver of each process: who has waited longest.

    An instance that waits goes before a start event of the same process. Nothing goes from one
    Mandant to another.
    """
    _in_turn(session, {(each.message.name, each.message.correlation) for each in letters})
    wanted = [
        and_(
            Subscription.kind == "message",
            Subscription.message == each.message.name,
            or_(
                and_(
                    Subscription.correlation == each.message.correlation,
                    Subscription.mandant_id == each.mandant_id,
                ),
                Subscription.instance_id.is_(None),
            ),
        )
        for each in letters
    ]
    order = (Subscription.instance_id.is_(None), Subscription.id)
    found = session.execute(select(*_WAITING).where(or_(*wanted)).order_by(*order)).all()
    return [_chosen(each, found) for each in letters]


_WAITING = (
    Subscription.id,
    Subscription.message,
    Subscription.correlation,
    Subscription.process_id,
    Subscription.element_id,
    Subscription.definition_id,
    Subscription.instance_id,
    Subscription.mandant_id,
)


_TURN = select(func.pg_advisory_xact_lock(bindparam("key")))


def _in_turn(session: Session, pairs: Iterable[tuple[str, str]]) -> None:
    """Let nobody else send, or begin to wait for, what has this name and key until the commit.

    Otherwise one could keep a message while the other begins to wait for it: neither would see
    what the other has not committed yet. SQLite has one writer at a time anyway.
    """
    if session.connection().dialect.name != "postgresql":
        return
    digests = {sha256("\0".join(pair).encode()).digest()[:8] for pair in pairs}
    for digest in sorted(digests):  # always in the same order, so that two do not block each other
        session.execute(_TURN, {"key": int.from_bytes(digest, signed=True)})


def _chosen(letter: Letter, found: Sequence[Row[*tuple[Any, ...]]]) -> list[Receiver]:
    message, chosen = letter.message, dict[str, Receiver]()
    place = (message.correlation, letter.mandant_id)
    for row in found:
        fits = row.instance_id is None or (row.correlation, row.mandant_id) == place
        if row.message == message.name and fits:
            receiver = Receiver(row.id, row.element_id, row.definition_id, row.instance_id)
            chosen.setdefault(row.process_id, receiver)
    return list(chosen.values())


def listeners(session: Session, signal: Signal) -> list[Receiver]:
    """Return everybody who hears a signal, who has waited longest first.

    In the instance that threw it, only what waited for it at that moment does.
    """
    named = (Subscription.kind == "signal", Subscription.message == signal.name)
    of_mandant = or_(
        Subscription.mandant_id == signal.mandant_id, Subscription.mandant_id.is_(None)
    )
    rows = session.execute(select(*_WAITING).where(*named, of_mandant).order_by(Subscription.id))
    return [
        Receiver(row.id, row.element_id, row.definition_id, row.instance_id)
        for row in rows
        if row.instance_id != signal.thrower_id
        or signal.thrower_id is None
        or row.id in signal.listeners
    ]


def buffer(session: Session, letters: Sequence[Letter], *, now: datetime) -> None:
    """Keep messages until somebody waits for them, or until their time to live is over."""
    lasting = [letter for letter in letters if letter.message.ttl != timedelta()]
    insert_rows(session, BufferedMessage, [_kept(letter, now) for letter in lasting])


def _kept(letter: Letter, now: datetime) -> dict[str, Any]:
    message = letter.message
    return {
        "id": ids.take(),
        "name": message.name,
        "correlation": message.correlation,
        "message_id": letter.message_id,
        "case_id": cases.number_of(message.variables.get("fall_id")) or letter.case_id,
        "mandant_id": letter.mandant_id,
        "variables": dict(message.variables),
        "published_at": now,
        "expires_at": None if message.ttl is None else now + message.ttl,
    }


_KEY = (BufferedMessage.name, BufferedMessage.correlation)
_ALIVE = or_(BufferedMessage.expires_at.is_(None), BufferedMessage.expires_at > bindparam("now"))
#: Built once: it is asked with every step that begins to wait.
_KEPT = (
    select(*_KEY)
    .distinct()
    .where(tuple_(*_KEY).in_(bindparam("wanted", expanding=True)), _ALIVE)
    .where(BufferedMessage.mandant_id == bindparam("mandant_id"))
)


def kept_for(
    session: Session, opened: Sequence[WaitingSubscription], mandant_id: str, *, now: datetime
) -> list[int]:
    """Return which newly opened waits of a Mandant have a message that was kept for them."""
    if not opened:
        return []
    wanted = [(wait.message, wait.correlation) for wait in opened]
    _in_turn(session, wanted)
    asked = {"wanted": wanted, "mandant_id": mandant_id, "now": now}
    found = {tuple(row) for row in session.connection().execute(_KEPT, asked)}
    return [wait.key for wait in opened if (wait.message, wait.correlation) in found]


def take_oldest(session: Session, subscription_id: int, *, now: datetime) -> Letter | None:
    """Take the oldest kept message that a wait wants; None if there is none, or no such wait."""
    query = (
        select(BufferedMessage.id)
        .join(Subscription, Subscription.message == BufferedMessage.name)
        .where(
            Subscription.correlation == BufferedMessage.correlation,
            Subscription.mandant_id == BufferedMessage.mandant_id,
            Subscription.kind == "message",
        )
        .where(Subscription.id == subscription_id, _ALIVE)
        .order_by(BufferedMessage.id)
        .limit(1)
    )
    key = session.scalar(query, {"now": now})
    return None if key is None else take(session, key)


def kept_for_start(session: Session, name: str, *, now: datetime) -> list[int]:
    """Return every kept message of this name, oldest first: a definition that it starts came."""
    query = select(BufferedMessage.id).where(BufferedMessage.name == name, _ALIVE)
    return list(session.scalars(query.order_by(BufferedMessage.id), {"now": now}))


def take(session: Session, key: int) -> Letter:
    """Take a message out of the buffer; raise `ChangedMeanwhile` if somebody was faster."""
    row = session.get(BufferedMessage, key)
    letter = _letter(row) if row else None
    gone = session.execute(delete(BufferedMessage).where(BufferedMessage.id == key))
    assert isinstance(gone, CursorResult)
    if letter is None or gone.rowcount != 1:
        raise ChangedMeanwhile
    return letter


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
