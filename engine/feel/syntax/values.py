"""How values are written: literals, lists, contexts, ranges, parentheses."""

from __future__ import annotations

from engine.feel.syntax.cursor import Cursor
from engine.feel.syntax.nodes import (
    Entries,
    HalfLine,
    Interval,
    Items,
    Literal,
    Moment,
    Negation,
    Node,
)
from engine.feel.syntax.powers import ADDITION, COMPARING, COMPARISONS, NEGATION
from engine.feel.syntax.tokens import Token, unquote
from engine.feel.values.numbers import parse_number


def number(cursor: Cursor) -> Node:
    """Parse a number."""
    token = cursor.advance()
    value = parse_number(token.text)
    if value is None:
        raise cursor.unexpected("Diese Zahl ist zu groß", token)
    return Literal(cursor.place(token), value)


def text(cursor: Cursor) -> Node:
    """Parse a quoted text."""
    token = cursor.advance()
    return Literal(cursor.place(token), unquote(token.text))


def word(cursor: Cursor) -> Node:
    """Parse true, false or null."""
    token = cursor.advance()
    values = {"true": True, "false": False, "null": None}
    return Literal(cursor.place(token), values[token.text])


def moment(cursor: Cursor) -> Node:
    """Parse @"2026-12-31"."""
    start = cursor.advance()
    if cursor.token.kind != "text":
        raise cursor.unexpected(
            "Nach @ fehlt ein Text", hint='Schreiben Sie Daten so: @"2026-12-31".'
        )
    said = cursor.advance()
    return Moment(cursor.since(start), unquote(said.text))


def minus(cursor: Cursor) -> Node:
    """Parse a minus in front of something; it binds more strongly than a power."""
    start = cursor.advance()
    operand = cursor.expression(NEGATION)
    return Negation(cursor.since(start), operand)


def bracket(cursor: Cursor) -> Node:
    """Parse a list, or a range that includes its start."""
    start = cursor.advance()
    items: list[Node] = []
    if not cursor.at("]"):
        items.append(_item(cursor))
        if cursor.accept(".."):
            return interval(cursor, start, items[0], start_included=True)
        while cursor.accept(","):
            items.append(_item(cursor))
    cursor.expect("]", "Am Ende der Liste fehlt „]“")
    return Items(cursor.since(start), tuple(items))


def _item(cursor: Cursor) -> Node:
    # A list of tests, [< 10, > 20], holds ranges with one end.
    return half_line(cursor) if at_comparison(cursor) else cursor.expression()


def at_comparison(cursor: Cursor) -> bool:
    """Tell whether a comparison sign stands here."""
    return cursor.token.kind == "sign" and cursor.token.text in COMPARISONS


def half_line(cursor: Cursor) -> Node:
    """Parse a comparison sign and the end it goes with."""
    start = cursor.advance()
    end = cursor.expression(COMPARING)
    return HalfLine(cursor.since(start), start.text, end)


def reversed_bracket(cursor: Cursor) -> Node:
    """Parse a range that excludes its start, written ]1..5]."""
    start = cursor.advance()
    first = cursor.expression(ADDITION - 1)
    cursor.expect("..", "In diesem Bereich fehlt „..“")
    return interval(cursor, start, first, start_included=False)


def parenthesis(cursor: Cursor) -> Node:
    """Parse what stands in parentheses, or a range that excludes its start."""
    start = cursor.advance()
    if at_comparison(cursor):
        line = half_line(cursor)
        cursor.expect(")", "Hier fehlt „)“")
        return line
    inner = cursor.expression()
    if cursor.accept(".."):
        return interval(cursor, start, inner, start_included=False)
    cursor.expect(")", "Hier fehlt „)“")
    return inner


def interval(cursor: Cursor, start: Token, first: Node, *, start_included: bool) -> Node:
    """Parse the rest of a range, behind its two dots."""
    last = cursor.expression(ADDITION - 1)
    if cursor.token.text not in (")", "]", "["):
        raise cursor.unexpected("Am Ende des Bereichs fehlt „]“ oder „)“")
    end_included = cursor.advance().text == "]"
    return Interval(cursor.since(start), first, last, start_included, end_included)


def context(cursor: Cursor) -> Node:
    """Parse a context."""
    start = cursor.advance()
    entries: list[tuple[str, Node]] = []
    while not cursor.at("}"):
        key = _key(cursor)
        cursor.expect(":", f"Nach dem Namen „{key}“ fehlt „:“")
        entries.append((key, cursor.expression()))
        if not cursor.accept(","):
            break
        if cursor.at("}"):
            raise cursor.unexpected("Nach dem Komma fehlt ein Eintrag")
    cursor.expect("}", "Am Ende des Kontexts fehlt „}“")
    return Entries(cursor.since(start), tuple(entries))


def _key(cursor: Cursor) -> str:
    if cursor.token.kind == "text":
        key = unquote(cursor.advance().text)
        cursor.names.add(key)
        return key
    position = cursor.position
    if cursor.token.kind == "quoted":
        return cursor.advance().text
    if cursor.token.kind != "name":
        raise cursor.unexpected("Hier fehlt der Name eines Eintrags")
    while cursor.token.kind != "end" and not cursor.at(":"):
        if cursor.token.kind == "text" or cursor.token.text in _NOT_IN_A_KEY:
            raise cursor.unexpected("Nach dem Namen des Eintrags fehlt „:“")
        cursor.advance()
    return cursor.words_since(position)


_NOT_IN_A_KEY = frozenset("{}[](),")
