"""Values written in the expression: literals, lists, contexts, ranges."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from engine.feel.compiler.constants import constant
from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.syntax.nodes import (
    Entries,
    HalfLine,
    Interval,
    Items,
    Literal,
    Moment,
    Node,
)
from engine.feel.values.comparison import order
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import Range, german, half_line


def compile_literal(_compiler: Compiler, node: Literal) -> Closure:
    """Compile a number, text, true, false or null."""
    value = node.value
    return lambda _scope: value


def compile_moment(_compiler: Compiler, node: Moment) -> Closure:
    """Compile @"2026-12-31"; what is no date, time or duration is null."""
    value = constant(node)
    if value is not MISSING:
        return lambda _scope: value

    def run(scope: Scope) -> object:
        return scope.evaluation.problem(
            "invalid_literal",
            f"„{node.text[:40]}“ ist kein Datum, keine Uhrzeit und keine Dauer",
            node.place,
            'Schreiben Sie Daten so: @"2026-12-31", Dauern so: @"P6M".',
        )

    return run


def compile_items(compiler: Compiler, node: Items) -> Closure:
    """Compile a list."""
    items = [compiler.compile(item) for item in node.items]

    def run(scope: Scope) -> object:
        scope.evaluation.budget.take(len(items))
        return [item(scope) for item in items]

    return run


def compile_entries(compiler: Compiler, node: Entries) -> Closure:
    """Compile a context; each entry sees those before it."""
    counted = Counter(name for name, _ in node.entries)
    twice, times = max(counted.items(), key=itemgetter(1), default=("", 0))
    if times > 1:
        return _refuse_twice(node, twice)
    entries: list[tuple[str, Closure]] = []
    with compiler.binding(()):
        for name, value in node.entries:
            entries.append((name, compiler.compile(value)))
            compiler.bind(name)

    def run(scope: Scope) -> object:
        scope.evaluation.budget.take(len(entries))
        made: dict[str, object] = {}
        inner = scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return made

    return run


def _refuse_twice(node: Node, name: str) -> Closure:
    def run(scope: Scope) -> object:
        return scope.evaluation.problem(
            "duplicate_entry", f"Den Eintrag „{name}“ gibt es zweimal", node.place
        )

    return run


def compile_interval(compiler: Compiler, node: Interval) -> Closure:
    """Compile a range with two ends."""
    known = constant(node)
    if known is not MISSING:
        return lambda _scope: known
    start, end = compiler.compile(node.start), compiler.compile(node.end)

    def run(scope: Scope) -> object:
        first, last = start(scope), end(scope)
        if first is None and last is None:
            message = "Beide Enden des Bereichs sind leer (null)"
        elif first is None or last is None or order(first, last) is not None:
            return Range(first, last, node.start_included, node.end_included)
        else:
            message = f"Die Enden des Bereichs passen nicht zusammen: {german(first)}"
            message += f" und {german(last)}"
        return scope.evaluation.problem("invalid_range", message, node.place)

    return run


def compile_half_line(compiler: Compiler, node: HalfLine) -> Closure:
    """Compile a range with one end."""
    operator, end = node.operator, compiler.compile(node.end)
    return lambda scope: half_line(operator, end(scope))


HANDLERS: dict[type[Node], Handler] = {
    Literal: compile_literal,
    Moment: compile_moment,
    Items: compile_items,
    Entries: compile_entries,
    Interval: compile_interval,
    HalfLine: compile_half_line,
}
