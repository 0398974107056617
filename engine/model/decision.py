"""Decisions that were deployed, and the requirement graphs (DMN files) that hold them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class DecisionRequirements(Base):
    """One version of one requirement graph: a DMN file of a deployment."""

    __tablename__ = "decision_requirements"

    id: Mapped[Key]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    requirements_id: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    file: Mapped[str]  # name of the resource
    removed_at: Mapped[datetime | None]  # when it was taken back

    __table_args__ = (
        UniqueConstraint("requirements_id", "version"),
        UniqueConstraint("deployment_id", "file"),
    )


class DecisionDefinition(Base):
    """One version of one decision."""

    __tablename__ = "decision_definition"

    id: Mapped[Key]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    requirements_key: Mapped[int] = mapped_column(ForeignKey("decision_requirements.id"))
    decision_id: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("decision_id", "version"),
        UniqueConstraint("deployment_id", "decision_id"),
    )
