"""Requests that wait until the instance they began has completed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import State
from engine.model.instance import Instance
from web import arrivals
from web.api.callers import Caller
from web.api.problems import Problem
from web.api.variable_sight import Reader, opened, readable
from web.api.wire import Variables
from web.arrivals import ENDS, NoSeat
from web.database import session, write

#: Milliseconds that a request waits if it does not say, and at the most.
PATIENCE, MOST_PATIENCE = 10_000, 60_000
FULL = "Es warten schon zu viele Anfragen. Bitte versuchen Sie es gleich wieder."
NOT_YET = "Der Vorgang {key} läuft noch. Fragen Sie bitte später nach ihm."
CANCELLED = "Der Vorgang {key} wurde beendet, ehe er an ein Ende kam."


def seconds(asked: int | None) -> float:
    """Return how long a request waits that asked for so many milliseconds; 0 means it did not."""
    return max(0, min(asked or PATIENCE, MOST_PATIENCE)) / 1000


def completed(begin: Callable[[], int], patience: float) -> int:
    """Begin an instance and return its key once it has completed.

    Whoever finds no place to wait begins nothing. Raises a problem (504) when the time is over or
    the instance was ended before its end; it stays as it is.
    """
    news, until = arrivals.of_application(), monotonic() + patience
    try:
        with news.seat():
            mark = news.mark(ENDS)
            key = begin()
            state = _last_state(key, mark, until)
    except NoSeat:
        raise Problem(503, FULL, {"Retry-After": "1"}) from None
    if state != State.COMPLETED:
        raise Problem(504, (NOT_YET if state == State.ACTIVE else CANCELLED).format(key=key))
    return key


def _last_state(key: int, mark: int, until: float) -> str | None:
    """Look whenever an instance ended; return the end, or what was seen when time was over."""
    news = arrivals.of_application()
    while (state := _state(key)) == State.ACTIVE:
        left = until - monotonic()
        if left <= 0 or not news.wait(ENDS, mark, left):
            break
        mark = news.mark(ENDS)
    return state


def _state(key: int) -> str | None:
    """Read afresh; whoever waits keeps no connection."""
    database = session()
    try:
        return database.scalar(select(Instance.state).where(Instance.id == key))
    finally:
        database.rollback()


def results(caller: Caller, key: int, names: list[str] | None) -> Variables:
    """Return the instance's own variables as far as the caller may see them; no names mean all."""

    def read(database: Session) -> Variables:
        query = select(Instance).where(Instance.id == key, readable(database, caller))
        instance = database.scalars(query).first()
        if instance is None:
            return {}
        found = Reader(database, caller).of(instance)
        own = {each.name: each.value for each in found if each.scope_key == key}
        chosen = {name: own[name] for name in (names or own) if name in own}
        return opened(database, caller, instance, chosen)

    return write(read)
