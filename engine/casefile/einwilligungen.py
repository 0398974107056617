"""What persons have consented to, and whether it opens a transmission today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.ids import ids
from engine.model.einwilligung import Einwilligung


class EinwilligungNotFound(NotFound):
    """Diese Einwilligung gibt es in diesem Fall nicht."""


@dataclass(frozen=True)
class Consent:
    """One answer of one person, as it stands."""

    id: int
    person_id: int
    art: str
    einverstaendnis: str
    empfaenger: str | None
    zweck: str | None
    datenumfang: str | None
    datum: date
    schriftlich: bool
    gueltig_bis: date | None
    widerrufen_am: date | None

    def holds(self, day: date) -> bool:
        """Whether it was given in writing and is neither revoked nor expired on this day."""
        given = self.einverstaendnis == "erteilt" and self.schriftlich and self.datum <= day
        ended = self.gueltig_bis is not None and self.gueltig_bis < day
        revoked = self.widerrufen_am is not None and self.widerrufen_am <= day
        return given and not ended and not revoked


@dataclass(frozen=True)
class Wanted:
    """What a transmission needs a consent for, and whose, if only one person's counts."""

    empfaenger: str
    zweck: str
    person_id: int | None = None


_COLUMNS = tuple(getattr(Einwilligung, name) for name in Consent.__dataclass_fields__)


def consents(session: Session, case_id: int) -> list[Consent]:
    """Return all answers in a case, the oldest first."""
    query = select(*_COLUMNS).where(Einwilligung.case_id == case_id).order_by(Einwilligung.id)
    return [Consent(*row) for row in session.execute(query)]


def of(session: Session, case_id: int, today: date) -> list[dict[str, Any]]:
    """Return all answers in a case as JSON values, as expressions read them."""
    return [_json(consent, today) for consent in consents(session, case_id)]


def record(session: Session, case_id: int, answers: Sequence[Mapping[str, Any]]) -> list[int]:
    """Record answers and return their numbers."""
    numbers = [ids.take() for _ in answers]
    rows = [{"richtung": None, "dokument_id": None, **answer} for answer in answers]
    numbered = zip(rows, numbers, strict=True)
    session.execute(
        insert(Einwilligung), [{**row, "id": n, "case_id": case_id} for row, n in numbered]
    )
    return numbers


def revoke(session: Session, case_id: int, einwilligung_id: int, widerrufen_am: date) -> None:
    """Date the revocation on the consent; raise `EinwilligungNotFound` for another case's."""
    result = session.execute(
        update(Einwilligung)
        .where(Einwilligung.id == einwilligung_id, Einwilligung.case_id == case_id)
        .values(widerrufen_am=widerrufen_am)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise EinwilligungNotFound


def opening(session: Session, case_id: int, wanted: Wanted, *, day: date) -> int | None:
    """Return the consent that opens a transmission to this recipient for this purpose, or None.

    Of each person only the newest answer for the recipient and purpose counts; for one
    person only that person's.
    """
    purpose = (_plain(wanted.empfaenger), _plain(wanted.zweck))
    newest: dict[int, Consent] = {}
    for consent in sorted(consents(session, case_id), key=lambda c: (c.datum, c.id)):
        if (_plain(consent.empfaenger), _plain(consent.zweck)) == purpose:
            newest[consent.person_id] = consent
    for consent in newest.values():
        if wanted.person_id in (None, consent.person_id) and consent.holds(day):
            return consent.id
    return None


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()


def _json(consent: Consent, today: date) -> dict[str, Any]:
    values = {name: getattr(consent, name) for name in Consent.__dataclass_fields__}
    for name in ("datum", "gueltig_bis", "widerrufen_am"):
        values[name] = values[name].isoformat() if values[name] else None
    return {
        **values,
        "einwilligung_id": str(values.pop("id")),
        "person_id": str(consent.person_id),
        "gueltig": consent.holds(today),
    }
