"""Who is signed in, and how often somebody tried in vain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class SignIn(Base):
    """An open session of an account, known by the hash of its token only."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class FailedSignIn(Base):
    """Failures of one name from one origin; the names are hashed, people type passwords there."""

    __tablename__ = "failed_sign_in"

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
