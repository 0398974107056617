"""One value for every stretch of values that the cells of a column treat alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

from engine.dmn.analysis.cells import TooComplicated
from engine.feel import YearsMonths
from engine.feel.values.comparison import instant
from engine.feel.values.kinds import kind

SECOND = 1_000_000
DAY = 86_400 * SECOND
_MICROSECOND = timedelta(microseconds=1)
_MIDNIGHT = datetime(1, 1, 1)  # noqa: DTZ001
_NOON = datetime(2026, 1, 12, 12)  # noqa: DTZ001
OTHER_TEXT = "etwas anderes"


@dataclass(frozen=True)
class Atom:
    """A value that stands for all that are treated like it.

    `expected` tells whether such a value is to be reckoned with, and a table without a row for it
    has a gap; others are possible, but a table need not be prepared for them.
    """

    value: object
    expected: bool


@dataclass(frozen=True)
class Scale:
    """How the values of an ordered kind become numbers and back; steps from coarse to fine."""

    number: Callable[[Any], Any]
    value: Callable[[Any], object]
    steps: tuple[Any, ...]
    least: Any
    greatest: Any
    sample: object

    def below(self, point: Any) -> Any | None:
        """Return a number before the point, or None."""
        return next((point - s for s in self.steps if point - s >= self.least), None)

    def above(self, point: Any) -> Any | None:
        """Return a number after the point, or None."""
        return next((point + s for s in self.steps if point + s <= self.greatest), None)

    def between(self, low: Any, high: Any) -> Any | None:
        """Return a number between the two, as round as possible, or None."""
        rounded = (low // step * step + step for step in self.steps)
        return next((number for number in rounded if low < number < high), None)


_CLOCK_STEPS = (DAY // 24, 60 * SECOND, SECOND, 1)
_LAST = (datetime.combine(date.max, time.max) - _MIDNIGHT) // _MICROSECOND
_BROAD = Decimal(10) ** 30
NUMBERS = Scale(
    number=lambda value: value,
    value=lambda number: number,
    steps=tuple(Decimal(1).scaleb(-places) for places in range(20)),
    least=-_BROAD,
    greatest=_BROAD,
    sample=Decimal(1),
)
DATES = Scale(
    number=date.toordinal,
    value=date.fromordinal,
    steps=(1,),
    least=1,
    greatest=date.max.toordinal(),
    sample=_NOON.date(),
)
MONTHS = Scale(
    number=lambda value: value.months,
    value=YearsMonths,
    steps=(1,),
    least=-120_000,
    greatest=120_000,
    sample=YearsMonths(12),
)
LENGTHS = Scale(
    number=lambda value: value // _MICROSECOND,
    value=lambda number: number * _MICROSECOND,
    steps=(DAY, *_CLOCK_STEPS),
    least=-_LAST,
    greatest=_LAST,
    sample=timedelta(days=1),
)
TIMES = Scale(
    number=lambda value: (datetime.combine(_MIDNIGHT, value) - _MIDNIGHT) // _MICROSECOND,
    value=lambda number: (_MIDNIGHT + number * _MICROSECOND).time(),
    steps=_CLOCK_STEPS,
    least=0,
    greatest=DAY - 1,
    sample=_NOON.time(),
)
MOMENTS = Scale(
    number=lambda value: (value - _MIDNIGHT) // _MICROSECOND,
    value=lambda number: _MIDNIGHT + number * _MICROSECOND,
    steps=(DAY, *_CLOCK_STEPS),
    least=0,
    greatest=_LAST,
    sample=_NOON,
)
INSTANTS = Scale(
    number=lambda value: (instant(value).replace(tzinfo=None) - _MIDNIGHT) // _MICROSECOND,
    value=lambda number: (_MIDNIGHT + number * _MICROSECOND).replace(tzinfo=UTC),
    steps=MOMENTS.steps,
    least=0,
    greatest=_LAST,
    sample=_NOON.replace(tzinfo=UTC),
)
SCALES: dict[str, Scale] = {
    "number": NUMBERS,
    "date": DATES,
    "years and months duration": MONTHS,
    "days and time duration": LENGTHS,
    "time": TIMES,
    "date and time": MOMENTS,
}
#: Stands for lists, which pass a cell for any of their entries, and so are not all alike.
LISTS = Atom([{}, {}], expected=False)
KINDS = frozenset({"string", "boolean", *SCALES})


def atoms(wanted: str, points: Iterable[object], *, whole: bool = False) -> list[Atom]:
    """Return the atoms of a column of a kind ("" for any), given the values it is compared with.

    Without a kind the column may hold anything; reckoned with are the kinds that it is compared
    with. `whole` is for numbers that count. Raises TooComplicated.
    """
    seen = list(points)
    kinds = [wanted] if wanted else list(dict.fromkeys(kind(p) for p in seen if p is not None))
    found = [atom for one in kinds for atom in _of_kind(one, seen, whole=whole)]
    if not wanted:
        found += [Atom(sample, expected=not kinds) for sample in _unmentioned(kinds)]
        found += [Atom({}, expected=False), LISTS]
    return [*found, Atom(None, expected=None in seen)]


def _unmentioned(kinds: Sequence[str]) -> Iterator[object]:
    samples = {"string": OTHER_TEXT, "boolean": True} | {k: s.sample for k, s in SCALES.items()}
    return (value for name, value in samples.items() if name not in kinds)


def _of_kind(wanted: str, points: Sequence[object], *, whole: bool) -> Iterator[Atom]:
    own = [point for point in points if kind(point) == wanted]
    if wanted == "boolean":
        yield from (Atom(answer, expected=True) for answer in (True, False))
    elif wanted == "string":
        yield from (Atom(text, expected=True) for text in dict.fromkeys(own))
        yield Atom(_another(own), expected=True)
    elif wanted in SCALES:
        yield from _line(wanted, own, whole=whole)
    else:
        raise TooComplicated


def _another(texts: Sequence[object]) -> str:
    text = OTHER_TEXT
    while text in texts:
        text += "!"
    return text


def _line(wanted: str, points: Sequence[object], *, whole: bool) -> Iterator[Atom]:
    zoned = {bool(p.tzinfo) for p in points if isinstance(p, datetime | time)}
    if len(zoned) > 1 or (wanted == "time" and True in zoned):
        raise TooComplicated  # moments with and without a zone have no common order
    scale = INSTANTS if True in zoned else SCALES[wanted]
    for number, exact in _stretches(scale, points):
        odd = whole and isinstance(number, Decimal) and number % 1 != 0
        yield Atom(scale.value(number) if exact is None else exact, expected=not odd)
    if wanted in ("time", "date and time"):
        # A moment of the other sort is possible, and compares with none of these.
        yield Atom(_otherwise(scale.sample), expected=False)


def _otherwise(sample: Any) -> object:
    return sample.replace(tzinfo=None if sample.tzinfo else UTC)


def _stretches(scale: Scale, points: Sequence[object]) -> list[tuple[Any, object]]:
    """Return a number for each stretch of values, and for each point with the point itself."""
    if not points:
        return [(scale.number(scale.sample), scale.sample)]
    exact = {scale.number(point): point for point in points}
    with localcontext(prec=80):
        numbers = sorted(exact)
        if not scale.least <= numbers[0] <= numbers[-1] <= scale.greatest:
            raise TooComplicated
        beside = [scale.below(numbers[0]), scale.above(numbers[-1])]
        middles = [scale.between(low, high) for low, high in pairwise(numbers)]
    if scale is NUMBERS and None in middles:
        raise TooComplicated  # there are numbers between the two, only none to show
    found = [number for number in (*beside, *middles) if number is not None]
    return [(number, exact.get(number)) for number in sorted([*found, *numbers])]
