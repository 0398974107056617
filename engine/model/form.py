"""Forms that were deployed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class FormDefinition(Base):
    """One version of one form."""

    __tablename__ = "form_definition"

    id: Mapped[Key]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    form_id: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    file: Mapped[str]  # name of the resource
    removed_at: Mapped[datetime | None]  # when it was taken back

    __table_args__ = (
        UniqueConstraint("form_id", "version"),
        UniqueConstraint("deployment_id", "form_id"),
    )
