"""Contacts with a family."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Kontakt(Base):
    """One contact; the SGB VIII note is only a reference to the protected store."""

    __tablename__ = "kontakt"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    datum: Mapped[date]
    kontakt_art: Mapped[str]  #: hausbesuch, telefonat, terminbegleitung, buero, video
    teilnehmende: Mapped[list[Any]]
    setting: Mapped[str | None]
    notiz_sgb2: Mapped[str | None]
    notiz_sgb8_id: Mapped[int | None] = mapped_column(
        ForeignKey("protected_value.id", ondelete="SET NULL")
    )
    anvertraut: Mapped[bool]  #: § 65 SGB VIII
