"""Calculation with numbers, texts, dates and durations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from engine.feel.compiler.constants import constant
from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.syntax.nodes import Arithmetic, Negation, Node
from engine.feel.values.arithmetic import OPERATIONS, UNDEFINED
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import german
from engine.feel.values.moments import YearsMonths
from engine.feel.values.numbers import ARITHMETIC, NOT_A_NUMBER, ZERO

_FAST: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
}
_VERBS = {"+": "addieren", "-": "abziehen", "*": "malnehmen", "/": "teilen", "**": "potenzieren"}


def compile_arithmetic(compiler: Compiler, node: Arithmetic) -> Closure:
    """Compile a calculation; numbers take a short way."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    fast = _FAST.get(node.operator)

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        if fast is not None and type(first) is Decimal and type(second) is Decimal:
            try:
                return fast(first, second)
            except NOT_A_NUMBER:
                pass  # the long way below says why
        return _calculate(node, first, second, scope)

    return run


def _calculate(node: Arithmetic, first: object, second: object, scope: Scope) -> object:
    try:
        result = OPERATIONS[node.operator](first, second)
    except NOT_A_NUMBER:
        by_zero = node.operator == "/" and second == ZERO
        message = "Durch null lässt sich nicht teilen" if by_zero else _OUT_OF_RANGE
        return scope.evaluation.problem("arithmetic", message, node.place)
    except (OverflowError, ValueError):
        return scope.evaluation.problem("arithmetic", _OUT_OF_RANGE, node.place)
    if result is UNDEFINED:
        return scope.evaluation.problem(
            "invalid_arithmetic",
            f"{german(first)} und {german(second)} lassen sich nicht {_VERBS[node.operator]}",
            node.place,
        )
    if isinstance(result, str):
        scope.evaluation.budget.take_text(len(result))
    return result


_OUT_OF_RANGE = "Das Ergebnis dieser Rechnung ist keine Zahl oder liegt außerhalb des Möglichen"


def compile_negation(compiler: Compiler, node: Negation) -> Closure:
    """Compile a minus in front of a number or a duration."""
    known = constant(node)
    if known is not MISSING:
        return lambda _scope: known
    operand = compiler.compile(node.operand)

    def run(scope: Scope) -> object:
        match operand(scope):
            case Decimal() as number:
                return -number if number else number
            case timedelta() as length:
                return -length
            case YearsMonths(months):
                return YearsMonths(-months)
            case other:
                return scope.evaluation.problem(
                    "invalid_arithmetic",
                    f"Davor kann kein Minus stehen: {german(other)}",
                    node.place,
                )

    return run


HANDLERS: dict[type[Node], Handler] = {
    Arithmetic: compile_arithmetic,
    Negation: compile_negation,
}
