"""Anonymous figures per Mandant and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.model.count import Count
from engine.model.inserting import insert_absent


def add(session: Session, mandant_id: str, kennzahl: str, merkmal: str, *, day: date) -> None:
    """Count one more in the month of the day; nothing points back at a case."""
    key = {
        "mandant_id": mandant_id,
        "month": day.replace(day=1),
        "kennzahl": kennzahl,
        "merkmal": merkmal,
    }
    insert_absent(session, Count, [{**key, "anzahl": 0}])
    session.execute(update(Count).filter_by(**key).values(anzahl=Count.anzahl + 1))


@dataclass(frozen=True)
class Figure:
    """How often something happened at an office in a month."""

    mandant_id: str
    month: date
    kennzahl: str
    merkmal: str
    anzahl: int


def every(session: Session) -> list[Figure]:
    """Return all figures, by office, month, figure and feature."""
    columns = (Count.mandant_id, Count.month, Count.kennzahl, Count.merkmal)
    query = select(*columns, Count.anzahl).order_by(*columns)
    return [Figure(*row) for row in session.execute(query)]


def of(session: Session, mandant_id: str, kennzahl: str) -> dict[tuple[date, str], int]:
    """Return a figure by month and feature."""
    query = select(Count.month, Count.merkmal, Count.anzahl)
    rows = session.execute(query.filter_by(mandant_id=mandant_id, kennzahl=kennzahl))
    return {(month, merkmal): anzahl for month, merkmal, anzahl in rows}
