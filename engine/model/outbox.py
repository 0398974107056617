"""Effects outside the database that wait until their transaction is committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class OutboxEntry(Base):
    """One effect, performed at least once under a key that stays the same."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[Key]
    kind: Mapped[str]  #: brief, mail
    key: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), index=True
    )
    payload: Mapped[dict[str, Any]]  #: numbers of rows only, never contents
    state: Mapped[str] = mapped_column(default="open")  #: open, done, failed
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    last_error: Mapped[str | None]
