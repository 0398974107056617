"""Deployments: what was taken over together, file by file, and the process versions in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Deployment(Base):
    """One process folder at one state of its content; never changed afterwards."""

    __tablename__ = "deployment"

    id: Mapped[Key]
    name: Mapped[str]  # the folder: the id of its process, or "gemeinsam"
    content_hash: Mapped[str]
    #: the shared decisions it was checked with and always runs with
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("deployment.id"))
    deployed_at: Mapped[datetime]

    __table_args__ = (Index("ix_deployment_name", "name", "id"),)


class Resource(Base):
    """One file of a deployment: a diagram, a decision, a form, a letter."""

    __tablename__ = "resource"

    id: Mapped[Key]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    name: Mapped[str]  # path inside the folder, e.g. "letters/L28.typ"
    content: Mapped[bytes]

    __table_args__ = (UniqueConstraint("deployment_id", "name"),)


class Definition(Base):
    """One version of one executable process of a deployment."""

    __tablename__ = "definition"

    id: Mapped[Key]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    process_id: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    file: Mapped[str]  # name of the resource with its diagram
    deployed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # when it was taken back

    __table_args__ = (UniqueConstraint("process_id", "version"),)
