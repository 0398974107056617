"""The case file's head: the case itself, the family's Bedarfsgemeinschaft and its groups."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Case(Base):
    """A family's case; everything else in the case file hangs on it and is deleted with it."""

    __tablename__ = "case"

    id: Mapped[Key]  #: shown as text: fall_id
    mandant_id: Mapped[str] = mapped_column(ForeignKey("mandant.id"), index=True)
    status: Mapped[str] = mapped_column(default="offen")  #: offen, beendet
    fallbeginn: Mapped[date]
    fall_ende_datum: Mapped[date | None]
    beendigungsgrund: Mapped[str | None]
    zustaendige_person: Mapped[str | None]
    created_at: Mapped[datetime]


class Bg(Base):
    """The Bedarfsgemeinschaft of a case in Göttingen."""

    __tablename__ = "bg"
    __table_args__ = (Index(None, "bg_nummer"),)

    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bg_nummer: Mapped[str | None]
    jobcenter_standort: Mapped[str | None]
    sgb2_bezug: Mapped[bool | None]
    sgb2_bezug_ende: Mapped[date | None]
    familienform: Mapped[str | None]
    junger_elternteil: Mapped[bool | None]
    schwanger: Mapped[bool | None]
    schwangerschaftswoche: Mapped[int | None]
    schwangerschaftswoche_am: Mapped[date | None]  #: the day on which the week was entered
    mehrbedarf_schwangerschaft_ab: Mapped[date | None]
    teilnahme_status: Mapped[str | None]


class InvolvedGroup(Base):
    """A group that has had a task in the case; its members may open the case page."""

    __tablename__ = "involved_group"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    group_id: Mapped[str] = mapped_column(primary_key=True)
