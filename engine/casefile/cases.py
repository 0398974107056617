"""Cases: made, found and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.casefile import sealing
from engine.clock import BERLIN
from engine.errors import Conflict, NotFound
from engine.ids import ids
from engine.model.case import Bg, Case

#: The state of a case that is closed: its contents are restricted (§ 84 SGB X).
ENDED = "beendet"


class CaseNotFound(NotFound):
    """Diesen Fall gibt es nicht, oder Sie dürfen ihn nicht sehen."""


class CaseEnded(Conflict):
    """Dieser Fall ist beendet. Darin beginnt nichts Neues mehr."""


def create(
    session: Session, mandant_id: str, *, now: datetime, bg_nummer: str | None = None
) -> int:
    """Open a case with a key of its own and return its number."""
    case_id = ids.take()
    begun = now.astimezone(BERLIN).date()
    session.execute(
        insert(Case).values(
            id=case_id, mandant_id=mandant_id, status="offen", fallbeginn=begun, created_at=now
        )
    )
    sealing.create_key(session, case_id)
    if bg_nummer:
        session.execute(insert(Bg).values(case_id=case_id, bg_nummer=bg_nummer))
    return case_id


def mandant_of(session: Session, case_id: int) -> str:
    """Return whose case it is; raise `CaseNotFound`."""
    mandant_id = session.execute(select(Case.mandant_id).where(Case.id == case_id)).scalar()
    if mandant_id is None:
        raise CaseNotFound
    return mandant_id


def is_ended(session: Session, case_id: int) -> bool:
    """Whether the case is closed, so that its contents are restricted (§ 84 SGB X)."""
    status = session.execute(select(Case.status).where(Case.id == case_id)).scalar()
    return status == ENDED


def find_by_bg(session: Session, mandant_id: str, bg_nummer: str) -> int | None:
    """Return the newest open case of a Bedarfsgemeinschaft, or None."""
    query = (
        select(Case.id)
        .join(Bg, Bg.case_id == Case.id)
        .where(Bg.bg_nummer == bg_nummer, Case.mandant_id == mandant_id, Case.status == "offen")
        .order_by(Case.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def of_message(
    session: Session,
    variables: Mapping[str, Any],
    *,
    case_id: int | None,
    mandant_id: str,
    now: datetime,
) -> int:
    """Return the case that a message is about; open one if it is about none yet.

    In this order: the case it names, the open case of the Bedarfsgemeinschaft it names, the case
    it comes from, a new one. Raises `CaseNotFound` for a case of another Mandant, and `CaseEnded`
    for one that is closed.
    """
    named = number_of(variables.get("fall_id"))
    if named is not None:
        if mandant_of(session, named) != mandant_id:
            raise CaseNotFound
        return _open(session, named)
    bg_nummer = variables.get("bg_nummer")
    bg_nummer = bg_nummer if isinstance(bg_nummer, str) else None
    if not bg_nummer and case_id is not None:
        return _open(session, case_id)
    found = find_by_bg(session, mandant_id, bg_nummer) if bg_nummer else None
    return found or create(session, mandant_id, now=now, bg_nummer=bg_nummer)


def _open(session: Session, case_id: int) -> int:
    if is_ended(session, case_id):
        raise CaseEnded
    return case_id


def number_of(value: Any) -> int | None:
    """Return a visible number that a variable holds as text, or None if it holds none."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
