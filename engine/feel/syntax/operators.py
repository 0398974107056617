"""Operators between two operands, and membership tests."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.errors import FeelSyntaxError, Place
from engine.feel.syntax.cursor import Cursor
from engine.feel.syntax.nodes import (
    Arithmetic,
    Between,
    Comparison,
    InstanceOf,
    Logic,
    Membership,
    Node,
    OperatorTest,
    Tests,
    ValueTest,
)
from engine.feel.syntax.powers import AND, COMPARING, OR
from engine.feel.syntax.type_names import type_expression
from engine.feel.syntax.values import at_comparison, interval

AnyTest = OperatorTest | ValueTest
Follow = Callable[[Cursor, Node], Node]


def logic(cursor: Cursor, left: Node) -> Node:
    """Parse `and` or `or` and its right side."""
    operator = cursor.advance().text
    right = cursor.expression(AND if operator == "and" else OR)
    return Logic(cursor.since(left), operator, left, right)


def comparison(cursor: Cursor, left: Node) -> Node:
    """Parse a comparison sign and its right side."""
    sign = cursor.advance()
    if cursor.at("=") and cursor.token.start == sign.end:
        raise FeelSyntaxError(
            f"„{sign.text}=“ gibt es nicht",
            Place(cursor.text, sign.start, sign.end + 1),
            "Vergleichen Sie mit =, !=, <, <=, > oder >=.",
        )
    right = cursor.expression(COMPARING)
    return Comparison(cursor.since(left), sign.text, left, right)


def between(cursor: Cursor, left: Node) -> Node:
    """Parse `between low and high`."""
    cursor.advance()
    low = cursor.expression(COMPARING)
    cursor.expect("and", "Zwischen den Grenzen fehlt „and“", "So: x between 1 and 10.")
    high = cursor.expression(COMPARING)
    return Between(cursor.since(left), left, low, high)


def arithmetic(power: int) -> Follow:
    """Return the parser of a calculation sign and its right side."""

    def follow(cursor: Cursor, left: Node) -> Node:
        operator = cursor.advance().text
        right = cursor.expression(power)
        return Arithmetic(cursor.since(left), operator, left, right)

    return follow


def instance_of(cursor: Cursor, left: Node) -> Node:
    """Parse `instance of type`."""
    cursor.advance()
    cursor.expect("of", "Nach „instance“ fehlt „of“", "So: x instance of number.")
    wanted = type_expression(cursor)
    return InstanceOf(cursor.since(left), left, wanted)


def membership(cursor: Cursor, left: Node) -> Node:
    """Parse `in` and one test, or several in parentheses."""
    cursor.advance()
    tests = _in_parentheses(cursor) if cursor.at("(") else (_test(cursor, COMPARING),)
    return Membership(cursor.since(left), left, tests)


def _in_parentheses(cursor: Cursor) -> tuple[AnyTest, ...]:
    start = cursor.advance()
    tests = test_list(cursor)
    match tests:
        case (ValueTest(expression=first),) if cursor.accept(".."):
            value = interval(cursor, start, first, start_included=False)
        case (ValueTest(expression=value),):
            cursor.expect(")")
        case _:
            cursor.expect(")")
            return tests
    # (1 + 2) * 3 and (1..5) are values that begin with a parenthesis.
    value = cursor.going_on(value, COMPARING)
    return (ValueTest(cursor.since(start), value),)


def test_list(cursor: Cursor) -> tuple[AnyTest, ...]:
    """Parse unary tests with commas between them."""
    tests = [_test(cursor, 0)]
    while cursor.accept(","):
        tests.append(_test(cursor, 0))
    return tuple(tests)


def _test(cursor: Cursor, power: int) -> AnyTest:
    start = cursor.token
    if at_comparison(cursor):
        cursor.advance()
        operand = cursor.expression(COMPARING)
        return OperatorTest(cursor.since(start), start.text, operand)
    expression = cursor.expression(power)
    return ValueTest(cursor.since(start), expression)


def cell(cursor: Cursor) -> Tests:
    """Parse the content of a decision table's input cell."""
    start = cursor.token
    if start.is_word("-") and cursor.ahead().kind == "end":
        cursor.advance()
    if cursor.token.kind == "end":
        return Tests(Place(cursor.text, 0, len(cursor.text)), None, negated=False)
    negated = cursor.attempt(lambda: _negated(cursor)) if start.is_word("not") else None
    if negated is not None:
        return Tests(cursor.since(start), negated, negated=True)
    tests = test_list(cursor)
    return Tests(cursor.since(start), tests, negated=False)


def _negated(cursor: Cursor) -> tuple[AnyTest, ...] | None:
    cursor.advance()
    cursor.expect("(")
    tests = test_list(cursor)
    cursor.expect(")")
    return tests if cursor.token.kind == "end" else None
