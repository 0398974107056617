"""Unary tests: after `in`, and in the cells of decision tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import eq, ne
from typing import Any

from engine.feel.compiler.constants import constant
from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.compiler.logic import ORDERINGS, not_comparable
from engine.feel.syntax.nodes import (
    Between,
    Comparison,
    InstanceOf,
    Logic,
    Membership,
    Node,
    OperatorTest,
    Quantified,
    Tests,
    ValueTest,
)
from engine.feel.values.comparison import contains, equal, order
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import Range

#: Answers whether a value passes; the scope is the one around the test.
Check = Callable[[object, Scope], "bool | None"]
_CONDITIONS = (Comparison, Logic, Between, Membership, Quantified, InstanceOf)
_WITH_NUMBERS: Mapping[str, Callable[[Any, Any], bool]] = {**ORDERINGS, "=": eq, "!=": ne}


def compile_membership(compiler: Compiler, node: Membership) -> Closure:
    """Compile `value in tests`."""
    value = compiler.compile(node.value)
    asks = compiler.asks_value
    checks = [_compile_test(compiler, test, in_cell=False) for test in node.tests]
    compiler.asks_value = asks  # a `?` in the tests means this value, not the cell's
    return lambda scope: any_passes(checks, value(scope), scope)


def compile_tests(compiler: Compiler, node: Tests) -> Check:
    """Compile a cell's tests."""
    if node.tests is None:
        return lambda _value, _scope: True
    checks = [_compile_test(compiler, test, in_cell=True) for test in node.tests]
    if not node.negated:
        return checks[0] if len(checks) == 1 else lambda v, scope: any_passes(checks, v, scope)

    def run(value: object, scope: Scope) -> bool | None:
        passes = any_passes(checks, value, scope)
        return None if passes is None else not passes

    return run


def any_passes(checks: Sequence[Check], value: object, scope: Scope) -> bool | None:
    """Answer whether one of the tests is passed; None when none is but one is unclear."""
    result: bool | None = False
    for check in checks:
        passes = check(value, scope)
        if passes is True:
            return True
        if passes is None:
            result = None
    return result


def _compile_test(compiler: Compiler, test: OperatorTest | ValueTest, *, in_cell: bool) -> Check:
    if isinstance(test, OperatorTest):
        return _compile_operator(compiler, test)
    known = constant(test.expression)
    if known is not MISSING:
        return _constant_test(known, test)
    return _compile_value(compiler, test, in_cell=in_cell)


def _compile_operator(compiler: Compiler, test: OperatorTest) -> Check:
    operand = compiler.compile(test.operand)
    known = constant(test.operand)
    quick = _WITH_NUMBERS[test.operator]

    def run(value: object, scope: Scope) -> bool | None:
        if type(value) is Decimal and type(known) is Decimal:
            return quick(value, known)
        return _compare(test, value, operand(scope.inner({"?": value})), scope)

    return run


def _compare(test: OperatorTest, value: object, other: object, scope: Scope) -> bool | None:
    if test.operator in ("=", "!="):
        same = equal(value, other, scope.evaluation.budget)
        if same is not None:
            return same is (test.operator == "=")
        not_comparable(test, value, other, scope)
        return None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    place = order(value, other)
    if place is None:
        not_comparable(test, value, other, scope)
        return None
    return ORDERINGS[test.operator](place, 0)


def _constant_test(known: object, test: ValueTest) -> Check:
    plain = type(known) is str or type(known) is Decimal

    def run(value: object, scope: Scope) -> bool | None:
        if plain and type(value) is type(known):
            return value == known
        return is_member(value, known, test, scope)

    return run


def _compile_value(compiler: Compiler, test: ValueTest, *, in_cell: bool) -> Check:
    outside, compiler.asks_value = compiler.asks_value, False
    expression = compiler.compile(test.expression)
    asks, compiler.asks_value = compiler.asks_value, outside
    # Authors of tables also write conditions that do not mention `?`: those decide by themselves.
    decides = isinstance(test.expression, _CONDITIONS)

    def run(value: object, scope: Scope) -> bool | None:
        result = expression(scope.inner({"?": value}))
        if asks and (result is None or isinstance(result, bool)):
            return result
        if in_cell and isinstance(result, bool) and (decides or not isinstance(value, bool)):
            return result
        return is_member(value, result, test, scope)

    return run


def is_member(value: object, other: object, node: Node, scope: Scope) -> bool | None:
    """Answer whether the value equals the other, lies in its range, or is one of its entries."""
    if isinstance(other, Range):
        return _in_range(value, other, node, scope)
    if isinstance(other, list):
        return _in_list(value, other, node, scope)
    same = equal(value, other, scope.evaluation.budget)
    if same is None and isinstance(value, list):
        return any(equal(item, other, scope.evaluation.budget) is True for item in value)
    return not_comparable(node, value, other, scope) if same is None else same


def _in_range(value: object, other: Range, node: Node, scope: Scope) -> bool | None:
    if isinstance(value, Range) and equal(value, other, scope.evaluation.budget) is True:
        return True
    inside = contains(other, value)
    if inside is None and value is not None:
        not_comparable(node, value, other, scope)
    return inside


def _in_list(value: object, other: list[object], node: Node, scope: Scope) -> bool:
    budget = scope.evaluation.budget
    budget.take(len(other))
    for item in other:
        if isinstance(item, Range) and not isinstance(value, Range):
            inside = contains(item, value)
        elif isinstance(item, list) and not isinstance(value, list):
            inside = is_member(value, item, node, scope)
        else:
            inside = equal(value, item, budget)
        if inside is True:
            return True
    return isinstance(value, list) and equal(value, other, budget) is True


HANDLERS: dict[type[Node], Handler] = {Membership: compile_membership}
