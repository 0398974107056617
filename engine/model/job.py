"""Jobs: service tasks that no handler of ours runs and that wait for a worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Job(Base):
    """One service task waiting for a worker of its type, or in the hands of one."""

    __tablename__ = "job"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    element_id: Mapped[str]
    type: Mapped[str]
    retries: Mapped[int]
    headers: Mapped[dict[str, Any]]
    variables: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]  # from then on a worker may take it
    worker: Mapped[str | None]  # who took it last, until `available_at`

    __table_args__ = (
        Index("ix_job_type", "type", "available_at", "id"),
        Index("ix_job_instance_id", "instance_id"),
    )
