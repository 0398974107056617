"""Timers: the truth about every moment that an instance waits for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Timer(Base):
    """One moment one element waits for; the row goes when it fires or is no longer needed."""

    __tablename__ = "timer"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    element_id: Mapped[str]
    due_at: Mapped[datetime]  # what the procedure says
    wake_at: Mapped[datetime]  # when the next try is: later than due_at after a failure
    attempts: Mapped[int]

    __table_args__ = (
        Index("ix_timer_wake_at", "wake_at", "id"),
        Index("ix_timer_instance_id", "instance_id"),
    )
