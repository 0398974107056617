"""Places in a team: counted, reserved, given back, and waited for.

The last place is given once: taking one is a conditional statement on the team's row, for which
concurrent transactions queue, and whose row count decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.ids import ids
from engine.model.inserting import insert_absent
from engine.model.participation import Occupancy, Participation

WAITING, RESERVED, PARTICIPATING, FREE = "wartend", "reserviert", "teilnahme", "frei"
HOLDING = (RESERVED, PARTICIPATING)


@dataclass(frozen=True)
class Place:
    """A case in a team."""

    case_id: int
    team: str


@dataclass(frozen=True)
class Standing:
    """How many cases of a team have a place reserved, participate, or wait for a place."""

    reserved: int
    participating: int
    waiting: int


class NoPlaceReserved(Conflict):
    """Für diesen Fall ist kein Platz reserviert."""


def taken(session: Session, team: str) -> int:
    """Return how many places of a team are reserved or used."""
    query = select(func.count()).select_from(Participation)
    where = (Participation.team == team, Participation.state.in_(HOLDING))
    return session.execute(query.where(*where)).scalar_one()


def standing(session: Session, team: str) -> Standing:
    """Return how a team's places stand."""
    query = select(Participation.state, func.count()).where(Participation.team == team)
    found = {
        state: number for state, number in session.execute(query.group_by(Participation.state))
    }
    return Standing(*(found.get(state, 0) for state in (RESERVED, PARTICIPATING, WAITING)))


def reserve(
    session: Session, place: Place, *, most: int | None, beyond: bool, now: datetime
) -> bool:
    """Reserve a place if one of `most` is free, or in any case if `beyond`; say whether it worked.

    A case that holds a place keeps it, nothing is counted twice.
    """
    state = _state(session, place)
    if state in HOLDING:
        return True
    if not _take(session, place.team, most=most, beyond=beyond):
        return False
    values = {"state": RESERVED, "reserved_at": now, "ueberbelegung": beyond}
    gone = {"waiting_since": None, "notified_at": None, "beginn": None, "ende": None}
    _put(session, place, {**values, **gone}, known=state is not None)
    return True


def wait(session: Session, place: Place, *, priority: int, now: datetime) -> None:
    """Put a case on the waiting list; one that waits already keeps its place in time."""
    query = select(Participation.state, Participation.waiting_since)
    row = session.execute(query.where(*_of(place))).first()
    if row is not None and row.state in HOLDING:
        return
    since = row.waiting_since if row is not None and row.waiting_since else now
    values = {"state": WAITING, "prioritaet": priority, "waiting_since": since}
    _put(session, place, {**values, "notified_at": None}, known=row is not None)


def release(
    session: Session, place: Place, *, day: date, ends_participation: bool = False
) -> tuple[bool, bool]:
    """Give a reserved place back, or leave the waiting list; a participation goes on unless asked.

    Returns whether a place was given back, and whether the next case is to be told: after that,
    or when the leaving case had been told of a free place that it will not take.
    """
    query = select(Participation.state, Participation.notified_at)
    row = session.execute(query.where(*_of(place))).first()
    kept = (FREE,) if ends_participation else (FREE, PARTICIPATING)
    if row is None or row.state in kept:
        return False, False
    held = row.state in HOLDING
    values = {"state": FREE, "ende": day if held else None, "waiting_since": None}
    _put(session, place, {**values, "notified_at": None}, known=True)
    if held:
        back = update(Occupancy).where(Occupancy.team == place.team)
        session.execute(back.values(belegt=Occupancy.belegt - 1))
    return held, held or row.notified_at is not None


def next_waiting(session: Session, team: str, *, now: datetime) -> int | None:
    """Pick the waiting case with the highest priority, then the longest waiting, once."""
    query = (
        select(Participation.id, Participation.case_id)
        .where(Participation.team == team, Participation.state == WAITING)
        .where(Participation.notified_at.is_(None))
        .order_by(Participation.prioritaet.desc(), Participation.waiting_since, Participation.id)
        .limit(1)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    told = update(Participation).where(Participation.id == row.id)
    session.execute(told.values(notified_at=now))
    return int(row.case_id)


def participate(session: Session, place: Place, *, beginn: date) -> int:
    """Make the reservation a participation and return its number; raise `NoPlaceReserved`."""
    held = update(Participation).where(*_of(place), Participation.state.in_(HOLDING))
    entered = held.values(state=PARTICIPATING, beginn=beginn).returning(Participation.id)
    number = session.execute(entered.execution_options(synchronize_session=False)).scalar()
    if number is None:
        raise NoPlaceReserved
    return number


def _of(place: Place) -> tuple[Any, ...]:
    return Participation.case_id == place.case_id, Participation.team == place.team


def _state(session: Session, place: Place) -> str | None:
    return session.execute(select(Participation.state).where(*_of(place))).scalar()


def _take(session: Session, team: str, *, most: int | None, beyond: bool) -> bool:
    """Count one place more on the team's row, if one is free."""
    if most is None and not beyond:
        return False
    insert_absent(session, Occupancy, [{"team": team, "belegt": 0}])
    one_more = update(Occupancy).where(Occupancy.team == team)
    if not beyond:
        one_more = one_more.where(Occupancy.belegt < most)
    result = session.execute(one_more.values(belegt=Occupancy.belegt + 1))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _put(session: Session, place: Place, values: dict[str, Any], *, known: bool) -> None:
    if known:
        session.execute(update(Participation).where(*_of(place)).values(**values))
        return
    session.add(Participation(id=ids.take(), case_id=place.case_id, team=place.team, **values))
    session.flush()
