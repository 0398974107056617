"""Letters of a case, from the order to the stored PDF."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Letter(Base):
    """One letter: first an encrypted order, then an encrypted PDF that is never rendered again."""

    __tablename__ = "letter"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    vorlage: Mapped[str]
    ordered_at: Mapped[datetime]
    sealed_order: Mapped[bytes | None] = mapped_column(deferred=True)  #: template and values
    rendered_at: Mapped[datetime | None]
    title: Mapped[str | None]
    sha256: Mapped[bytes | None]
    sealed_pdf: Mapped[bytes | None] = mapped_column(deferred=True)
