"""User tasks, and the inbox rows through which people find them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key

#: The due moment of a task without one, in milliseconds: it sorts behind every real one.
NO_DUE = 2**53


class TaskState(StrEnum):
    """Where a user task stands."""

    OPEN = "open"  #: waits for a person
    COMPLETED = "completed"  #: somebody completed it
    CANCELLED = "cancelled"  #: the procedure no longer needs it


class UserTask(Base):
    """Work that waits, or waited, for a person."""

    __tablename__ = "user_task"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    mandant_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    form_id: Mapped[str | None]
    #: the form, if another deployment brought it than that of the definition
    form_key: Mapped[int | None] = mapped_column(ForeignKey("form_definition.id"))
    state: Mapped[str]  # TaskState
    assignee: Mapped[str | None]  # name of the account that took it over
    candidate_groups: Mapped[list[Any]]
    candidate_users: Mapped[list[Any]]
    due_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    priority: Mapped[int]
    local: Mapped[dict[str, Any]]  # input mappings and loop item, JSON values
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]
    answers: Mapped[dict[str, Any] | None]  # what the form gave; protected answers as references

    __table_args__ = (
        Index("ix_user_task_instance_id", "instance_id", "state"),
        Index("ix_user_task_case_id", "case_id", "state"),
    )


class InboxRow(Base):
    """One open task for one principal: a group, or a person written as "@name"."""

    __tablename__ = "inbox"

    principal: Mapped[str]
    due_ms: Mapped[int]  # due moment in milliseconds since 1970, or NO_DUE
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id", ondelete="CASCADE"))

    __table_args__ = (
        PrimaryKeyConstraint("principal", "due_ms", "user_task_id"),
        Index("ix_inbox_user_task_id", "user_task_id"),
    )
