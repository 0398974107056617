"""Built-ins that look into lists and rearrange them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.builtins.registry import Family, Refused
from engine.feel.builtins.texts import index
from engine.feel.errors import FeelLimitReached, Place
from engine.feel.evaluation import Evaluation
from engine.feel.values.comparison import equal, order
from engine.feel.values.functions import BuiltIn, FeelFunction
from engine.feel.values.invocation import call_function
from engine.feel.values.moments import YearsMonths

FAMILY = Family()
Items = list[object]
Function = FeelFunction | BuiltIn
DEEPEST = 60
_HASHABLE = (str, Decimal, bool, date, YearsMonths, timedelta)
INSIDE = Place("", 0, 0)  # of a call that a built-in makes


@FAMILY.add("list contains(list: list, element: any)", evaluation=True)
def list_contains(evaluation: Evaluation, items: Items, element: object) -> bool:
    """Tell whether an entry equals the element."""
    return any(equal(item, element, evaluation.budget) is True for item in items)


@FAMILY.add("count(list: list)")
def count(items: Items) -> Decimal:
    """Return how many entries there are."""
    return Decimal(len(items))


@FAMILY.add("sublist(list: list, start position: number, length?: number)")
def sublist(items: Items, position: Decimal, length: Decimal | None = None) -> Items:
    """Return a part of the list."""
    start = index(position, len(items))
    if length is None:
        return items[start:]
    if length < 1 or start + int(length) > len(items):
        raise Refused("die Länge passt nicht zur Liste")
    return items[start : start + int(length)]


@FAMILY.add("append(list: list, item*: any)", "append(list: list, items*: any)")
def append(items: Items, *more: object) -> Items:
    """Return the list with more entries."""
    at_least_one(more)
    return [*items, *more]


@FAMILY.add("concatenate(list*: list)", "concatenate(lists*: list)")
def concatenate(*lists: Items) -> Items:
    """Return one list of the entries of all."""
    at_least_one(lists)
    return [item for items in lists for item in items]


def at_least_one(arguments: tuple[object, ...]) -> None:
    """Refuse a call without arguments."""
    if not arguments:
        raise Refused("es braucht mindestens ein Argument")


@FAMILY.add("insert before(list: list, position: number, newItem: any)")
def insert_before(items: Items, position: Decimal, new: object) -> Items:
    """Return the list with an entry more before the position."""
    place = index(position, len(items))
    return [*items[:place], new, *items[place:]]


@FAMILY.add("remove(list: list, position: number)")
def remove(items: Items, position: Decimal) -> Items:
    """Return the list without the entry at the position."""
    place = index(position, len(items))
    return items[:place] + items[place + 1 :]


@FAMILY.add("list replace(list: list, position: number, newItem: any)")
def list_replace(items: Items, position: Decimal, new: object) -> Items:
    """Return the list with another entry at the position."""
    place = index(position, len(items))
    return [*items[:place], new, *items[place + 1 :]]


@FAMILY.add("list replace(list: list, match: function, newItem: any)", evaluation=True)
def list_replace_matching(
    evaluation: Evaluation, items: Items, matches: Function, new: object
) -> Items:
    """Return the list with another entry wherever the function says so."""
    _two_parameters(matches)
    replaced: Items = []
    for item in items:
        evaluation.budget.take()
        answer = call_function(matches, [item, new], evaluation, INSIDE)
        if not isinstance(answer, bool):
            raise Refused("die Funktion muss ja oder nein ergeben (true/false)")
        replaced.append(new if answer else item)
    return replaced


def _two_parameters(function: Function) -> None:
    if len(function.parameters) != 2:
        raise Refused("die Funktion braucht zwei Parameter")


@FAMILY.add("reverse(list: list)")
def reverse(items: Items) -> Items:
    """Return the list from its end."""
    return items[::-1]


@FAMILY.add("index of(list: list, match: any)", evaluation=True)
def index_of(evaluation: Evaluation, items: Items, match: object) -> list[Decimal]:
    """Return the positions of the entries that equal the match."""
    same = [equal(item, match, evaluation.budget) is True for item in items]
    return [Decimal(place) for place, found in enumerate(same, 1) if found]


@FAMILY.add("union(list*: list)", evaluation=True)
def union(evaluation: Evaluation, *lists: Items) -> Items:
    """Return the entries of all lists, each once."""
    at_least_one(lists)
    return distinct(evaluation, [item for items in lists for item in items])


@FAMILY.add("distinct values(list: list)", evaluation=True)
def distinct(evaluation: Evaluation, items: Items) -> Items:
    """Return the entries, each once, in the order of their first appearance."""
    return [group[0] for group in groups(evaluation, items)]


def groups(evaluation: Evaluation, items: Items) -> list[Items]:
    """Return the entries in groups of equals."""
    found: list[Items] = []
    by_key: dict[tuple[type, object], Items] = {}
    others: list[Items] = []
    for item in items:
        evaluation.budget.take()
        if type(item) in _HASHABLE:
            group = by_key.setdefault((type(item), item), [])
        else:
            evaluation.budget.take(len(others))
            group = next((one for one in others if _same(one[0], item, evaluation)), [])
            if not group:
                others.append(group)
        if not group:
            found.append(group)
        group.append(item)
    return found


def _same(left: object, right: object, evaluation: Evaluation) -> bool:
    return type(left) is type(right) and equal(left, right, evaluation.budget) is True


@FAMILY.add("flatten(list: list)", evaluation=True)
def flatten(evaluation: Evaluation, items: Items) -> Items:
    """Return the entries of the list and of the lists in it."""
    flat: Items = []
    _flatten(items, flat, evaluation, 0)
    return flat


def _flatten(items: Items, flat: Items, evaluation: Evaluation, depth: int) -> None:
    if depth > DEEPEST:
        raise FeelLimitReached("Eine Liste ist zu tief verschachtelt.")
    evaluation.budget.take(len(items))
    for item in items:
        if isinstance(item, list):
            _flatten(item, flat, evaluation, depth + 1)
        else:
            flat.append(item)


@FAMILY.add("sort(list: list, precedes?: function)", evaluation=True)
def sort(evaluation: Evaluation, items: Items, precedes: Function | None = None) -> Items:
    """Return the list in order: the natural one, or that of a function."""
    if precedes is None:
        compare: Callable[[object, object], int] = _natural
    else:
        _two_parameters(precedes)
        compare = _by_function(evaluation, precedes)

    def paid(left: object, right: object) -> int:
        evaluation.budget.take()
        return compare(left, right)

    return sorted(items, key=cmp_to_key(paid))


def _natural(left: object, right: object) -> int:
    place = order(left, right)
    if place is None:
        raise Refused("die Einträge lassen sich nicht vergleichen")
    return place


def _by_function(evaluation: Evaluation, precedes: Function) -> Callable[[object, object], int]:
    def compare(left: object, right: object) -> int:
        answer = call_function(precedes, [left, right], evaluation, INSIDE)
        if not isinstance(answer, bool):
            raise Refused("die Funktion muss ja oder nein ergeben (true/false)")
        if answer:
            return -1
        return int(call_function(precedes, [right, left], evaluation, INSIDE) is True)

    return compare
