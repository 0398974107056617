"""Who did what when in a case: a chain of hashes that shows any later change.

Two transactions that extend the same chain at once collide on the entry's primary key; the one
that lost is run again, as with any other lost race.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.model.audit import AuditEntry
from engine.model.inserting import insert_rows

ORIGIN = bytes(32)


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did."""

    position: int
    at: datetime
    actor: str
    action: str
    subject: str


@dataclass(frozen=True)
class By:
    """Who does something, and when: an account's name or a part of the software."""

    actor: str
    now: datetime


def record(session: Session, case_id: int, action: str, subject: str, *, by: By) -> None:
    """Append an entry; it names things by number, never by content."""
    last = session.connection().execute(_LAST, {"case": case_id}).first()
    entry = Entry(last.position + 1 if last else 1, by.now, by.actor, action, subject)
    link = _link(last.hash if last else ORIGIN, case_id, entry)
    row = {
        "case_id": case_id,
        "position": entry.position,
        "at": entry.at,
        "actor": by.actor,
        "action": action,
        "subject": subject,
        "hash": link,
    }
    insert_rows(session, AuditEntry, [row])


#: Built once: it is asked with everything that somebody does.
_LAST = (
    select(AuditEntry.position, AuditEntry.hash)
    .where(AuditEntry.case_id == bindparam("case"))
    .order_by(AuditEntry.position.desc())
    .limit(1)
)


def entries(session: Session, case_id: int) -> list[Entry]:
    """Return what was done in the case, in order."""
    query = select(AuditEntry).where(AuditEntry.case_id == case_id).order_by(AuditEntry.position)
    return [_entry(row) for row in session.scalars(query)]


def first_broken(session: Session, case_id: int) -> int | None:
    """Return the position of the first entry that was changed or is missing, or None."""
    query = select(AuditEntry).where(AuditEntry.case_id == case_id).order_by(AuditEntry.position)
    before = ORIGIN
    for expected, row in enumerate(session.scalars(query), start=1):
        if row.position != expected or row.hash != _link(before, case_id, _entry(row)):
            return expected
        before = row.hash
    return None


def _entry(row: AuditEntry) -> Entry:
    return Entry(row.position, row.at, row.actor, row.action, row.subject)


def _link(before: bytes, case_id: int, entry: Entry) -> bytes:
    at = round(entry.at.timestamp() * 1_000_000)
    content = [case_id, entry.position, at, entry.actor, entry.action, entry.subject]
    return sha256(before + orjson.dumps(content)).digest()
