"""The high-water mark of the one sequence of visible numbers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class IdBlock(Base):
    """A single row: the first number that no process has reserved yet."""

    __tablename__ = "id_block"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next: Mapped[int]
