"""How types are written after `instance of` and behind parameters."""

from __future__ import annotations

from engine.feel.syntax.cursor import Cursor
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.tokens import Token
from engine.feel.values.types import ContextOf, FunctionOf, ListOf, RangeOf

_LONG_NAMES = KnownNames(
    (
        "date and time",
        "days and time duration",
        "years and months duration",
        "day time duration",
        "year month duration",
    )
)


def type_expression(cursor: Cursor) -> object:
    """Parse a type."""
    long_name = _LONG_NAMES.match(cursor.tokens, cursor.position)
    if long_name is not None:
        cursor.jump(long_name[1])
        return long_name[0]
    if cursor.token.kind != "name":
        raise cursor.unexpected("Hier fehlt der Name eines Typs")
    generic = {"function": _function, "list": _list, "range": _range, "context": _context}
    word = cursor.token.text
    if word in generic and cursor.ahead().is_word("<"):
        cursor.jump(cursor.position + 2)
        return generic[word](cursor)
    return _own_name(cursor)


def _own_name(cursor: Cursor) -> str:
    known = cursor.names.match(cursor.tokens, cursor.position)
    if known is not None:
        cursor.jump(known[1])
        name = known[0]
    else:
        name = cursor.advance().text
    while cursor.at(".") and cursor.ahead().kind == "name":
        cursor.advance()
        name += "." + cursor.advance().text
    return name


def _list(cursor: Cursor) -> object:
    item = type_expression(cursor)
    _close(cursor)
    return ListOf(item)


def _range(cursor: Cursor) -> object:
    end = type_expression(cursor)
    _close(cursor)
    return RangeOf(end)


def _context(cursor: Cursor) -> object:
    entries: dict[str, object] = {}
    while True:
        name = name_before(cursor, (":",))
        cursor.expect(":", f"Nach dem Namen „{name}“ fehlt „:“")
        entries[name] = type_expression(cursor)
        if not cursor.accept(","):
            break
    _close(cursor)
    return ContextOf(entries)


def _function(cursor: Cursor) -> object:
    parameters: list[object] = []
    if not cursor.at(">"):
        parameters.append(type_expression(cursor))
        while cursor.accept(","):
            parameters.append(type_expression(cursor))
    _close(cursor)
    cursor.expect("->", "Hier fehlt „->“ und der Typ des Ergebnisses")
    return FunctionOf(tuple(parameters), type_expression(cursor))


def _close(cursor: Cursor) -> None:
    token = cursor.token
    if token.is_word(">="):
        # list<number>=... : the lexer took the closing bracket for a comparison sign.
        cursor.tokens[cursor.position : cursor.position + 1] = [
            Token("sign", ">", token.start, token.start + 1),
            Token("sign", "=", token.start + 1, token.end),
        ]
        cursor.jump(cursor.position)
    cursor.expect(">", "Am Ende des Typs fehlt „>“")


def name_before(cursor: Cursor, stops: tuple[str, ...]) -> str:
    """Parse a new name, which may have spaces, up to one of the stops."""
    position = cursor.position
    if cursor.token.kind == "quoted":
        return cursor.advance().text
    if cursor.token.kind != "name" or cursor.token.text in stops:
        raise cursor.unexpected("Hier fehlt ein Name")
    while cursor.token.kind != "end" and cursor.token.text not in stops:
        if cursor.token.kind == "text" or not _belongs_to_a_name(cursor.token):
            raise cursor.unexpected("Hier fehlt ein Name")
        cursor.advance()
    return cursor.words_since(position)


def _belongs_to_a_name(token: Token) -> bool:
    return token.kind != "sign" or token.text in SIGNS_OF_NAMES


SIGNS_OF_NAMES = frozenset({"+", "-", "*", "/", ".", "'", "&"})
