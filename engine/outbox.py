"""Performs the effects that wait in the outbox, one by one, outside of any transaction.

A letter may be rendered twice, but only the first is stored; a mail is sent at least once, always
with the same number. What fails is tried again later and later, and after the last attempt it
waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine import letters, mail
from engine.casefile import letters as case_letters
from engine.casefile.letters import FinishedLetter, LetterOrder
from engine.errors import NotFound, OrchestrationError
from engine.mail import MailServer, MailServerUnset
from engine.model.outbox import OutboxEntry
from engine.model.uebermittlung import Uebermittlung

T = TypeVar("T")

ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
#: After a crash in the middle the entry is due again this much later.
CLAIMED_FOR = timedelta(minutes=5)
#: Nothing is wrong with an entry that waits for a mail server; it is looked at now and then.
UNSET_WAIT = timedelta(hours=1)
UNFORESEEN = "Ein Fehler, mit dem niemand gerechnet hat. Das Protokoll des Servers sagt mehr."


class Transact(Protocol):
    """Runs work in one transaction of its own and commits it; `web.database.write` is one."""

    def __call__(self, work: Callable[[Session], T]) -> T:
        """Run the work and return what it returns."""
        ...


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What the outside world offers: the mail server, if there is one, and our own address."""

    mail: MailServer | None = None
    address: str = ""  #: of this installation, for the link in a notice


def due(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Return what is to be performed now, the oldest first."""
    query = (
        select(OutboxEntry.id)
        .where(OutboxEntry.state == "open", OutboxEntry.due_at <= now)
        .order_by(OutboxEntry.due_at, OutboxEntry.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def count_due(session: Session, *, now: datetime) -> int:
    """Return how many entries are due."""
    query = select(func.count()).select_from(OutboxEntry)
    return session.scalar(query.where(OutboxEntry.state == "open", OutboxEntry.due_at <= now)) or 0


def next_wake(session: Session) -> datetime | None:
    """Return when the next entry is due, or None while the outbox is empty."""
    query = select(func.min(OutboxEntry.due_at)).where(OutboxEntry.state == "open")
    return session.execute(query).scalar()


def failed(session: Session) -> list[OutboxEntry]:
    """Return the entries that wait for a person, the oldest first."""
    query = select(OutboxEntry).where(OutboxEntry.state == "failed").order_by(OutboxEntry.id)
    return list(session.scalars(query))


def retry(session: Session, entry_id: int, *, now: datetime) -> None:
    """Try a failed entry again from the start."""
    values = {"state": "open", "attempts": 0, "due_at": now}
    where = (OutboxEntry.id == entry_id, OutboxEntry.state == "failed")
    result = session.execute(update(OutboxEntry).where(*where).values(**values))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise NotFound


def dispatch(transact: Transact, entry_id: int, *, delivery: Delivery, now: datetime) -> bool:
    """Perform an entry and say whether it is done; what fails is put off, never raised.

    Two short transactions, and the slow part between them, outside of any. Safe to run from
    several processes at once: only one of them claims the entry.
    """
    work = transact(lambda session: _claim(session, entry_id, now))
    if work is None:
        return False
    performed = _perform(work, delivery)
    return transact(lambda session: _settle(session, work, performed, now))


def put_off(session: Session, entry_id: int, *, now: datetime) -> None:
    """Try an entry later that broke in a way that nobody foresaw."""
    where = (OutboxEntry.id == entry_id, OutboxEntry.state == "open")
    attempts = session.execute(select(OutboxEntry.attempts).where(*where)).scalar()
    if attempts is not None:
        _put_off(session, entry_id, attempts, UNFORESEEN, now)


@dataclass(frozen=True)
class _Work:
    """A claimed entry and what it needs, or why that cannot be had; None: it was done before."""

    entry_id: int
    key: str
    case_id: int | None
    number: int
    attempts: int
    content: LetterOrder | str | OrchestrationError | None


@dataclass(frozen=True)
class _Performed:
    """A finished letter, or why it did not work."""

    letter: FinishedLetter | None = None
    problem: OrchestrationError | None = None


def _claim(session: Session, entry_id: int, now: datetime) -> _Work | None:
    """Push the entry ahead, so that neither a crash nor another process performs it right again."""
    columns = (OutboxEntry.kind, OutboxEntry.key, OutboxEntry.case_id, OutboxEntry.payload)
    where = (OutboxEntry.id == entry_id, OutboxEntry.state == "open", OutboxEntry.due_at <= now)
    row = session.execute(select(*columns, OutboxEntry.attempts).where(*where)).first()
    if row is None:
        return None
    ahead = update(OutboxEntry).where(*where).values(due_at=now + CLAIMED_FOR)
    result = session.execute(ahead.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        return None
    number = int(row.payload["id"])
    content = _read(session, row.kind, row.case_id, number)
    return _Work(entry_id, row.key, row.case_id, number, row.attempts, content)


def _read(
    session: Session, kind: str, case_id: int, number: int
) -> LetterOrder | str | OrchestrationError | None:
    try:
        return _CONTENT[kind](session, case_id, number)
    except OrchestrationError as problem:
        return problem


def _address(session: Session, _case_id: int, number: int) -> str:
    query = select(Uebermittlung.adresse).where(Uebermittlung.id == number)
    address = session.execute(query).scalar()
    if address is None:
        raise NotFound("Die Übermittlung oder ihre Adresse gibt es nicht mehr.")
    return address


_CONTENT: Mapping[str, Callable[[Session, int, int], LetterOrder | str | None]] = {
    "brief": case_letters.ordered,
    "mail": _address,
}


def _perform(work: _Work, delivery: Delivery) -> _Performed:
    """Do the slow part, without any transaction."""
    if isinstance(work.content, OrchestrationError):
        return _Performed(problem=work.content)
    try:
        if isinstance(work.content, LetterOrder):
            return _Performed(letter=letters.render(work.content))
        if work.content is not None:
            mail.send_notice(work.key, work.content, delivery.mail, link=delivery.address)
    except OrchestrationError as problem:
        return _Performed(problem=problem)
    return _Performed()


def _settle(session: Session, work: _Work, performed: _Performed, now: datetime) -> bool:
    if isinstance(performed.problem, MailServerUnset):
        _note(session, work.entry_id, last_error=performed.problem.message, due_at=now + UNSET_WAIT)
    elif performed.problem is not None:
        _put_off(session, work.entry_id, work.attempts, performed.problem.message, now)
    else:
        if performed.letter is not None and work.case_id is not None:
            finished = performed.letter
            case_letters.keep(session, work.case_id, work.number, finished, now=now)
        _note(session, work.entry_id, state="done", last_error=None)
    return performed.problem is None


def _put_off(session: Session, entry_id: int, attempts: int, message: str, now: datetime) -> None:
    """Wait twice as long as before; after the last attempt a person has to look."""
    wait: timedelta = FIRST_WAIT * 2**attempts
    state = "failed" if attempts + 1 >= ATTEMPTS else "open"
    again = {"state": state, "attempts": attempts + 1, "due_at": now + wait}
    _note(session, entry_id, last_error=message, **again)


def _note(session: Session, entry_id: int, **values: Any) -> None:
    changed = update(OutboxEntry).where(OutboxEntry.id == entry_id).values(**values)
    session.execute(changed.execution_options(synchronize_session=False))
