"""Built-ins that make one value of many, given as a list or one by one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from functools import reduce

from engine.feel.builtins.lists import at_least_one
from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.arithmetic import UNDEFINED, add
from engine.feel.values.comparison import order
from engine.feel.values.kinds import german
from engine.feel.values.moments import YearsMonths
from engine.feel.values.numbers import ARITHMETIC, ONE, ZERO

FAMILY = Family()


def _items(arguments: tuple[object, ...]) -> list[object]:
    at_least_one(arguments)
    first = arguments[0]
    return first if len(arguments) == 1 and isinstance(first, list) else list(arguments)


def _numbers(arguments: tuple[object, ...]) -> list[Decimal]:
    numbers = [item for item in _items(arguments) if isinstance(item, Decimal)]
    if len(numbers) != len(_items(arguments)):
        raise Refused("jeder Eintrag der Liste muss eine Zahl sein")
    return numbers


def _some_numbers(arguments: tuple[object, ...]) -> list[Decimal]:
    numbers = _numbers(arguments)
    if not numbers:
        raise Refused("die Liste ist leer")
    return numbers


@FAMILY.add("min(list*: any)")
def smallest(*arguments: object) -> object:
    """Return the smallest entry, or null of an empty list."""
    return _extreme(arguments, -1)


@FAMILY.add("max(list*: any)")
def largest(*arguments: object) -> object:
    """Return the largest entry, or null of an empty list."""
    return _extreme(arguments, 1)


def _extreme(arguments: tuple[object, ...], side: int) -> object:
    items = _items(arguments)
    if not items:
        return None
    best = items[0]
    for item in items:
        place = order(item, best)
        if place is None:
            raise Refused(
                f"die Einträge lassen sich nicht vergleichen: {german(best)} und {german(item)}"
            )
        best = item if place == side else best
    return best


@FAMILY.add("sum(list*: any)")
def total(*arguments: object) -> object:
    """Return the sum of numbers or of durations, or null of an empty list."""
    items = _items(arguments)
    if not items:
        return None
    if not isinstance(items[0], timedelta | YearsMonths):
        return _sum(_numbers(arguments))
    result: object = items[0]
    for item in items[1:]:
        result = add(result, item) if type(item) is type(items[0]) else UNDEFINED
        if result is UNDEFINED:
            raise Refused("alle Einträge der Liste müssen von derselben Art sein")
    return result


def _sum(numbers: list[Decimal]) -> Decimal:
    return reduce(ARITHMETIC.add, numbers, ZERO)


def _mean(numbers: list[Decimal]) -> Decimal:
    return ARITHMETIC.divide(_sum(numbers), Decimal(len(numbers)))


@FAMILY.add("mean(list*: any)")
def mean(*arguments: object) -> Decimal:
    """Return the arithmetic mean."""
    return _mean(_some_numbers(arguments))


@FAMILY.add("product(list*: any)")
def product(*arguments: object) -> Decimal:
    """Return the product of numbers."""
    return reduce(ARITHMETIC.multiply, _some_numbers(arguments), ONE)


@FAMILY.add("median(list*: any)")
def median(*arguments: object) -> Decimal | None:
    """Return the middle number, or null of an empty list."""
    numbers = sorted(_numbers(arguments))
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else _mean(numbers[middle - 1 : middle + 1])


@FAMILY.add("stddev(list*: any)")
def standard_deviation(*arguments: object) -> Decimal:
    """Return the standard deviation of a sample."""
    numbers = _numbers(arguments)
    if len(numbers) < 2:
        raise Refused("es braucht mindestens zwei Zahlen")
    middle = _mean(numbers)
    distances = [ARITHMETIC.subtract(number, middle) for number in numbers]
    squares = _sum([ARITHMETIC.multiply(distance, distance) for distance in distances])
    return ARITHMETIC.sqrt(ARITHMETIC.divide(squares, Decimal(len(numbers) - 1)))


@FAMILY.add("mode(list*: any)")
def mode(*arguments: object) -> list[Decimal]:
    """Return the most frequent numbers."""
    counted = Counter(_numbers(arguments))
    most = max(counted.values(), default=0)
    return sorted(number for number, times in counted.items() if times == most)


@FAMILY.add("all(list*: any)")
def all_true(*arguments: object) -> bool | None:
    """Tell whether every entry is true."""
    return _decide(arguments, deciding=False)


@FAMILY.add("any(list*: any)")
def any_true(*arguments: object) -> bool | None:
    """Tell whether an entry is true."""
    return _decide(arguments, deciding=True)


def _decide(arguments: tuple[object, ...], *, deciding: bool) -> bool | None:
    if arguments == (None,):
        raise Refused("es braucht eine Liste")
    items = _items(arguments)
    if deciding in [item for item in items if isinstance(item, bool)]:
        return deciding
    if any(item is not None and not isinstance(item, bool) for item in items):
        raise Refused("jeder Eintrag der Liste muss ja oder nein sein (true/false)")
    return None if None in items else not deciding
