"""How many full-time posts a team has on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model.capacity import Capacity


class CapacityInvalid(Invalid):
    """Die Stellen (VZÄ) sind eine Zahl ab 0 mit höchstens zwei Nachkommastellen."""


def vzae(session: Session, team: str, day: date) -> Decimal | None:
    """Return the posts of a team on a day, or None while there is no record."""
    query = (
        select(Capacity.hundredths)
        .where(Capacity.team == team, Capacity.valid_from <= day)
        .order_by(Capacity.valid_from.desc())
        .limit(1)
    )
    hundredths = session.execute(query).scalar()
    return None if hundredths is None else Decimal(hundredths) / 100


def record(session: Session, team: str, valid_from: date, posts: Decimal) -> None:
    """Record the posts of a team from a day on; a second record of that day replaces the first."""
    hundredths = posts * 100
    if not hundredths.is_finite() or hundredths < 0 or hundredths != int(hundredths):
        raise CapacityInvalid
    session.execute(
        delete(Capacity).where(Capacity.team == team, Capacity.valid_from == valid_from)
    )
    values = {"team": team, "valid_from": valid_from, "hundredths": int(hundredths)}
    session.execute(insert(Capacity).values(**values))


def history(session: Session, team: str) -> list[tuple[date, Decimal]]:
    """Return all records of a team, the newest first."""
    query = select(Capacity.valid_from, Capacity.hundredths).where(Capacity.team == team)
    rows = session.execute(query.order_by(Capacity.valid_from.desc()))
    return [(day, Decimal(hundredths) / 100) for day, hundredths in rows]
