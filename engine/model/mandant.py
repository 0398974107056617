"""The offices that share one installation; nothing of one is visible to another."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Mandant(Base):
    """An office with its own cases, groups and parameters."""

    __tablename__ = "mandant"

    id: Mapped[str] = mapped_column(primary_key=True)  #: goe, bo, of, anker, ham
    name: Mapped[str]
    absender: Mapped[str]  #: the sender line of its letters
