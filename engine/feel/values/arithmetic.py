"""Addition, subtraction, multiplication and division of numbers, texts, dates and durations.

Each function returns UNDEFINED for kinds that do not go together; errors of the numbers
themselves (division by zero, out of range) are Python's own and handled by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from engine.feel.values.comparison import instant, time_key
from engine.feel.values.far import FarDate
from engine.feel.values.moments import YearsMonths, add_months
from engine.feel.values.numbers import ARITHMETIC

UNDEFINED: Final = object()
MICROSECOND = timedelta(microseconds=1)
# A date beside a moment with a zone counts as midnight UTC, as the test kit of the standard does.


def add(left: object, right: object) -> object:
    """Return left + right."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return ARITHMETIC.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, timedelta | YearsMonths) and not isinstance(right, timedelta | YearsMonths):
        left, right = right, left
    if isinstance(right, timedelta):
        return _add_time(left, right)
    if isinstance(right, YearsMonths):
        return _add_months(left, right)
    return UNDEFINED


def _add_time(left: object, length: timedelta) -> object:
    match left:
        case FarDate():
            return left.moved(lambda near: _add_time(near, length))
        case datetime():
            return _shift(left, length)
        case date():
            return left + timedelta(days=length.days)
        case time():
            return _turn(left, length)
        case timedelta():
            return left + length
    return UNDEFINED


def _shift(moment: datetime, length: timedelta) -> datetime:
    # Whole days keep the clock on the wall; hours go through UTC, so that they last an hour each.
    if not isinstance(moment.tzinfo, ZoneInfo) or length % timedelta(days=1) == timedelta():
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _turn(clock: time, length: timedelta) -> time:
    within_a_day = length % timedelta(days=1)
    return (datetime.combine(date(2000, 1, 1), clock) + within_a_day).timetz()


def _add_months(left: object, length: YearsMonths) -> object:
    if isinstance(left, YearsMonths):
        return YearsMonths(left.months + length.months)
    if isinstance(left, FarDate):
        return left.moved(lambda near: add_months(near, length.months))
    return add_months(left, length.months) if isinstance(left, date) else UNDEFINED


def subtract(left: object, right: object) -> object:
    """Return left - right."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return ARITHMETIC.subtract(left, right)
    if isinstance(left, Decimal | str):
        return UNDEFINED
    if isinstance(right, timedelta):
        return add(left, -right)
    if isinstance(right, YearsMonths):
        return add(left, YearsMonths(-right.months))
    return _difference(left, right)


def _difference(left: object, right: object) -> object:
    if isinstance(left, time) and isinstance(right, time):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return UNDEFINED
        return timedelta(microseconds=time_key(left) - time_key(right))
    if isinstance(left, date) and isinstance(right, date):
        mine, theirs = midnight(left), midnight(right)
        if (mine.tzinfo is None) != (theirs.tzinfo is None):
            return UNDEFINED
        return instant(mine) - instant(theirs)
    return UNDEFINED


def midnight(day: date) -> datetime:
    """Return the moment, or the date's midnight in UTC."""
    if isinstance(day, datetime):
        return day
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def multiply(left: object, right: object) -> object:
    """Return left * right."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return ARITHMETIC.multiply(left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return UNDEFINED
    if isinstance(left, timedelta):
        return _length(ARITHMETIC.multiply(_micro(left), right))
    if isinstance(left, YearsMonths):
        return YearsMonths(int(ARITHMETIC.multiply(Decimal(left.months), right)))
    return UNDEFINED


def divide(left: object, right: object) -> object:
    """Return left / right."""
    if isinstance(right, Decimal):
        return _divide_by_number(left, right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return ARITHMETIC.divide(_micro(left), _micro(right))
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return ARITHMETIC.divide(Decimal(left.months), Decimal(right.months))
    return UNDEFINED


def _divide_by_number(left: object, right: Decimal) -> object:
    match left:
        case Decimal():
            return ARITHMETIC.divide(left, right)
        case timedelta():
            return _length(ARITHMETIC.divide(_micro(left), right))
        case YearsMonths():
            return YearsMonths(int(ARITHMETIC.divide(Decimal(left.months), right)))
    return UNDEFINED


def power(left: object, right: object) -> object:
    """Return left ** right."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return ARITHMETIC.power(left, right)
    return UNDEFINED


def _micro(length: timedelta) -> Decimal:
    return Decimal(length // MICROSECOND)


def _length(micro: Decimal) -> timedelta:
    return timedelta(microseconds=int(micro.to_integral_value()))


OPERATIONS: Mapping[str, Callable[[object, object], object]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
