"""Contents that only the case's own key can open, and these keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class CaseKey(Base):
    """A case's key, wrapped by the master key; without it the case's contents are noise."""

    __tablename__ = "case_key"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    master_id: Mapped[str]
    wrapped: Mapped[bytes | None]  #: None once it was destroyed
    destroyed_at: Mapped[datetime | None]


class ProtectedValue(Base):
    """A value of data class S8 or A8; variables hold only its number."""

    __tablename__ = "protected_value"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
