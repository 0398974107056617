"""Built-ins that say how points and ranges lie to each other (Allen's relations)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.comparison import contains, order
from engine.feel.values.kinds import Range, german

FAMILY = Family()
Relation = Callable[[object, object], bool]


def _range(value: object) -> Range:
    if not isinstance(value, Range):
        raise Refused(f"hier braucht es einen Bereich, hier steht: {german(value)}")
    return value


def _as_range(value: object) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _order(left: object, right: object) -> int:
    place = order(left, right)
    if place is None:
        raise Refused(f"{german(left)} und {german(right)} lassen sich nicht vergleichen")
    return place


def before(left: object, right: object) -> bool:
    """Tell whether the left ends before the right begins."""
    first, second = _as_range(left), _as_range(right)
    place = _order(first.end, second.start)
    return place < 0 or (place == 0 and not (first.end_included and second.start_included))


def meets(left: object, right: object) -> bool:
    """Tell whether the left ends exactly where the right begins."""
    first, second = _range(left), _range(right)
    touching = first.end_included and second.start_included
    return touching and _order(first.end, second.start) == 0


def overlaps(left: object, right: object) -> bool:
    """Tell whether two ranges have a value in common."""
    first, second = _range(left), _range(right)
    return not before(first, second) and not before(second, first)


def overlaps_before(left: object, right: object) -> bool:
    """Tell whether the left begins earlier, and ends within the right."""
    first, second = _range(left), _range(right)
    start, end = _order(first.start, second.start), _order(first.end, second.end)
    begins = start < 0 or (start == 0 and first.start_included and not second.start_included)
    ends = end < 0 or (end == 0 and (not first.end_included or second.end_included))
    return begins and ends and not before(first, second)


def overlaps_after(left: object, right: object) -> bool:
    """Tell whether the left begins within the right, and ends later."""
    first, second = _range(left), _range(right)
    start, end = _order(first.start, second.start), _order(first.end, second.end)
    begins = start > 0 or (start == 0 and second.start_included and not first.start_included)
    ends = end > 0 or (end == 0 and (first.end_included or not second.end_included))
    return begins and ends and not before(second, first)


def finishes(left: object, right: object) -> bool:
    """Tell whether the left ends together with the right, and begins no earlier."""
    second = _range(right)
    if not isinstance(left, Range):
        return second.end_included and _order(left, second.end) == 0
    if left.end_included != second.end_included or _order(left.end, second.end) != 0:
        return False
    place = _order(left.start, second.start)
    return place > 0 or (place == 0 and (not left.start_included or second.start_included))


def starts(left: object, right: object) -> bool:
    """Tell whether the left begins together with the right, and ends no later."""
    second = _range(right)
    if not isinstance(left, Range):
        return second.start_included and _order(left, second.start) == 0
    if left.start_included != second.start_included or _order(left.start, second.start) != 0:
        return False
    place = _order(left.end, second.end)
    return place < 0 or (place == 0 and (not left.end_included or second.end_included))


def includes(left: object, right: object) -> bool:
    """Tell whether the left contains the right."""
    inside = contains(_range(left), right)
    if inside is None:
        raise Refused("die Werte lassen sich nicht vergleichen")
    return inside


def coincides(left: object, right: object) -> bool:
    """Tell whether two points or two ranges are the same."""
    if isinstance(left, Range) != isinstance(right, Range):
        raise Refused("hier braucht es zwei Punkte oder zwei Bereiche")
    first, second = _as_range(left), _as_range(right)
    return (
        _order(first.start, second.start) == 0
        and _order(first.end, second.end) == 0
        and (first.start_included, first.end_included)
        == (second.start_included, second.end_included)
    )


def _known(relation: Relation, left: object, right: object) -> bool:
    if left is None or right is None:
        raise Refused("einer der Werte ist leer (null)")
    return relation(left, right)


def _turned(relation: Relation, left: object, right: object) -> bool:
    return _known(relation, right, left)


_POINTS = "(point1: any, point2: any)"
_POINT_FIRST = "(point: any, range: any)"
_RANGE_FIRST = "(range: any, point: any)"
_RANGES = "(range1: any, range2: any)"
_MIXED = (_POINTS, _POINT_FIRST, _RANGE_FIRST, _RANGES)
for _name, _relation, _parameters in (
    ("before", partial(_known, before), _MIXED),
    ("after", partial(_turned, before), _MIXED),
    ("meets", partial(_known, meets), (_RANGES,)),
    ("met by", partial(_turned, meets), (_RANGES,)),
    ("finishes", partial(_known, finishes), (_POINT_FIRST, _RANGES)),
    ("finished by", partial(_turned, finishes), (_RANGE_FIRST, _RANGES)),
    ("starts", partial(_known, starts), (_POINT_FIRST, _RANGES)),
    ("started by", partial(_turned, starts), (_RANGE_FIRST, _RANGES)),
    ("includes", partial(_known, includes), (_RANGE_FIRST, _RANGES)),
    ("during", partial(_turned, includes), (_POINT_FIRST, _RANGES)),
    ("overlaps", partial(_known, overlaps), (_RANGES,)),
    ("overlaps before", partial(_known, overlaps_before), (_RANGES,)),
    ("overlaps after", partial(_known, overlaps_after), (_RANGES,)),
    ("coincides", partial(_known, coincides), (_POINTS, _RANGES)),
):
    FAMILY.add(*(_name + _each for _each in _parameters))(_relation)
