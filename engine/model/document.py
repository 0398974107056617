"""Files that were handed in, readable only with the case's key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Document(Base):
    """One file; name and contents are encrypted, type, size and hash are not."""

    __tablename__ = "document"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    sealed_name: Mapped[bytes]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    created_at: Mapped[datetime]
    actor: Mapped[str]  #: who handed it in: an account's number
    sealed_content: Mapped[bytes] = mapped_column(deferred=True)
