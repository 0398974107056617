"""When a timer of a plan is due, on the calendar of Europe/Berlin; written without the engine."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def due(timer, now, number=1):
    """Return when a timer that was set `now` fires for the `number`-th time."""
    if timer.kind == "timeDate":
        return datetime.fromisoformat(timer.text).replace(tzinfo=BERLIN).astimezone(UTC)
    hours = timedelta(hours=timer.hours * number)
    if not timer.months and not timer.days:  # hours pass on the clock, whatever the wall shows
        return now + hours
    wall = now.astimezone(BERLIN).replace(tzinfo=None)
    months = wall.year * 12 + wall.month - 1 + timer.months * number
    last = monthrange(months // 12, months % 12 + 1)[1]
    wall = wall.replace(year=months // 12, month=months % 12 + 1, day=min(wall.day, last))
    wall += timedelta(days=timer.days * number)
    return wall.replace(tzinfo=BERLIN).astimezone(UTC) + hours
