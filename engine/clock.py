"""The one place that reads the wall clock, and the one place where it can be pinned."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_pinned: datetime | None = None


def now() -> datetime:
    """Return the present instant in UTC, or the pinned one."""
    return _pinned or datetime.now(UTC)  # noqa: TID251 - this is the door to the wall clock


def wall() -> datetime:
    """Return the wall clock's instant even where the clock is pinned: for alarms only."""
    return datetime.now(UTC)  # noqa: TID251


def today() -> date:
    """Return the present day in Germany."""
    return now().astimezone(BERLIN).date()


def pin(instant: datetime) -> None:
    """Hold the clock at an aware instant until `reset`; only test installations may do this."""
    global _pinned
    _pinned = instant.astimezone(UTC)


def reset() -> None:
    """Let the clock follow the wall again."""
    global _pinned
    _pinned = None
