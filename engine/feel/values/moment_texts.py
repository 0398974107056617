"""Dates, times and durations as ISO 8601 texts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.feel.values.moments import offset_of


def write_date(day: date) -> str:
    """Return `2026-12-31`."""
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def write_time(clock: time | datetime) -> str:
    """Return `09:30:00` with the zone, if there is one."""
    text = f"{clock.hour:02d}:{clock.minute:02d}:{clock.second:02d}{_part(clock.microsecond)}"
    return text + write_zone(clock)


def write_offset_time(clock: time | datetime) -> str:
    """Return the time with its difference to UTC, as JSON has no names of zones."""
    offset = offset_of(clock)
    text = write_time(clock.replace(tzinfo=None))
    return text if offset is None else text + write_offset(offset)


def write_zone(clock: time | datetime) -> str:
    """Return `Z`, `+01:00` or `@Europe/Berlin`, or nothing for a local time."""
    if clock.tzinfo is None:
        return ""
    if isinstance(clock.tzinfo, ZoneInfo):
        return f"@{clock.tzinfo.key}"
    return write_offset(offset_of(clock) or timedelta())


def write_offset(offset: timedelta) -> str:
    """Return `Z` or `+01:00`."""
    seconds = int(offset.total_seconds())
    if not seconds:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}" + (
        f":{rest:02d}" if rest else ""
    )


def write_datetime(moment: datetime) -> str:
    """Return `2026-12-31T09:30:00` with the zone, if there is one."""
    return f"{write_date(moment)}T{write_time(moment)}"


def write_moment_for_java(moment: datetime) -> str:
    """Return `2026-12-31T09:30:00+01:00[Europe/Berlin]`: the offset, and the zone if it has one."""
    text = f"{write_date(moment)}T{write_offset_time(moment)}"
    return f"{text}[{moment.tzinfo.key}]" if isinstance(moment.tzinfo, ZoneInfo) else text


def write_duration(length: timedelta) -> str:
    """Return `P3DT4H`."""
    micro = abs(length) // timedelta(microseconds=1)
    seconds, micro = divmod(micro, 1_000_000)
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{_part(micro)}S" if seconds or micro else ""
    parts = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if length < timedelta() else "") + "P" + (parts or "T0S")


def _part(microseconds: int) -> str:
    return f".{microseconds:06d}".rstrip("0") if microseconds else ""
