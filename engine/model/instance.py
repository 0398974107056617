"""Instances: one row per execution, with its snapshot and the version that guards it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Instance(Base):
    """One running or finished execution of a definition, belonging to one case."""

    __tablename__ = "instance"

    id: Mapped[Key]
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    mandant_id: Mapped[str]
    state: Mapped[str]  # engine.bpmn.outcome.State
    version: Mapped[
        int
    ]  # counts the steps; a step whose version is no longer this one is run again
    snapshot: Mapped[bytes]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_in: Mapped[list[Any] | None]  # ids of the end events on the top plane
    #: the instance whose call activity began this one, and the number of that wait
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    parent_key: Mapped[int | None]
    #: what a caller of the REST API calls it, and its tags
    business_id: Mapped[str | None]
    tags: Mapped[list[Any] | None]

    __table_args__ = (
        Index("ix_instance_case_id", "case_id"),
        Index("ix_instance_parent_id", "parent_id"),
        Index("ix_instance_parent_key", "parent_key"),
        Index("ix_instance_definition_id", "definition_id", "state"),
    )
