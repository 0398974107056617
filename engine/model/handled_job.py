"""Jobs that have had their effect."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class HandledJob(Base):
    """A job's outputs, so that a repetition answers the same and changes nothing."""

    __tablename__ = "handled_job"

    job_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), index=True
    )
    outputs: Mapped[dict[str, Any]]
