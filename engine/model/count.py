"""Anonymous figures: they point at no case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Count(Base):
    """How often something happened in a month."""

    __tablename__ = "count"

    mandant_id: Mapped[str] = mapped_column(ForeignKey("mandant.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  #: its first day
    kennzahl: Mapped[str] = mapped_column(primary_key=True)
    merkmal: Mapped[str] = mapped_column(primary_key=True)
    anzahl: Mapped[int]
