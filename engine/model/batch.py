"""Operations over many instances: who began them, and how far each of their items is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class BatchOperation(Base):
    """One operation that somebody asked for; what it is for lies in its items."""

    __tablename__ = "batch_operation"

    id: Mapped[Key]
    kind: Mapped[str]
    state: Mapped[str]  #: ACTIVE, SUSPENDED, CANCELED, COMPLETED
    #: what is to be done to each item, where its kind does not say it all: element ids and versions
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BatchItem(Base):
    """One thing to do, for one instance; it holds numbers only, so it may outlive the instance."""

    __tablename__ = "batch_item"
    __table_args__ = (Index(None, "state", "batch_id", "item_key"),)

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batch_operation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    item_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[str]  #: ACTIVE, CANCELED, COMPLETED, FAILED
    processed_at: Mapped[datetime | None]
    error: Mapped[str | None]  #: a sentence without any value of the case
