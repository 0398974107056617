"""The values that a cell compares with, where that is all the cell does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import FeelError, Range, YearsMonths
from engine.feel.builtins.library import LIBRARY
from engine.feel.compiler.compiling import compile_node
from engine.feel.compiler.core import Scope
from engine.feel.evaluation import Evaluation
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    HalfLine,
    Interval,
    Items,
    Literal,
    Logic,
    Membership,
    Moment,
    Name,
    Negation,
    Node,
    OperatorTest,
    ValueTest,
)
from engine.feel.syntax.parser import parse_expression, parse_unary_tests

PLAIN = (str, bool, Decimal, date, time, timedelta, YearsMonths, type(None))
ASKED = "?"
#: Functions that make a value, and what else may stand around them in a value.
MAKERS = frozenset({"date", "time", "date and time", "duration", "number"})
QUICK = (Literal, Moment, Negation, Arithmetic, Items, Interval, HalfLine)
ORDERING = frozenset({"<", "<=", ">", ">="})


class TooComplicated(Exception):
    """A cell does more than compare its value with values that are known beforehand."""


def compared(text: str, known: KnownNames) -> tuple[object, ...]:
    """Return all values at which the answer of a cell can change; raise TooComplicated.

    Between two neighbours of these values, and beside them, the answer is always the same.
    """
    try:
        tests = parse_unary_tests(text, known)
        return tuple(_of_tests(tests.tests or ()))
    except (FeelError, RecursionError):
        raise TooComplicated from None


def partner(text: str, known: KnownNames) -> str:
    """Return the one variable that a cell compares its value with, "" if it does anything else."""
    nodes = [
        t.operand if isinstance(t, OperatorTest) else t.expression for t in _tests(text, known)
    ]
    names = {node.name if isinstance(node, Name) else "" for node in nodes} - {ASKED}
    return names.pop() if len(names) == 1 else ""


def needs_order(text: str, known: KnownNames) -> bool:
    """Tell whether a cell lets nothing through that has no order with what it is compared to."""
    return all(
        test.operator in ORDERING
        if isinstance(test, OperatorTest)
        else isinstance(test.expression, Interval)
        for test in _tests(text, known)
    )


def _tests(text: str, known: KnownNames) -> tuple[OperatorTest | ValueTest, ...]:
    try:
        return parse_unary_tests(text, known).tests or ()
    except (FeelError, RecursionError):
        return ()


def constant(text: str, known: KnownNames) -> object:
    """Return what an expression always comes to; raise TooComplicated."""
    try:
        return _fixed(parse_expression(text, known))
    except (FeelError, RecursionError):
        raise TooComplicated from None


def silent() -> Evaluation:
    """Return an evaluation without a clock: what depends on it is not known beforehand."""
    return Evaluation(_timeless)


def _timeless() -> datetime:
    raise FeelError("Das hängt von der Uhr ab.")


def _of_tests(tests: Iterable[OperatorTest | ValueTest]) -> Iterator[object]:
    for test in tests:
        if isinstance(test, OperatorTest):
            yield from _ends(test.operator, test.operand)
        else:
            yield from _of_expression(test.expression)


def _of_expression(node: Node) -> Iterator[object]:
    match node:
        case Comparison(_, operator, Name(_, "?"), other):
            yield from _ends(operator, other)
        case Comparison(_, operator, other, Name(_, "?")):
            yield from _ends(operator, other)
        case Between(_, Name(_, "?"), low, high):
            yield from _ends("<", low)
            yield from _ends("<", high)
        case Membership(_, Name(_, "?"), tests):
            yield from _of_tests(tests)
        case Logic(_, _, left, right):
            yield from _of_expression(left)
            yield from _of_expression(right)
        case Call(_, Name(_, "not"), (inner,), None):
            yield from _of_expression(inner)
        case _:
            yield from _plain(_fixed(node))


def _ends(operator: str, node: Node) -> Iterator[object]:
    value = _fixed(node)
    if operator in ORDERING and isinstance(value, str | list):
        raise TooComplicated  # texts are ordered by their letters, which no table means
    yield from _plain(value)


def _plain(value: object) -> Iterator[object]:
    if isinstance(value, Range):
        if isinstance(value.start, str) or isinstance(value.end, str):
            raise TooComplicated
        yield from _plain(value.start)
        yield from _plain(value.end)
    elif isinstance(value, list):
        for item in value:
            yield from _plain(item)
    elif isinstance(value, PLAIN):
        yield value
    else:
        raise TooComplicated


def _fixed(node: Node) -> object:
    """Return what a part of a cell comes to; nothing that could take long is even tried."""
    if not _is_quick(node):
        raise TooComplicated
    closure, free = compile_node(node, LIBRARY)
    evaluation = silent()
    value = closure(Scope({}, None, evaluation))
    if free or evaluation.problems:
        raise TooComplicated
    return value


def _is_quick(part: object) -> bool:
    if isinstance(part, Call):
        makes = isinstance(part.function, Name) and part.function.name in MAKERS
        return makes and _is_quick(part.arguments)
    if isinstance(part, tuple):
        return all(_is_quick(each) for each in part)
    if isinstance(part, QUICK):
        return all(_is_quick(getattr(part, each.name)) for each in fields(part))
    return not isinstance(part, Node)
