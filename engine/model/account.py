"""The people who may sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Account(Base):
    """One person's way in; operators belong to no Mandant and see no personal values."""

    __tablename__ = "account"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    mandant_id: Mapped[str | None] = mapped_column(ForeignKey("mandant.id"))
    password_hash: Mapped[str]
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
