"""Built-ins that make a value of another kind, and `not`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from engine.feel.budget import check_length
from engine.feel.builtins.numbers import whole
from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.arithmetic import midnight
from engine.feel.values.far import FarDate, far_date, read_date, read_datetime
from engine.feel.values.moments import (
    YearsMonths,
    parse_duration,
    parse_time,
)
from engine.feel.values.numbers import parse_number
from engine.feel.values.texts import write

FAMILY = Family()
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@FAMILY.add("date(from: string|date|date and time)")
def date_of(value: str | date) -> date | FarDate:
    """Return the date of a text or a moment."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    day = read_date(value)
    if day is None:
        raise Refused('der Text ist kein Datum; ein Datum schreibt man "2026-12-31"')
    return day


@FAMILY.add("date(year: number, month: number, day: number)")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> date | FarDate:
    """Return the date of year, month and day."""
    return far_date(whole(year, "das Jahr"), whole(month, "der Monat"), whole(day, "der Tag"))


@FAMILY.add("time(from: string|time|date and time|date)")
def time_of(value: str | time | date) -> time:
    """Return the time of a text or a moment."""
    if isinstance(value, time):
        return value
    if isinstance(value, date):
        return midnight(value).timetz()
    clock = parse_time(value.removeprefix("T"))
    if clock is None:
        raise Refused('der Text ist keine Uhrzeit; eine Uhrzeit schreibt man "09:30:00"')
    return clock


@FAMILY.add("time(hour: number, minute: number, second: number, offset?: days and time duration)")
def time_from_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time:
    """Return the time of hour, minute, second and difference to UTC."""
    zone = None if offset is None else timezone(offset) if offset else UTC
    seconds = int(second)
    microseconds = int((second - seconds) * 1_000_000)
    hours, minutes = whole(hour, "die Stunde"), whole(minute, "die Minute")
    return time(hours, minutes, seconds, microseconds, zone)


@FAMILY.add("date and time(from: string|date|date and time)")
def datetime_of(value: str | date) -> datetime | FarDate:
    """Return the moment of a text; a date is its midnight in UTC."""
    if isinstance(value, date):
        return midnight(value)
    moment = read_datetime(value)
    if moment is None:
        raise Refused(
            'der Text ist kein Zeitpunkt; einen Zeitpunkt schreibt man "2026-12-31T09:30:00"'
        )
    return moment


@FAMILY.add("date and time(date: date|date and time, time: time)")
def datetime_from_parts(day: date, clock: time) -> datetime:
    """Return the moment of a day and a time."""
    return datetime.combine(midnight(day).date(), clock)


@FAMILY.add("duration(from: string|days and time duration|years and months duration)")
def duration_of(value: str | timedelta | YearsMonths) -> timedelta | YearsMonths:
    """Return the duration of a text."""
    if not isinstance(value, str):
        return value
    length = parse_duration(value)
    if length is None:
        raise Refused('der Text ist keine Dauer; eine Dauer schreibt man "P14D", "P6M" oder "PT4H"')
    return length


@FAMILY.add("number(from: string|number)")
def number_of(value: str | Decimal) -> Decimal:
    """Return the number of a text."""
    return value if isinstance(value, Decimal) else _read_number(value)


@FAMILY.add("number(from: string, grouping separator: any, decimal separator?: any)")
def number_with_separators(text: str, grouping: object, decimal: object = None) -> Decimal:
    """Return the number of a text with separators."""
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        raise Refused('das Gruppenzeichen ist " ", "," oder ".", das Dezimalzeichen "," oder "."')
    if grouping is not None and grouping == decimal:
        raise Refused("Gruppenzeichen und Dezimalzeichen müssen verschieden sein")
    if isinstance(grouping, str):
        text = text.replace(grouping, "")
    if decimal == ",":
        # A point that is left over separates nothing here.
        text = text.replace(".", "?").replace(",", ".")
    return _read_number(text)


def _read_number(text: str) -> Decimal:
    number = parse_number(text) if _NUMBER.fullmatch(text) else None
    if number is None:
        raise Refused("der Text ist keine Zahl")
    return number


@FAMILY.add("string(from: any)")
def string_of(value: object) -> str | None:
    """Return the value as a text."""
    if value is None:
        return None
    text = write(value)
    check_length(len(text))
    return text


@FAMILY.add("not(negand: any)")
def negated(value: object) -> bool | None:
    """Return the opposite of true or false."""
    return not value if isinstance(value, bool) else None
