"""When a cron expression is due: six fields as Camunda 8 reads them, or one of its macros.

Both the day of the month and the day of the week must fit. A time of day that the change to
summer time leaves out counts an hour later, one that comes twice only the first time; where every
hour is meant, the clock counts. So each moment comes exactly once.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MACROS = {
    "@annually": "0 0 0 1 1 *",
    "@daily": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
    "@midnight": "0 0 0 * * *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@yearly": "0 0 0 1 1 *",
}
LONGEST = 200
_HOUR = timedelta(hours=1)
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LAST_DAY = re.compile(rf"({'|'.join(_DAYS)})L")


class WrongCron(ValueError):
    """A text is no cron expression."""


def is_cron(text: str) -> bool:
    """Whether a text is meant as a cron expression: a macro, or several fields."""
    return text.startswith("@") or len(text.split()) > 1


def next_moment(text: str, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first moment after another, as UTC; None if it never comes.

    Raises WrongCron for a text that cannot be read.
    """
    fields = _fields(text)
    try:
        if fields[2] == "*":
            moment = next(_walk(fields, after.astimezone(zone)), None)
            return moment.astimezone(UTC) if moment else None
        return _on_wall(fields, after, zone)
    except OverflowError:  # the calendar ends in the year 9999
        return None


def _on_wall(fields: tuple[str, ...], after: datetime, zone: ZoneInfo) -> datetime | None:
    wall = after.astimezone(zone).replace(tzinfo=None)
    # In the hour after the gap, the times that fell into the gap are still to come.
    hour_before = (after - _HOUR).astimezone(zone).replace(tzinfo=None)
    for time in _walk(fields, min(wall, hour_before + _HOUR)):
        moment = time.replace(tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment
    return None


def _walk(fields: tuple[str, ...], begin: datetime) -> CronSim:
    try:
        walk = CronSim(" ".join(fields), begin)
    except CronSimError as error:
        raise WrongCron from error
    walk.day_and = True
    return walk


@lru_cache(maxsize=256)
def _fields(text: str) -> tuple[str, ...]:
    fields = tuple(MACROS.get(text, text).upper().split())
    if len(fields) != 6 or len(text) > LONGEST:
        raise WrongCron
    *others, day, month, weekday = fields
    weekday = _LAST_DAY.sub(lambda found: f"{_DAYS.index(found[1])}L", weekday)
    weekday = weekday.replace("-SUN", "-7")  # a range may end with the Sunday, which is also 0
    return (*others, _spelled(day, "1-31"), month, _spelled(weekday, "0-7"))


def _spelled(field: str, everything: str) -> str:
    # CronSim would call a date that never comes a slip of the pen, but only next to an asterisk.
    return re.sub(r"^([*]|[?]$)", everything, field)
