"""Jobs: service tasks that no handler of ours runs and that wait for a worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Job(Base):
    """One service task waiting for the worker of its type."""

    __tablename__ = "job"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    element_id: Mapped[str]
    type: Mapped[str]
    retries: Mapped[int]
    headers: Mapped[dict[str, Any]]
    variables: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_job_type", "type", "id"),
        Index("ix_job_instance_id", "instance_id"),
    )
