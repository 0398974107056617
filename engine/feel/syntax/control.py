"""Decisions, loops and functions written in an expression."""

from __future__ import annotations

from engine.feel.syntax.cursor import Cursor
from engine.feel.syntax.nodes import For, FunctionLiteral, If, Iterator, Node, Quantified
from engine.feel.syntax.type_names import name_before, type_expression


def decision(cursor: Cursor) -> Node:
    """Parse `if condition then yes else no`."""
    start = cursor.advance()
    how = "So: if Bedingung then Wert else anderer Wert."
    condition = cursor.expression()
    cursor.expect("then", "Nach der Bedingung von „if“ fehlt „then“", how)
    yes = cursor.expression()
    cursor.expect("else", "Zu jedem „if“ gehört ein „else“", how)
    no = cursor.expression()
    return If(cursor.since(start), condition, yes, no)


def loop(cursor: Cursor) -> Node:
    """Parse `for name in list return body`."""
    start = cursor.advance()
    iterators = _iterators(cursor)
    cursor.expect("return", "Hier fehlt „return“", "So: for x in Liste return Ausdruck.")
    body = cursor.expression()
    return For(cursor.since(start), iterators, body)


def quantified(cursor: Cursor) -> Node:
    """Parse `some` or `every` `name in list satisfies condition`."""
    start = cursor.advance()
    iterators = _iterators(cursor)
    cursor.expect(
        "satisfies",
        "Hier fehlt „satisfies“",
        f"So: {start.text} x in Liste satisfies Bedingung.",
    )
    condition = cursor.expression()
    return Quantified(cursor.since(start), start.text, iterators, condition)


def _iterators(cursor: Cursor) -> tuple[Iterator, ...]:
    iterators = [_iterator(cursor)]
    while cursor.accept(","):
        iterators.append(_iterator(cursor))
    return tuple(iterators)


def _iterator(cursor: Cursor) -> Iterator:
    start = cursor.token
    name = name_before(cursor, ("in",))
    cursor.expect("in", f"Nach „{name}“ fehlt „in“")
    source = cursor.expression()
    last = cursor.expression() if cursor.accept("..") else None
    return Iterator(cursor.since(start), name, source, last)


def function(cursor: Cursor) -> Node:
    """Parse `function(parameters) body`."""
    start = cursor.advance()
    cursor.expect("(", "Nach „function“ fehlt „(“")
    parameters: list[str] = []
    types: list[object] = []
    if not cursor.at(")"):
        while True:
            parameters.append(name_before(cursor, (":", ",", ")")))
            types.append(type_expression(cursor) if cursor.accept(":") else None)
            if not cursor.accept(","):
                break
    cursor.expect(")", "Nach den Parametern fehlt „)“")
    external = cursor.accept("external")
    body = cursor.expression()
    return FunctionLiteral(cursor.since(start), tuple(parameters), tuple(types), body, external)
