"""Incidents: failures that wait for a person to correct their cause."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key

#: Kind of an incident whose timer is due but could not be fired.
OVERDUE = "frist"


class Incident(Base):
    """One failure on one element; open until `resolved_at` is set."""

    __tablename__ = "incident"

    id: Mapped[Key]
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    mandant_id: Mapped[str]
    element_id: Mapped[str]
    element_key: Mapped[int | None]  # the number of the element's run, as in the history
    kind: Mapped[str]
    message: Mapped[str]  # what failed, in German, without values of the case
    position: Mapped[str]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]

    __table_args__ = (
        Index("ix_incident_open", "resolved_at", "id"),
        Index("ix_incident_instance_id", "instance_id", "resolved_at"),
    )
