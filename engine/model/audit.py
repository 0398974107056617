"""Who did what when in a case, as a chain of hashes without any content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class AuditEntry(Base):
    """One link; two writers that pick the same position collide on the primary key."""

    __tablename__ = "audit_entry"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]  #: an account's name or a part of the software
    action: Mapped[str]
    subject: Mapped[str]  #: kind and number of what it was done to
    hash: Mapped[bytes]
