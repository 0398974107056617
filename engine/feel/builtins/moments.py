"""Built-ins on dates and times."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from engine.feel.builtins.registry import Family
from engine.feel.evaluation import Evaluation
from engine.feel.values.comparison import equal
from engine.feel.values.kinds import kind
from engine.feel.values.moment_texts import write_zone
from engine.feel.values.moments import CalendarDay, YearsMonths, months_between

FAMILY = Family()
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@FAMILY.add("now()", evaluation=True)
def now(evaluation: Evaluation) -> datetime:
    """Return the moment of the evaluation in Germany."""
    return evaluation.now()


@FAMILY.add("today()", evaluation=True)
def today(evaluation: Evaluation) -> date:
    """Return the day of the evaluation in Germany."""
    return evaluation.today()


@FAMILY.add("day of year(date: date|date and time)")
def day_of_year(day: date) -> Decimal:
    """Return the number of the day in its year."""
    return Decimal(day.timetuple().tm_yday)


@FAMILY.add("day of week(date: date|date and time)")
def day_of_week(day: date) -> str:
    """Return the English name of the weekday, as the standard asks."""
    return _DAYS[day.weekday()]


@FAMILY.add("month of year(date: date|date and time)")
def month_of_year(day: date) -> str:
    """Return the English name of the month, as the standard asks."""
    return _MONTHS[day.month - 1]


@FAMILY.add("week of year(date: date|date and time)")
def week_of_year(day: date) -> Decimal:
    """Return the number of the calendar week (ISO 8601)."""
    return Decimal(day.isocalendar().week)


@FAMILY.add(
    "years and months duration(from: date|date and time|far date, to: date|date and time|far date)"
)
def years_and_months_duration(first: CalendarDay, last: CalendarDay) -> YearsMonths:
    """Return the whole months between two days."""
    return YearsMonths(months_between(first, last))


@FAMILY.add("is(value1?: any, value2?: any)", evaluation=True)
def same(evaluation: Evaluation, left: object = None, right: object = None) -> bool:
    """Tell whether two values are the same, their time zones included."""
    if kind(left) != kind(right):
        return False
    if isinstance(left, datetime | time) and isinstance(right, datetime | time):
        zones_agree = write_zone(left) == write_zone(right)
        return zones_agree and left.replace(tzinfo=None) == right.replace(tzinfo=None)
    return equal(left, right, evaluation.budget) is True
