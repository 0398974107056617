"""What persons have consented to, or refused, in writing or not."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Einwilligung(Base):
    """One person's answer for one purpose and recipient; a revocation is dated on it."""

    __tablename__ = "einwilligung"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    art: Mapped[str]  #: teilnahme, kommunikation, schweigepflichtentbindung
    einverstaendnis: Mapped[str]  #: erteilt, verweigert
    empfaenger: Mapped[str | None]
    zweck: Mapped[str | None]
    datenumfang: Mapped[str | None]
    richtung: Mapped[str | None]  #: hin, zurueck, beide
    datum: Mapped[date]
    schriftlich: Mapped[bool]
    gueltig_bis: Mapped[date | None]  #: the last day on which it holds
    widerrufen_am: Mapped[date | None]
    dokument_id: Mapped[int | None] = mapped_column(ForeignKey("document.id", ondelete="SET NULL"))
