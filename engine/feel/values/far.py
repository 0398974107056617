"""Dates outside the years 1 to 9999, which Python's own do not reach.

The calendar repeats after 400 years, so such a date is one near the year 2000 and a number of
repetitions. It can be written, moved, tested for equality, and its months to another date counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime

from engine.feel.values.moment_texts import write_date, write_datetime
from engine.feel.values.moments import (
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
)

_CYCLE = 400
_NEAR = 2000
_TEXT = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))(-\d\d-\d\d)(T.+)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date, or a date and time, so many times 400 years from one near the year 2000."""

    cycles: int
    near: date

    @property
    def year(self) -> int:
        """The year, which may be negative."""
        return self.near.year + _CYCLE * self.cycles

    @property
    def month(self) -> int:
        """The month, from 1."""
        return self.near.month

    @property
    def day(self) -> int:
        """The day of the month, from 1."""
        return self.near.day

    def __str__(self) -> str:
        year, near = self.year, self.near
        text = write_datetime(near) if isinstance(near, datetime) else write_date(near)
        return f"{'-' if year < 0 else ''}{abs(year):04d}{text[4:]}"

    def moved(self, move: Callable[[date], object]) -> object:
        """Return the date after a calculation on the near one."""
        near = move(self.near)
        return settled(self.cycles, near) if isinstance(near, date) else near


def settled(cycles: int, near: date) -> date | FarDate:
    """Return the date so many cycles away: Python's own where that reaches."""
    shift = (near.year - _NEAR) // _CYCLE
    near = near.replace(year=near.year - _CYCLE * shift)
    year = near.year + _CYCLE * (cycles + shift)
    if MINYEAR <= year <= MAXYEAR:
        return near.replace(year=year)
    return FarDate(cycles + shift, near)


def far_date(year: int, month: int, day: int) -> date | FarDate:
    """Return the date of a year of up to nine digits; ValueError where there is none."""
    if abs(year) > 999_999_999:
        raise ValueError
    near = year % _CYCLE + _NEAR
    return settled((year - near) // _CYCLE, date(near, month, day))


def read_date(text: str) -> date | FarDate | None:
    """Return the date of a text, however far away."""
    return parse_date(text) or _read_far(text, parse_date, with_time=False)


def read_datetime(text: str) -> datetime | FarDate | None:
    """Return the date and time of a text, however far away."""
    near = parse_datetime(text)
    if near is not None:
        return near
    far = _read_far(text, parse_datetime, with_time=True)
    return far if isinstance(far, FarDate | datetime) else None


def _read_far(
    text: str, parse: Callable[[str], date | None], *, with_time: bool
) -> date | FarDate | None:
    match = _TEXT.fullmatch(text)
    if match is None or (match[3] is not None and not with_time):
        return None
    year = int(match[1])
    if MINYEAR <= year <= MAXYEAR:
        return None
    near_year = year % _CYCLE + _NEAR
    near = parse(f"{near_year}{match[2]}{match[3] or ''}")
    return None if near is None else settled((year - near_year) // _CYCLE, near)


def read_moment(text: str) -> object:
    """Return what `@"..."` means: the kind follows from the text's shape. None when invalid."""
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text and text[:1] in "-0123456789":
        return read_datetime(text)
    if ":" in text[:3]:
        return parse_time(text)
    return read_date(text)
