"""Filters: the entries that satisfy a condition, or the one at a position."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.compiler.constants import constant
from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.syntax.nodes import Filter, Node
from engine.feel.values.foreign import Foreign
from engine.feel.values.kinds import german
from engine.feel.values.numbers import is_whole


def compile_filter(compiler: Compiler, node: Filter) -> Closure:
    """Compile a filter; inside, `item` is the entry and its own entries are variables."""
    source = compiler.compile(node.source)
    with compiler.unseen(), compiler.binding(["item"]):
        condition = compiler.compile(node.condition)

    position = constant(node.condition)

    def run(scope: Scope) -> object:
        value = source(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        if isinstance(position, Decimal):
            return _at(node, items, position, scope)
        scope.evaluation.budget.take(len(items))
        return _select(node, items, condition, scope)

    return run


def _select(node: Filter, items: list[object], condition: Closure, scope: Scope) -> object:
    chosen: list[object] = []
    for item in items:
        answer = condition(_scope_of(item, scope))
        if answer is True:
            chosen.append(item)
        elif isinstance(answer, Decimal):
            return _at(node, items, answer, scope)
        elif answer is not False and answer is not None:
            return scope.evaluation.problem(
                "not_boolean",
                "Der Filter muss ja oder nein (true/false) oder eine Position ergeben, "
                f"er ergibt aber: {german(answer)}",
                node.condition.place,
            )
    return chosen


def _scope_of(item: object, scope: Scope) -> Scope:
    inner = scope.inner({"item": item})
    return inner.inner(item) if isinstance(item, dict | Foreign) else inner


def _at(node: Filter, items: list[object], position: Decimal, scope: Scope) -> object:
    if is_whole(position) and 1 <= abs(position) <= len(items):
        index = int(position)
        return items[index - 1 if index > 0 else index]
    return scope.evaluation.problem(
        "no_such_position",
        f"Diese Position gibt es in der Liste nicht; sie hat {len(items)} Einträge",
        node.place,
    )


HANDLERS: dict[type[Node], Handler] = {Filter: compile_filter}
