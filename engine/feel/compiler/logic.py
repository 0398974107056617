"""Three-valued logic, comparisons, and types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.syntax.nodes import Between, Comparison, InstanceOf, Logic, Node
from engine.feel.values.comparison import PLAIN, equal, order
from engine.feel.values.kinds import german
from engine.feel.values.types import is_instance

ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def compile_logic(compiler: Compiler, node: Logic) -> Closure:
    """Compile `and` (which one false decides) or `or` (which one true decides)."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    deciding = node.operator == "or"

    def run(scope: Scope) -> object:
        first = left(scope)
        if first is deciding:
            return deciding
        second = right(scope)
        if second is deciding:
            return deciding
        if type(first) is bool and type(second) is bool:
            return not deciding
        _report_sides(node, (first, second), scope)
        return None

    return run


def _report_sides(node: Logic, values: tuple[object, object], scope: Scope) -> None:
    for value, side in zip(values, (node.left, node.right), strict=True):
        if value is not None and type(value) is not bool:
            scope.evaluation.problem(
                "not_boolean",
                f"Vor und nach „{node.operator}“ muss ja oder nein stehen (true/false), "
                f"hier steht: {german(value)}",
                side.place,
            )


def compile_comparison(compiler: Compiler, node: Comparison) -> Closure:
    """Compile a comparison of two values."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    if node.operator in ("=", "!="):
        return _equality(node, left, right)
    holds = ORDERINGS[node.operator]

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        kind = type(first)
        if kind is type(second) and kind in PLAIN:
            return holds(first, second)
        place = order(first, second)
        if place is None:
            return not_comparable(node, first, second, scope)
        return holds(place, 0)

    return run


def _equality(node: Comparison, left: Closure, right: Closure) -> Closure:
    negated = node.operator == "!="

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        kind = type(first)
        if kind is type(second) and (kind is str or kind is Decimal):
            return (first == second) is not negated
        same = equal(first, second, scope.evaluation.budget)
        if same is None:
            return not_comparable(node, first, second, scope)
        return same is not negated

    return run


def not_comparable(node: Node, first: object, second: object, scope: Scope) -> Any:
    """Report two values that cannot be compared."""
    if first is None or second is None:
        side = "links" if first is None else "rechts"
        message = f"Der Vergleich hat kein Ergebnis: {side} steht nichts (null)"
    else:
        message = f"Das lässt sich nicht vergleichen: {german(first)} und {german(second)}"
    return scope.evaluation.problem("not_comparable", message, node.place)


def compile_between(compiler: Compiler, node: Between) -> Closure:
    """Compile `between`; both limits belong to it."""
    value, low, high = (compiler.compile(part) for part in (node.value, node.low, node.high))

    def run(scope: Scope) -> object:
        here, first, last = value(scope), low(scope), high(scope)
        above, below = order(here, first), order(here, last)
        if above is None or below is None:
            return not_comparable(node, here, first if above is None else last, scope)
        return above >= 0 and below <= 0

    return run


def compile_instance_of(compiler: Compiler, node: InstanceOf) -> Closure:
    """Compile `instance of`."""
    value, wanted = compiler.compile(node.value), node.type
    return lambda scope: is_instance(value(scope), wanted, scope.evaluation.types)


HANDLERS: dict[type[Node], Handler] = {
    Logic: compile_logic,
    Comparison: compile_comparison,
    Between: compile_between,
    InstanceOf: compile_instance_of,
}
