"""Contacts with a family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.casefile.values import Converter, day, flag, one_of, text
from engine.ids import ids
from engine.model.kontakt import Kontakt

FIELDS: Mapping[str, Converter] = {
    "datum": day,
    "kontakt_art": one_of("hausbesuch", "telefonat", "terminbegleitung", "buero", "video"),
    "setting": text,
    "notiz_sgb2": text,
    "anvertraut": flag,
}


def record(session: Session, case_id: int, contact: Mapping[str, Any]) -> int:
    """Record a contact and return its number."""
    number = ids.take()
    session.execute(insert(Kontakt).values(id=number, case_id=case_id, **contact))
    return number


def of(session: Session, case_id: int) -> list[Kontakt]:
    """Return the contacts of a case, the newest first."""
    query = select(Kontakt).where(Kontakt.case_id == case_id)
    return list(session.scalars(query.order_by(Kontakt.datum.desc(), Kontakt.id.desc())))
