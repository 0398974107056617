"""Days, moments and deadlines as people in Germany read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.clock import BERLIN

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
#: A deadline that is this near is marked.
SOON = timedelta(days=3)


@dataclass(frozen=True)
class DueMark:
    """How a deadline stands: `state` is overdue, today, soon or open; `text` is the day."""

    state: str
    text: str


def day(value: date | datetime) -> str:
    """Write a day as 03.02.2026; an instant is taken as its day in Germany."""
    if isinstance(value, datetime):
        value = value.astimezone(BERLIN).date()
    return value.strftime("%d.%m.%Y")


def moment(value: datetime) -> str:
    """Write an instant as 03.02.2026, 14:05 Uhr."""
    return value.astimezone(BERLIN).strftime("%d.%m.%Y, %H:%M Uhr")


def due_mark(due_at: datetime | None, *, now: datetime) -> DueMark | None:
    """Say how a deadline stands on the day of `now`; None where there is no deadline."""
    if due_at is None:
        return None
    due, today = due_at.astimezone(BERLIN).date(), now.astimezone(BERLIN).date()
    if due < today:
        state = "overdue"
    elif due == today:
        state = "today"
    else:
        state = "soon" if due - today <= SOON else "open"
    return DueMark(state, day(due))
