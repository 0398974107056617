"""When a timer is due: ISO 8601 or FEEL values, on the calendar of Europe/Berlin.

A date means 00:00 in Berlin. Months, weeks and days move on the calendar (31 January plus a month
is the last day of February; a day later is the same wall-clock time), hours on the clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.bpmn import cron

BERLIN = ZoneInfo("Europe/Berlin")
MOST_REPETITIONS = 10_000
SAMPLE = datetime(2026, 1, 1, tzinfo=UTC)  #: for checking texts when no time has come yet

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
#: Java writes the name of the zone behind the offset; the offset says it all.
_ZONE = re.compile(r"(?P<offset>Z|[+-]\d\d:\d\d)\[[A-Za-z][A-Za-z0-9_/+-]{1,60}\]", re.ASCII)
_CYCLE = re.compile(r"R(\d{0,5})/(?:([^/]+)/)?(P[^/]+)", re.ASCII)
NO_CYCLE = (
    "Das ist keine Wiederholung. Erlaubt sind Angaben wie „R3/P1W“ und Cron-Ausdrücke mit sechs "
    "Feldern (Sekunde, Minute, Stunde, Tag, Monat, Wochentag) wie „0 0 6 L * *“ oder „@daily“."
)
NEVER = "Auf diese Wiederholung (Cron) fällt in den nächsten 50 Jahren kein Zeitpunkt."


class NoMoment(ValueError):
    """A value does not say when; the message says why in German."""


@dataclass(frozen=True)
class Span:
    """A duration with its calendar part and its clock part kept apart."""

    months: int = 0
    days: int = 0
    clock: timedelta = timedelta()

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return the moment that lies `times` spans after the start, as UTC."""
        try:
            return self._on_calendar(start, times).astimezone(UTC) + self.clock * times
        except (ValueError, OverflowError) as error:
            raise NoMoment("Der Zeitpunkt liegt außerhalb des Kalenders.") from error

    def _on_calendar(self, start: datetime, times: int) -> datetime:
        if not self.months and not self.days:  # in the hour that comes twice, it stays which one
            return start
        wall = start.astimezone(BERLIN)
        month = wall.month - 1 + self.months * times
        year, month = wall.year + month // 12, month % 12 + 1
        day = min(wall.day, monthrange(year, month)[1])
        return wall.replace(year=year, month=month, day=day) + timedelta(days=self.days * times)


def span_of(value: Any) -> Span:
    """Return the span of an ISO 8601 text or a FEEL duration."""
    if isinstance(value, feel.YearsMonths):
        return _forward(Span(months=value.months))
    if isinstance(value, timedelta):
        return _forward(Span(days=value.days, clock=value - timedelta(days=value.days)))
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise NoMoment("Das ist keine Dauer. Erlaubt sind Angaben wie „P14D“ oder „PT2H“.")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    clock = timedelta(hours=hours, minutes=minutes, seconds=float(match[7] or 0))
    return Span(months=years * 12 + months, days=weeks * 7 + days, clock=clock)


def _forward(span: Span) -> Span:
    if span.months < 0 or span.days < 0:
        raise NoMoment("Eine Dauer darf nicht negativ sein.")
    return span


def moment_of(value: Any) -> datetime:
    """Return the instant of a date, a date and time, or their ISO 8601 texts, as UTC."""
    found = feel.from_json(_ZONE.sub(r"\g<offset>", value)) if isinstance(value, str) else value
    if isinstance(found, datetime):
        aware = found if found.tzinfo is not None else found.replace(tzinfo=BERLIN)
        return aware.astimezone(UTC)
    if isinstance(found, date):
        return datetime.combine(found, time(), BERLIN).astimezone(UTC)
    raise NoMoment(
        "Das ist kein Zeitpunkt. Erlaubt sind Angaben wie „2026-03-09“ oder „2026-03-09T08:00:00“."
    )


def first_round(kind: str, value: Any, *, now: datetime) -> dict[str, Any]:
    """Return when a timer is due for the first time, and what is needed to repeat it."""
    if kind == "timeDate":
        return {"due": moment_of(value).isoformat()}
    if kind == "timeDuration":
        return {"due": span_of(value).after(now).isoformat()}
    if isinstance(value, str) and cron.is_cron(value):
        return _cron_round(value, now)
    match = _CYCLE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise NoMoment(NO_CYCLE)
    begin = moment_of(match[2]) if match[2] else now
    span_of(match[3])
    left = min(int(match[1]), MOST_REPETITIONS) if match[1] else -1
    if left == 0:
        raise NoMoment("Eine Wiederholung mit R0 findet nie statt.")
    round_number = 0 if match[2] else 1
    return _round({"from": begin.isoformat(), "every": match[3], "left": left}, round_number)


def following_round(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return when a repeating timer is due again, or None when it was the last time."""
    cycle = facts.get("cycle")
    if not cycle or cycle.get("left") == 1:
        return None
    try:
        if "cron" in cycle:
            return _cron_round(cycle["cron"], datetime.fromisoformat(facts["due"]))
        left = cycle["left"] - 1 if cycle["left"] > 0 else -1
        return _round({**cycle, "left": left}, cycle["round"] + 1)
    except NoMoment:  # the calendar ends in the year 9999
        return None


def _round(cycle: dict[str, Any], number: int) -> dict[str, Any]:
    # Counted from the beginning each time, so that 31 January does not drift to the 28th.
    begin = datetime.fromisoformat(cycle["from"])
    due = span_of(cycle["every"]).after(begin, times=number)
    return {"due": due.isoformat(), "cycle": {**cycle, "round": number}}


def _cron_round(expression: str, after: datetime) -> dict[str, Any]:
    try:
        due = cron.next_moment(expression, after, BERLIN)
    except cron.WrongCron as error:
        raise NoMoment(NO_CYCLE) from error
    if due is None:
        raise NoMoment(NEVER)
    return {"due": due.isoformat(), "cycle": {"cron": expression}}
