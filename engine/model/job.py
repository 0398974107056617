"""Jobs: service tasks that no handler of ours runs and that wait for a worker."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class JobState(StrEnum):
    """What became of a job."""

    CREATED = "CREATED"  #: waits for a worker, or is in the hands of one
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"  #: given back; without retries it became an incident
    ERROR_THROWN = "ERROR_THROWN"
    CANCELED = "CANCELED"  #: the step around it was left otherwise


class Job(Base):
    """One service task for a worker of its type: waiting, in the hands of one, or ended."""

    __tablename__ = "job"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    element_id: Mapped[str]
    type: Mapped[str]
    retries: Mapped[int]
    headers: Mapped[dict[str, Any]]
    rank: Mapped[int]  # the priority, negated: so an index gives out the highest first
    state: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    available_at: Mapped[datetime | None]  # from then on a worker may take it; None: nobody may
    worker: Mapped[str | None]  # what the account that took it last calls its worker
    account: Mapped[str | None]  # who holds it until `available_at`
    lease: Mapped[str | None]  # what must be shown to hand it in, if its holder wanted that
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_job_open",
            "type",
            "rank",
            "id",
            sqlite_where=text("available_at IS NOT NULL"),
            postgresql_where=text("available_at IS NOT NULL"),
        ),
        Index("ix_job_instance_id", "instance_id"),
    )
