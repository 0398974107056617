"""The grammar as a table, and the two things that can be parsed: expressions and unary tests."""

from __future__ import annotations

from engine.feel.errors import FeelSyntaxError
from engine.feel.syntax import access, control, operators, powers, values
from engine.feel.syntax.cursor import Cursor, Following, Grammar, hint_for
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.nodes import Node, Tests

_GRAMMAR = Grammar(
    starting={
        "number": values.number,
        "text": values.text,
        "true": values.word,
        "false": values.word,
        "null": values.word,
        "@": values.moment,
        "-": values.minus,
        "[": values.bracket,
        "]": values.reversed_bracket,
        "(": values.parenthesis,
        "{": values.context,
        "if": control.decision,
        "for": control.loop,
        "some": control.quantified,
        "every": control.quantified,
        "function": control.function,
    },
    following={
        "or": Following(powers.OR, operators.logic),
        "and": Following(powers.AND, operators.logic),
        **{sign: Following(powers.COMPARING, operators.comparison) for sign in powers.COMPARISONS},
        "between": Following(powers.COMPARING, operators.between),
        "in": Following(powers.COMPARING, operators.membership),
        "+": Following(powers.ADDITION, operators.arithmetic(powers.ADDITION)),
        "-": Following(powers.ADDITION, operators.arithmetic(powers.ADDITION)),
        "*": Following(powers.MULTIPLICATION, operators.arithmetic(powers.MULTIPLICATION)),
        "/": Following(powers.MULTIPLICATION, operators.arithmetic(powers.MULTIPLICATION)),
        "**": Following(powers.POWER, operators.arithmetic(powers.POWER)),
        "instance": Following(powers.TYPING, operators.instance_of),
        ".": Following(powers.POSTFIX, access.path),
        "[": Following(powers.POSTFIX, access.filtered, access.is_filter),
        "(": Following(powers.POSTFIX, access.call, access.is_call),
    },
)


def parse_expression(text: str, names: KnownNames) -> Node:
    """Return the tree of an expression."""
    cursor = Cursor(text, names, _GRAMMAR)
    if cursor.token.kind == "end":
        raise FeelSyntaxError("Der Ausdruck ist leer.")
    node = cursor.expression()
    _finish(cursor)
    return node


def parse_unary_tests(text: str, names: KnownNames) -> Tests:
    """Return the tree of an input cell's tests."""
    cursor = Cursor(text, names, _GRAMMAR)
    tests = operators.cell(cursor)
    _finish(cursor)
    return tests


def _finish(cursor: Cursor) -> None:
    token = cursor.token
    if token.kind == "end":
        return
    before = cursor.tokens[cursor.position - 1]
    hint = hint_for(token)
    if token.kind == "name" and before.kind == "name":
        hint = (
            f"„{before.text} {token.text}“ ist kein bekannter Name. Zwischen zwei Werten braucht "
            "es einen Operator, zum Beispiel +, = oder and."
        )
        if before.text == "not":
            hint = "Schreiben Sie not(...) mit Klammern."
    raise FeelSyntaxError(
        f"„{token.text}“ steht hier an einer falschen Stelle", cursor.place(token), hint
    )
