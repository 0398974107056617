"""What a Mandant has set differently from the defaults."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Parameter(Base):
    """One value: a number, or a duration as ISO text."""

    __tablename__ = "parameter"

    mandant_id: Mapped[str] = mapped_column(ForeignKey("mandant.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
