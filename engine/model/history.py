"""History: what happened to which element, when, and by whom. Never changed, only appended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class HistoryRow(Base):
    """One event of one element of one instance."""

    __tablename__ = "history"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    element_key: Mapped[int | None]  # the user task, timer, job … it was about
    element_id: Mapped[str]
    element_type: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]  # engine.bpmn.outcome.HistoryKind
    at: Mapped[datetime]
    scope_key: Mapped[int | None]  # the run around it; None: the instance itself
    role: Mapped[str | None]  # engine.bpmn.outcome.Role
    account: Mapped[str | None]  # who caused the step; None: a timer or a message
    detail: Mapped[dict[str, Any]]  # e.g. the trace of a decision, the flows taken

    __table_args__ = (
        Index("ix_history_case_id", "case_id", "id"),
        Index("ix_history_instance_id", "instance_id", "id"),
        Index("ix_history_element_key", "element_key"),
        Index("ix_history_scope_key", "scope_key"),
    )
