"""Equality, order and membership of FEEL values; None where they cannot be compared."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.budget import Allowance, Purse
from engine.feel.values.far import FarDate
from engine.feel.values.kinds import Range, as_context
from engine.feel.values.moments import YearsMonths, offset_of

ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, YearsMonths})
#: Kinds that Python itself orders and compares as FEEL does.
PLAIN = frozenset({Decimal, str, date, timedelta, YearsMonths})
_MICROSECOND = timedelta(microseconds=1)


def time_key(clock: time) -> int:
    """Return the microseconds since midnight UTC, so that times of two zones compare."""
    since = timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
    return (since - (offset_of(clock) or timedelta())) // _MICROSECOND


def instant(moment: datetime) -> datetime:
    """Return the moment in UTC; a local one stays as it is."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def equal(left: object, right: object, purse: Purse | None = None) -> bool | None:
    """Answer `=`: None when the kinds differ, except that a list of one equals its entry."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind in PLAIN or kind is bool:
        if kind is type(right):
            return left == right
        if isinstance(right, list) and len(right) == 1:
            return equal(left, right[0], purse)
        return None
    return _equal_slowly(left, right, purse or Allowance())


def _equal_slowly(left: object, right: object, purse: Purse) -> bool | None:
    if isinstance(left, list):
        return _equal_list(left, right, purse)
    if isinstance(right, list):
        return equal(left, right[0], purse) if len(right) == 1 else None
    mine, theirs = as_context(left), as_context(right)
    if mine is not None:
        return None if theirs is None else _equal_contexts(mine, theirs, purse)
    if type(left) is not type(right):
        return None
    if isinstance(left, Range) and isinstance(right, Range):
        return _equal_ranges(left, right, purse)
    if isinstance(left, FarDate):
        return left == right
    if isinstance(left, time | datetime):
        return _equal_moments(left, right)
    return left is right or None


def _equal_list(left: list[object], right: object, purse: Purse) -> bool | None:
    if not isinstance(right, list):
        return equal(left[0], right, purse) if len(left) == 1 else None
    if len(left) != len(right):
        return False
    purse.take(len(left))
    return all(equal(a, b, purse) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(mine: Any, theirs: Any, purse: Purse) -> bool:
    if len(mine) != len(theirs):
        return False
    purse.take(len(mine))
    return all(key in theirs and equal(mine[key], theirs[key], purse) is True for key in mine)


def _equal_ranges(left: Range, right: Range, purse: Purse) -> bool:
    return (
        (left.operator, left.start_included, left.end_included)
        == (right.operator, right.start_included, right.end_included)
        and equal(left.start, right.start, purse) is True
        and equal(left.end, right.end, purse) is True
    )


def _equal_moments(left: time | datetime, right: Any) -> bool:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    if isinstance(left, datetime):
        return instant(left) == instant(right)
    return time_key(left) == time_key(right)


def order(left: object, right: object) -> int | None:
    """Return -1, 0 or 1, or None when the two cannot be ordered."""
    kind = type(left)
    if kind is not type(right) or kind not in ORDERED:
        return None
    mine: Any = left
    theirs: Any = right
    if kind is time or kind is datetime:
        if (mine.tzinfo is None) != (theirs.tzinfo is None):
            return None
        key: Any = time_key if kind is time else instant
        mine, theirs = key(mine), key(theirs)
    return -1 if mine < theirs else int(mine > theirs)


def contains(outer: Range, value: object) -> bool | None:
    """Answer whether the value, or the whole range, lies in the range."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        return None
    if isinstance(value, Range):
        return encloses(outer, value)
    if outer.operator in ("=", "!="):
        same = equal(value, outer.start)
        return same if same is None or outer.operator == "=" else not same
    if not outer.operator and (outer.start is None or outer.end is None):
        return None
    return _within(outer, value)


def _within(outer: Range, value: object) -> bool | None:
    above = _beyond(value, outer.start, 1, included=outer.start_included)
    if above is not True:
        return above
    return _beyond(value, outer.end, -1, included=outer.end_included)


def _beyond(value: object, end: object, side: int, *, included: bool) -> bool | None:
    if end is None:
        return True
    place = order(value, end)
    if place is None:
        return None
    return included if place == 0 else place == side


def encloses(outer: Range, inner: Range) -> bool | None:
    """Answer whether the inner range lies in the outer one."""
    sides = (
        (outer.start, inner.start, 1, outer.start_included or not inner.start_included),
        (outer.end, inner.end, -1, outer.end_included or not inner.end_included),
    )
    for limit, end, side, may_touch in sides:
        if limit is None:
            continue
        if end is None:
            return False
        inside = _beyond(end, limit, side, included=may_touch)
        if inside is not True:
            return inside
    return True
