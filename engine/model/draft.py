"""What a person has typed into a task and not yet sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Number


class Draft(Base):
    """One person's unfinished form of one task, encrypted as a whole."""

    __tablename__ = "draft"

    user_task_id: Mapped[int] = mapped_column(
        Number, ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        Number, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes]
    saved_at: Mapped[datetime]
    page: Mapped[str]  # the page that sent it, a random name
    turn: Mapped[int]  # how many that page had sent before
