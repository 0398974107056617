"""Places in a team: who waits, who has one reserved, who participates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Participation(Base):
    """The one row of a case in a team, from the waiting list to the end."""

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("case_id", "team"),
        Index(None, "team", "state"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    team: Mapped[str]
    state: Mapped[str]  #: wartend, reserviert, teilnahme, frei
    prioritaet: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]  #: when the case was told of a free place
    ueberbelegung: Mapped[bool] = mapped_column(default=False)  #: given beyond the cap
    reserved_at: Mapped[datetime | None]
    beginn: Mapped[date | None]
    ende: Mapped[date | None]


class Occupancy(Base):
    """How many places of a team are taken; the row that concurrent reservations queue for."""

    __tablename__ = "occupancy"
    __table_args__ = (CheckConstraint("belegt >= 0", name="belegt"),)

    team: Mapped[str] = mapped_column(primary_key=True)
    belegt: Mapped[int]
