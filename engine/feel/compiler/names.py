"""Variables, and entries and properties behind a dot."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Any

from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.evaluation import Evaluation
from engine.feel.syntax.nodes import Name, Node, Path
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import as_context, german
from engine.feel.values.properties import property_of


def compile_name(compiler: Compiler, node: Name) -> Closure:
    """Compile a variable; a built-in function of that name is its last meaning."""
    name = node.name
    if name == "?":
        compiler.asks_value = True
    elif not compiler.is_bound(name):
        compiler.free.add(name)
    elif name == "partial":
        compiler.looks_back = True
    function = compiler.functions.value(name)
    path = _dotted(compiler, node)

    def run(scope: Scope) -> object:
        found = scope.find(name)
        if found is not MISSING:
            return found
        if function is not None:
            return function
        return path(scope) if path is not None else unknown_variable(node, scope)

    return run


def _dotted(compiler: Compiler, node: Name) -> Closure | None:
    # "Person.Name" may be a name of its own, given by the caller, or a path.
    first, *rest = (part.strip() for part in node.name.split("."))
    if not rest:
        return None
    source: Node = Name(node.place, first)
    for part in rest:
        source = Path(node.place, source, part)
    return compiler.compile(source)


def unknown_variable(node: Name, scope: Scope) -> Any:
    """Report a name that nobody has bound."""
    return scope.evaluation.problem(
        "unknown_variable",
        f"Es gibt keine Variable „{node.name}“",
        node.place,
        lambda: _held(node.name, scope) or meant(node.name, scope.known()),
    )


def _held(name: str, scope: Scope) -> str:
    """Return the question for a variable that holds an entry of this name, as an answer does."""
    holders = (
        each for each in sorted(scope.known()) if name in (as_context(scope.find(each)) or ())
    )
    holder = next(holders, None)
    return f"Meinten Sie „{holder}.{name}“?" if holder else ""


def meant(name: str, known: Iterable[str]) -> str:
    """Return the question for the name that was probably meant."""
    close = difflib.get_close_matches(name, sorted(known), 1, 0.7)
    return f"Meinten Sie „{close[0]}“?" if close else ""


def compile_path(compiler: Compiler, node: Path) -> Closure:
    """Compile a path; over a list it gives the list of the entries."""
    source, name = compiler.compile(node.source), node.name

    def run(scope: Scope) -> object:
        value = source(scope)
        if type(value) is dict and name in value:
            return value[name]
        if isinstance(value, list):
            scope.evaluation.budget.take(len(value))
            return [_entry_of_item(item, node, scope.evaluation) for item in value]
        return _entry(value, node, scope.evaluation)

    return run


def _entry(value: object, node: Path, evaluation: Evaluation) -> object:
    context = as_context(value)
    if context is None:
        return _property(value, node, evaluation)
    found = context.get(node.name, MISSING)
    if found is not MISSING:
        return found
    return evaluation.problem(
        "unknown_entry",
        f"Es gibt hier keinen Eintrag „{node.name}“",
        node.place,
        lambda: meant(node.name, (str(key) for key in islice(context, 200))),
    )


def _entry_of_item(item: object, node: Path, evaluation: Evaluation) -> object:
    # In a list some entries may lack the name: that is no mistake of the expression.
    context = as_context(item)
    return _property(item, node, evaluation) if context is None else context.get(node.name)


def _property(value: object, node: Path, evaluation: Evaluation) -> object:
    if value is None:
        return evaluation.problem(
            "path_of_null",
            f"„{node.name}“ lässt sich nicht lesen, denn davor steht nichts (null)",
            node.place,
        )
    found = property_of(value, node.name)
    if found is not MISSING:
        return found
    return evaluation.problem(
        "unknown_property", f"„{node.name}“ gibt es hier nicht: {german(value)}", node.place
    )


HANDLERS: dict[type[Node], Handler] = {Name: compile_name, Path: compile_path}
