"""Sets of inputs as boxes: for each column a set of atoms, kept as the bits of a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Box = tuple[int, ...]
#: Comparisons that looking at one file may cost; far more than a table that a person reads needs.
STEPS = 1_000_000


class TooMuch(Exception):
    """A table has too many cells to be looked at as a whole."""


class Effort:
    """How much of the work that one file may cost is left."""

    def __init__(self, steps: int = STEPS) -> None:
        self._left = steps

    def take(self, steps: int = 1) -> None:
        """Pay for work; raise TooMuch."""
        self._left -= steps
        if self._left < 0:
            raise TooMuch


def meets(one: Box, other: Box) -> bool:
    """Tell whether two boxes have an input in common."""
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def shared(one: Box, other: Box) -> Box:
    """Return what two boxes have in common."""
    return tuple(mine & theirs for mine, theirs in zip(one, other, strict=True))


def left_over(whole: Box, parts: Sequence[Box], effort: Effort) -> Iterator[Box]:
    """Yield boxes that together hold what none of the parts covers of the whole."""
    waiting = [(whole, 0)] if all(whole) else []
    while waiting:
        box, start = waiting.pop()
        for place in range(start, len(parts)):
            effort.take(len(box))
            if meets(box, parts[place]):
                waiting += [(piece, place + 1) for piece in _cut(box, parts[place])]
                break
        else:
            yield box


def is_covered(whole: Box, parts: Sequence[Box], effort: Effort) -> bool:
    """Tell whether the parts together cover the whole."""
    return next(left_over(whole, parts, effort), None) is None


def _cut(box: Box, part: Box) -> Iterator[Box]:
    """Yield the pieces of a box that lie beside a part, none of them twice."""
    inside = list(box)
    for column, bits in enumerate(part):
        beside = inside[column] & ~bits
        if beside:
            yield (*inside[:column], beside, *inside[column + 1 :])
        inside[column] &= bits
