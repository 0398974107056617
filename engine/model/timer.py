"""Timers: the truth about every moment that an instance waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Timer(Base):
    """One moment one element waits for; the row goes when it fires or is no longer needed.

    It belongs to an instance, or to a start event of a definition and an office.
    """

    __tablename__ = "timer"

    id: Mapped[Key]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    mandant_id: Mapped[str | None]
    element_id: Mapped[str]
    due_at: Mapped[datetime]  # what the procedure says
    wake_at: Mapped[datetime]  # when the next try is: later than due_at after a failure
    rounds: Mapped[dict[str, Any] | None]  # of a start event: what the next moment is made of
    attempts: Mapped[int]

    __table_args__ = (
        Index("ix_timer_wake_at", "wake_at", "id"),
        Index("ix_timer_instance_id", "instance_id"),
        Index("ix_timer_definition_id", "definition_id"),
    )
