"""FEEL texts of a model as logic: they share scopes, moment and budget with what is around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.dmn.recording import Logic, Test
from engine.feel import FeelSyntaxError
from engine.feel.builtins.library import BUILT_IN_NAMES, LIBRARY
from engine.feel.compiler.compiling import compile_cell, compile_node
from engine.feel.compiler.core import Scope
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.parser import parse_expression, parse_unary_tests

Compiled = TypeVar("Compiled")


def expression(text: str, known: KnownNames = BUILT_IN_NAMES) -> Logic:
    """Compile an expression; raise FeelSyntaxError."""
    return _shallow(lambda: compile_node(parse_expression(text, known), LIBRARY)[0])


def cell(text: str, known: KnownNames = BUILT_IN_NAMES) -> Test:
    """Compile the tests of a cell; raise FeelSyntaxError."""
    check, _ = _shallow(lambda: compile_cell(parse_unary_tests(text, known), LIBRARY))

    def test(value: object, scope: Scope) -> bool:
        return check(value, scope) is True

    return test


def _shallow(build: Callable[[], Compiled]) -> Compiled:
    try:
        return build()
    except RecursionError:
        raise FeelSyntaxError("Der Ausdruck ist zu tief verschachtelt.") from None
