"""Messages: who waits for one, and those that nobody waits for yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Subscription(Base):
    """A message or a signal that an element of an instance, or a start event, waits for."""

    __tablename__ = "subscription"

    id: Mapped[Key]
    kind: Mapped[str]  # message or signal
    message: Mapped[str]  # its name
    correlation: Mapped[str]  # "" for a start event and for a signal
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    process_id: Mapped[str]
    element_id: Mapped[str]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    mandant_id: Mapped[str | None]  # whose instance waits; None for a start event
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_subscription_message", "message", "correlation"),
        Index("ix_subscription_instance_id", "instance_id"),
    )


class BufferedMessage(Base):
    """A published message whose receiver does not wait yet."""

    __tablename__ = "message"

    id: Mapped[Key]
    name: Mapped[str]
    correlation: Mapped[str]
    message_id: Mapped[str | None]  # given by the sender; the same one is taken once
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    mandant_id: Mapped[str]
    variables: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # None: waits for ever

    __table_args__ = (
        UniqueConstraint("name", "correlation", "message_id"),
        Index("ix_message_name", "name", "correlation"),
        Index("ix_message_case_id", "case_id"),
    )


class TakenMessage(Base):
    """The number that a sender gave to a message: a second one with the same is not taken."""

    __tablename__ = "taken_message"

    name: Mapped[str]
    correlation: Mapped[str]
    message_id: Mapped[str]
    taken_at: Mapped[datetime]

    __table_args__ = (
        PrimaryKeyConstraint("name", "correlation", "message_id"),
        Index("ix_taken_message_taken_at", "taken_at"),
    )
