"""What stands behind the dot of a date, a time, a duration or a range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import Range
from engine.feel.values.moments import YearsMonths, offset_of
from engine.feel.values.numbers import ZERO

Property = Callable[[Any], object]


def _zone(moment: time | datetime) -> str | None:
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None


def _seconds(moment: time | datetime) -> Decimal:
    return moment.second + Decimal(moment.microsecond).scaleb(-6)


def _signed(length: timedelta, part: Decimal | int) -> Decimal:
    return Decimal(part) if length >= timedelta() or not part else -Decimal(part)


def _duration_seconds(length: timedelta) -> Decimal:
    positive = abs(length)
    return _signed(length, positive.seconds % 60 + Decimal(positive.microseconds).scaleb(-6))


_DAY: Mapping[str, Property] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.isoweekday()),
}
_CLOCK: Mapping[str, Property] = {
    "hour": lambda clock: Decimal(clock.hour),
    "minute": lambda clock: Decimal(clock.minute),
    "second": _seconds,
    "time offset": offset_of,
    "timezone": _zone,
}
# A date is its midnight in UTC.
_MIDNIGHT: Mapping[str, Property] = {
    "hour": lambda _day: ZERO,
    "minute": lambda _day: ZERO,
    "second": lambda _day: ZERO,
    "time offset": lambda _day: timedelta(),
    "timezone": lambda _day: None,
}
_PROPERTIES: Mapping[type, Mapping[str, Property]] = {
    date: {**_DAY, **_MIDNIGHT},
    datetime: {**_DAY, **_CLOCK},
    time: _CLOCK,
    timedelta: {
        "days": lambda length: _signed(length, abs(length).days),
        "hours": lambda length: _signed(length, abs(length).seconds // 3600),
        "minutes": lambda length: _signed(length, abs(length).seconds // 60 % 60),
        "seconds": _duration_seconds,
    },
    YearsMonths: {
        "years": lambda length: Decimal(int(length.months / 12)),
        "months": lambda length: Decimal(length.months - 12 * int(length.months / 12)),
    },
    Range: {
        "start": lambda stretch: stretch.start,
        "end": lambda stretch: stretch.end,
        "start included": lambda stretch: stretch.start_included,
        "end included": lambda stretch: stretch.end_included,
    },
}
NAMES = frozenset(name for properties in _PROPERTIES.values() for name in properties)


def property_of(value: object, name: str) -> object:
    """Return the property of the value, or MISSING."""
    found = _PROPERTIES.get(type(value), {}).get(name)
    return MISSING if found is None else found(value)
