"""The questions that are put to a table: is a row missing, do rows clash, is a row of no use?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from engine.dmn.analysis import remarks
from engine.dmn.analysis.boxes import Box, Effort, is_covered, left_over, meets, shared
from engine.dmn.analysis.remarks import Remark
from engine.dmn.analysis.sheet import Line, Sheet
from engine.dmn.policies import LISTING
from engine.feel.values.comparison import equal

#: Of one sort, this many remarks about a table are made at most.
MOST = 5
#: Policies under which a table has an answer also if no row takes the input.
WITHOUT_ROWS = LISTING | {("COLLECT", "COUNT")}


def look(sheet: Sheet, effort: Effort) -> Iterator[Remark]:
    """Yield everything there is to say about a table; raise TooMuch."""
    doubts: list[str] = []
    yield from islice(_impossible(sheet), MOST)
    yield from _gaps(sheet, doubts, effort)
    yield from _overlaps(sheet, doubts, effort)
    yield from islice(_masked(sheet, effort), MOST)
    if doubts:
        yield remarks.unclear(sheet, doubts)


def _impossible(sheet: Sheet) -> Iterator[Remark]:
    for line in sheet.lines:
        for column, bits in zip(sheet.columns, line.possible, strict=True):
            if not bits:
                yield remarks.impossible(sheet, line, column.asked.label)
                break


def _gaps(sheet: Sheet, doubts: list[str], effort: Effort) -> Iterator[Remark]:
    if sheet.has_default or sheet.policy in WITHOUT_ROWS:
        return
    whole = tuple(each.expected if each.is_free else each.all for each in sheet.columns)
    rows = [_widened(sheet, line.possible) for line in sheet.lines]
    found = list(islice(left_over(whole, rows, effort), MOST))
    yield from (remarks.gap(sheet, box) for box in found)
    wanted = tuple(column.expected for column in sheet.columns)
    narrow = [line.sure for line in sheet.lines]
    if not found and sheet.unclear() and not is_covered(wanted, narrow, effort):
        doubts.append("auf Lücken")


def _widened(sheet: Sheet, box: Box) -> Box:
    """Return a row without the columns of which nobody can tell when they have which value."""
    return tuple(
        bits if column.is_free or not bits else column.all
        for column, bits in zip(sheet.columns, box, strict=True)
    )


def _overlaps(sheet: Sheet, doubts: list[str], effort: Effort) -> Iterator[Remark]:
    if sheet.policy[0] not in ("UNIQUE", "ANY"):
        return
    wanted = tuple(column.expected for column in sheet.columns)
    told, unsettled = 0, False
    for one, other in combinations(sheet.lines, 2):
        effort.take(len(sheet.columns))
        possible = shared(one.possible, other.possible)
        if not meets(possible, wanted) or _agree(sheet, one, other):
            continue
        box = _meeting(sheet, one, other)
        if box is not None and told < MOST:
            told += 1
            yield remarks.overlap(sheet, [one, other], box)
        unsettled = unsettled or (box is None and _is_unclear(sheet, one, other))
    if unsettled:
        doubts.append("auf Überschneidungen")


def _agree(sheet: Sheet, one: Line, other: Line) -> bool:
    """Tell whether two rows may take the same input: their results are not known to differ."""
    if sheet.policy[0] == "UNIQUE":
        return False
    if one.results is None or other.results is None:
        return True
    return all(equal(*pair) is True for pair in zip(one.results, other.results, strict=True))


def _meeting(sheet: Sheet, one: Line, other: Line) -> Box | None:
    """Return inputs that both rows certainly take, or None.

    Where nobody can tell what values a column has, one of the two must take all that the other
    takes: then they meet whenever the other is met.
    """
    box = shared(one.sure, other.sure)
    bound = [n for n, column in enumerate(sheet.columns) if not column.is_free]
    free = [n for n, column in enumerate(sheet.columns) if column.is_free]
    if not all(box[n] & sheet.columns[n].expected for n in free):
        return None
    if not any(all(_covers(outer, inner, n) for n in bound) for outer, inner in _both(one, other)):
        return None
    return tuple(
        bits & column.expected if column.is_free else bits
        for column, bits in zip(sheet.columns, box, strict=True)
    )


def _both(one: Line, other: Line) -> Sequence[tuple[Line, Line]]:
    return (one, other), (other, one)


def _covers(outer: Line, inner: Line, place: int) -> bool:
    """Tell whether a row takes all values of a column that another takes."""
    if outer.cells[place] == inner.cells[place]:
        return True
    return not inner.possible[place] & ~outer.sure[place]


def _is_unclear(sheet: Sheet, one: Line, other: Line) -> bool:
    return any(
        text in column.unclear
        for line in (one, other)
        for column, texts in zip(sheet.columns, line.cells, strict=True)
        for text in texts
    )


def _masked(sheet: Sheet, effort: Effort) -> Iterator[Remark]:
    """Yield rows that others hide for certain; a complicated cell hides nothing but its like."""
    for line in sheet.lines:
        effort.take(len(sheet.lines))
        before = [each for each in _preceding(sheet, line) if meets(each.possible, line.possible)]
        hiding = [_sure_for(each, line) for each in before]
        if all(line.possible) and is_covered(line.possible, hiding, effort):
            yield remarks.masked(sheet, line, _needed(line, before))


def _sure_for(outer: Line, inner: Line) -> Box:
    """Return what a row certainly takes of another; the same cell takes the same."""
    return tuple(
        inner.possible[n] if outer.cells[n] == inner.cells[n] else bits
        for n, bits in enumerate(outer.sure)
    )


def _needed(line: Line, before: Sequence[Line]) -> Sequence[Line]:
    """Return the one row that hides another alone, or all that do it together."""
    places = range(len(line.cells))
    alone = (each for each in before if all(_covers(each, line, n) for n in places))
    one = next(alone, None)
    return before if one is None else [one]


def _preceding(sheet: Sheet, line: Line) -> list[Line]:
    """Return the rows that decide before this one if both take an input."""
    if sheet.policy[0] == "FIRST":
        return [each for each in sheet.lines if each.number < line.number]
    if sheet.policy[0] == "PRIORITY" and line.rank is not None:
        return [each for each in sheet.lines if each.rank is not None and each.rank < line.rank]
    return []
