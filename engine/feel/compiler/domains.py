"""The values that a loop runs over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from engine.feel.errors import Place
from engine.feel.evaluation import Evaluation
from engine.feel.values.kinds import Range, german
from engine.feel.values.numbers import is_whole

Values = Iterable[object]


def values_of(value: object, place: Place, evaluation: Evaluation) -> Values | None:
    """Return the entries of a list, the values of a range, or the single value."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _of_range(value, place, evaluation)
    if value is None:
        _problem("Über nichts (null) lässt sich keine Schleife führen", place, evaluation)
        return None
    return [value]


def _of_range(value: Range, place: Place, evaluation: Evaluation) -> Values | None:
    whole = _whole_ends(value.start, value.end)
    if whole is None or value.operator:
        message = "Über diesen Bereich lässt sich keine Schleife führen: er braucht zwei ganze "
        _problem(message + "Zahlen oder zwei Daten als Enden", place, evaluation)
        return None
    first = whole[0] + (not value.start_included)
    last = whole[1] - (not value.end_included)
    if first > last:
        _problem("Der Anfang des Bereichs liegt hinter seinem Ende", place, evaluation)
        return None
    return _count(first, last, dates=isinstance(value.start, date))


def stretch(first: object, last: object, place: Place, evaluation: Evaluation) -> Values | None:
    """Return the values of `first..last`, which may also run backwards."""
    whole = _whole_ends(first, last)
    if whole is None:
        message = "Zählen lässt sich nur zwischen zwei ganzen Zahlen oder zwei Daten, "
        message += f"hier stehen: {german(first)} und {german(last)}"
        _problem(message, place, evaluation)
        return None
    return _count(*whole, dates=isinstance(first, date))


def _whole_ends(first: object, last: object) -> tuple[int, int] | None:
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        return (int(first), int(last)) if is_whole(first) and is_whole(last) else None
    if type(first) is date and type(last) is date:
        return first.toordinal(), last.toordinal()
    return None


def _count(first: int, last: int, *, dates: bool) -> Values:
    numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return map(date.fromordinal, numbers) if dates else map(Decimal, numbers)


def _problem(message: str, place: Place, evaluation: Evaluation) -> None:
    evaluation.problem("iteration", message, place)
