"""Dates, times and durations: reading and writing their ISO 8601 texts, and counting months."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import total_ordering
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ZONE = r"(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*)?"
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(\.\d+)?" + _ZONE, re.ASCII)
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?P<clock>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?P<part>\.\d*)?S)?)?",
    re.ASCII,
)
_JSON_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
Day = TypeVar("Day", bound=date)
# The zone of a time of day has no date; its offset is the one of this day.
_SOME_DAY = datetime(1970, 1, 1)  # noqa: DTZ001
_LONGEST = 80  # characters of a text that may be a date, a time or a duration


@total_ordering
@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A duration of whole months, such as P1Y6M."""

    months: int

    def __lt__(self, other: YearsMonths) -> bool:
        return self.months < other.months

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (parts or "0M")


def parse_zone(text: str | None) -> tzinfo | None:
    """Return the zone of a time's text; a zone that does not exist raises ValueError."""
    if not text:
        return None
    if text in "Zz":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, OSError) as unknown:
            raise ValueError from unknown
    hours, minutes, seconds = ([int(part) for part in text[1:].split(":")] + [0])[:3]
    if minutes > 59 or seconds > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if text[0] == "-" else offset) if offset else UTC


def parse_date(text: str) -> date | None:
    """Return the date of `2026-12-31`, or None."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Return the time of `09:30:00`, with `Z`, `+01:00` or `@Europe/Berlin`, or None."""
    match = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if not match:
        return None
    hour = 0 if text.startswith("24:00:00") else int(match[1])
    try:
        zone = parse_zone(match[5])
        return time(hour, int(match[2]), int(match[3]), _microseconds(match[4]), zone)
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """Return the date and time of `2026-12-31T09:30:00`, or None.

    The zone may follow an offset, as Java writes it: `2026-12-31T09:30:00+01:00[Europe/Berlin]`.
    """
    plain, bracket, zone = text.partition("[")
    moment = _parse_datetime(plain)
    if not bracket or moment is None:
        return moment
    if not zone.endswith("]") or plain[-1:] not in "0123456789Zz" or moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(parse_zone(f"@{zone[:-1]}"))
    except (ValueError, OverflowError):
        return None


def _parse_datetime(text: str) -> datetime | None:
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None:
        return None
    if not separator:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - FEEL has local moments
    clock = parse_time(time_text)
    if clock is None:
        return None
    moment = datetime.combine(day, clock)
    if not time_text.startswith("24:"):
        return moment
    return moment + timedelta(days=1) if day < date.max else None


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """Return the duration of `P1Y6M`, `P2W` or `P3DT4H`, or None."""
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if not match or text[-1] in "PT":
        return None
    sign = -1 if match["sign"] else 1
    has_days = any(match[name] for name in ("weeks", "days", "clock"))
    if match["years"] or match["months"]:
        months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return None if has_days else YearsMonths(sign * months)
    try:
        return sign * timedelta(
            weeks=int(match["weeks"] or 0),
            days=int(match["days"] or 0),
            hours=int(match["hours"] or 0),
            minutes=int(match["minutes"] or 0),
            seconds=int(match["seconds"] or 0),
            microseconds=_microseconds(match["part"]),
        )
    except OverflowError:
        return None


def _microseconds(fraction: str | None) -> int:
    return int((fraction or ".")[1:7].ljust(6, "0"))


def read_json_moment(text: str) -> date | datetime | None:
    """Return the date or date and time that a JSON text is, if it has exactly that shape."""
    if not _JSON_MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None


def add_months(day: Day, months: int) -> Day:
    """Return the same day of a later month, or that month's last day; ValueError out of range."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


class CalendarDay(Protocol):
    """A day of the calendar, in whatever year."""

    @property
    def year(self) -> int: ...
    @property
    def month(self) -> int: ...
    @property
    def day(self) -> int: ...


def months_between(first: CalendarDay, last: CalendarDay) -> int:
    """Return the whole months from one day to another; times of day do not count."""
    if (last.year, last.month, last.day) < (first.year, first.month, first.day):
        return -months_between(last, first)
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def offset_of(moment: time | datetime) -> timedelta | None:
    """Return the difference to UTC, or None for a local time."""
    if moment.tzinfo is None:
        return None
    offset = moment.utcoffset()
    return moment.tzinfo.utcoffset(_SOME_DAY) if offset is None else offset
