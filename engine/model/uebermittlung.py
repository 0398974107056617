"""What left a case, for whom, why and on which ground."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Uebermittlung(Base):
    """One transmission; its contents are not repeated here."""

    __tablename__ = "uebermittlung"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    zeitpunkt: Mapped[datetime]
    von: Mapped[str]
    an: Mapped[str]
    kanal: Mapped[str]  #: portal, brief, mail
    zweck: Mapped[str]
    inhalt_kategorie: Mapped[str]
    umfang: Mapped[str | None]
    auflage: Mapped[str | None]
    rechtsgrundlage: Mapped[str]
    einwilligung_id: Mapped[int | None] = mapped_column(
        ForeignKey("einwilligung.id", ondelete="SET NULL")
    )
    familie_informiert: Mapped[bool]
    adresse: Mapped[str | None]  #: an office's mail address, where a notice goes
