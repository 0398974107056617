"""What was done to accounts, programs and the installation: who, when, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.ids import ids
from engine.model.deed import Deed


@dataclass(frozen=True)
class Done:
    """One deed as a list shows it."""

    at: datetime
    actor: str
    action: str
    subject: str


def record(session: Session, actor: str, action: str, subject: str, *, now: datetime) -> None:
    """Append a deed; it names accounts and numbers, never contents."""
    values = {"id": ids.take(), "at": now, "actor": actor, "action": action, "subject": subject}
    session.execute(insert(Deed).values(**values))


def latest(session: Session, *, about: str = "", most: int = 20) -> list[Done]:
    """Return the newest deeds whose subject begins with a text, the newest first."""
    query = select(Deed.at, Deed.actor, Deed.action, Deed.subject)
    query = query.where(Deed.subject.startswith(about, autoescape=True))
    return [Done(*row) for row in session.execute(query.order_by(Deed.id.desc()).limit(most))]
