"""Programs that may speak to the REST API: an account's way in that is not a password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class ApiClient(Base):
    """A program with an account of its own, whose Mandant and groups say what it may see."""

    __tablename__ = "api_client"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    secret_hash: Mapped[bytes]  # SHA-256 of a secret of 256 random bits
    scopes: Mapped[list[Any]]  # engine.organisation.clients.Scope
    created_at: Mapped[datetime]
