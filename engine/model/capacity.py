"""How many full-time posts a team has, from which day on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from engine.model.base import Base, Key


class Capacity(Base):
    """The posts of a team from a day on, until the next record; kept by the Teamleitung."""

    __tablename__ = "capacity"
    __table_args__ = (
        UniqueConstraint("team", "valid_from"),
        CheckConstraint("hundredths >= 0", name="hundredths"),
    )

    id: Mapped[Key]
    team: Mapped[str]
    valid_from: Mapped[date]
    hundredths: Mapped[int]  #: VZÄ times 100, so that 0.75 is exact on every database
