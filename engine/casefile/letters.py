"""Letters of a case: ordered with everything they need, stored once as a PDF, then only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.casefile import audit, outgoing
from engine.casefile.audit import By
from engine.casefile.sealing import seal, unseal
from engine.errors import NotFound
from engine.ids import ids
from engine.model.letter import Letter


class LetterNotFound(NotFound):
    """Diesen Brief gibt es nicht, oder Sie dürfen ihn nicht sehen."""


class LetterNotReady(NotFound):
    """Der Brief wird gerade erstellt. Bitte laden Sie die Seite gleich noch einmal."""


@dataclass(frozen=True)
class LetterOrder:
    """What a letter is made of: its template's files and its values, fixed when it was ordered."""

    vorlage: str
    files: Mapping[str, str]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class FinishedLetter:
    """A rendered letter."""

    title: str
    pdf: bytes


@dataclass(frozen=True)
class StoredLetter:
    """What is known of a letter without its contents."""

    id: int
    vorlage: str
    title: str | None
    ordered_at: datetime
    rendered_at: datetime | None
    sha256: str | None


def order(session: Session, case_id: int, letter: LetterOrder, *, now: datetime) -> int:
    """Order a letter and return its number; it is rendered after the transaction is committed."""
    letter_id = ids.take()
    content = orjson.dumps({"files": letter.files, "values": letter.values})
    session.execute(
        insert(Letter).values(
            id=letter_id,
            case_id=case_id,
            vorlage=letter.vorlage,
            ordered_at=now,
            sealed_order=seal(session, case_id, f"letter|{letter_id}|order", content),
        )
    )
    outgoing.order(session, "brief", letter_id, case_id=case_id, now=now)
    return letter_id


def ordered(session: Session, case_id: int, letter_id: int) -> LetterOrder | None:
    """Return what a letter is to be made of, or None once it was made."""
    query = select(Letter.vorlage, Letter.sealed_order)
    row = session.execute(query.where(Letter.id == letter_id, Letter.case_id == case_id)).first()
    if row is None:
        raise LetterNotFound
    if row.sealed_order is None:
        return None
    place = f"letter|{letter_id}|order"
    content = orjson.loads(unseal(session, case_id, place, row.sealed_order))
    return LetterOrder(row.vorlage, content["files"], content["values"])


def keep(
    session: Session, case_id: int, letter_id: int, finished: FinishedLetter, *, now: datetime
) -> None:
    """Store the finished PDF; the first one stays, a second is not taken."""
    made = update(Letter).where(Letter.id == letter_id, Letter.sealed_pdf.is_(None))
    session.execute(
        made.values(
            title=finished.title,
            rendered_at=now,
            sha256=sha256(finished.pdf).digest(),
            sealed_pdf=seal(session, case_id, f"letter|{letter_id}", finished.pdf),
            sealed_order=None,
        )
    )


def of(session: Session, case_id: int) -> list[StoredLetter]:
    """Return the letters of a case, the newest first, without their contents."""
    query = select(*_COLUMNS).where(Letter.case_id == case_id).order_by(Letter.id.desc())
    return [
        StoredLetter(*row[:5], row.sha256.hex() if row.sha256 else None)
        for row in session.execute(query)
    ]


def read(session: Session, case_id: int, letter_id: int, *, by: By) -> bytes:
    """Return a letter's PDF; the reading is logged. Raises `LetterNotFound`, `LetterNotReady`."""
    query = select(Letter.sealed_pdf)
    row = session.execute(query.where(Letter.id == letter_id, Letter.case_id == case_id)).first()
    if row is None:
        raise LetterNotFound
    if row.sealed_pdf is None:
        raise LetterNotReady
    pdf = unseal(session, case_id, f"letter|{letter_id}", row.sealed_pdf)
    subject = f"brief {letter_id}"
    audit.record(session, case_id, "gelesen", subject, by=by)
    return pdf


_COLUMNS = (
    Letter.id,
    Letter.vorlage,
    Letter.title,
    Letter.ordered_at,
    Letter.rendered_at,
    Letter.sha256,
)
