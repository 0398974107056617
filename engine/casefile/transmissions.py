"""The log of what left a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.ids import ids
from engine.model.uebermittlung import Uebermittlung


def record(session: Session, case_id: int, transmission: Mapping[str, Any]) -> int:
    """Record a transmission and return its number."""
    number = ids.take()
    session.execute(insert(Uebermittlung).values(id=number, case_id=case_id, **transmission))
    return number


def of(session: Session, case_id: int) -> list[Uebermittlung]:
    """Return the transmissions of a case, the newest first."""
    query = select(Uebermittlung).where(Uebermittlung.case_id == case_id)
    return list(session.scalars(query.order_by(Uebermittlung.id.desc())))
