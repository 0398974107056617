"""The persons of a case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Person(Base):
    """A member of the family; children have a few fields more."""

    __tablename__ = "person"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    rolle: Mapped[str]  #: elternteil, kind, sonstige
    vorname: Mapped[str | None]
    nachname: Mapped[str | None]
    geburtsdatum: Mapped[date | None]
    personensorgeberechtigt: Mapped[bool | None]
    erziehungsberechtigt: Mapped[bool | None]
    elb: Mapped[bool | None]
    zustaendigkeit: Mapped[str | None]  #: kibiz, ifk, uesb, reha
    besucht_allgemeinbildende_schule: Mapped[bool | None]
    schulende_datum: Mapped[date | None]
    lta_bedarf: Mapped[str | None]  #: ja, nein, unklar
    eingeschult: Mapped[bool | None]
    betreuung: Mapped[str | None]  #: kita, tagespflege, keine, schule
    stichtag_uesb: Mapped[date | None]
