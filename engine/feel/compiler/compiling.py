"""The table of all nodes, and compiling a whole tree with it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.builtins.registry import Functions
from engine.feel.compiler import (
    arithmetic,
    control,
    filters,
    functions,
    literals,
    logic,
    names,
    tests,
)
from engine.feel.compiler.core import Closure, Compiler, Handler
from engine.feel.compiler.tests import Check
from engine.feel.syntax.nodes import Node, Tests

_HANDLERS: Mapping[type[Node], Handler] = {
    **literals.HANDLERS,
    **names.HANDLERS,
    **logic.HANDLERS,
    **arithmetic.HANDLERS,
    **tests.HANDLERS,
    **control.HANDLERS,
    **filters.HANDLERS,
    **functions.HANDLERS,
}


def compile_node(node: Node, known: Functions) -> tuple[Closure, frozenset[str]]:
    """Return the closure of an expression and the names it reads from outside."""
    compiler = Compiler(_HANDLERS, known)
    closure = compiler.compile(node)
    return closure, frozenset(compiler.free)


def compile_cell(node: Tests, known: Functions) -> tuple[Check, frozenset[str]]:
    """Return the check of a cell and the names it reads from outside."""
    compiler = Compiler(_HANDLERS, known)
    check = tests.compile_tests(compiler, node)
    return check, frozenset(compiler.free)
