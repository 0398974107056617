"""What follows a value without a space: entries, filters and calls."""

from __future__ import annotations

from engine.feel.syntax.cursor import Cursor
from engine.feel.syntax.nodes import Call, Entries, Filter, Interval, Items, Literal, Node, Path
from engine.feel.syntax.powers import COMPARISONS
from engine.feel.syntax.tokens import unquote
from engine.feel.syntax.type_names import SIGNS_OF_NAMES, name_before

_AFTER_A_RANGE = frozenset({")", "]", ",", "}", "."}) | COMPARISONS
_WORDS_AFTER_A_RANGE = frozenset(
    {"and", "or", "then", "else", "return", "satisfies", "in", "instance"}
)
_NO_FUNCTIONS = (Literal, Items, Entries, Interval)


def path(cursor: Cursor, left: Node) -> Node:
    """Parse a dot and the name of an entry."""
    cursor.advance()
    known = cursor.names.match(cursor.tokens, cursor.position)
    if known is not None:
        cursor.jump(known[1])
        name = known[0]
    elif cursor.token.kind in ("name", "quoted"):
        name = cursor.advance().text
    else:
        raise cursor.unexpected("Nach dem Punkt fehlt ein Name")
    return Path(cursor.since(left), left, name)


def is_filter(cursor: Cursor, _left: Node) -> bool:
    """Tell a filter from the end of an open range, ]1..5[."""
    after = cursor.ahead()
    if after.kind == "name":
        return after.text not in _WORDS_AFTER_A_RANGE
    return after.kind != "end" and not (after.kind == "sign" and after.text in _AFTER_A_RANGE)


def filtered(cursor: Cursor, left: Node) -> Node:
    """Parse a filter."""
    cursor.advance()
    condition = cursor.expression()
    cursor.expect("]", "Nach dem Filter fehlt „]“")
    return Filter(cursor.since(left), left, condition)


def is_call(_cursor: Cursor, left: Node) -> bool:
    """Tell whether what stands before the parenthesis can be called."""
    return not isinstance(left, _NO_FUNCTIONS)


def call(cursor: Cursor, left: Node) -> Node:
    """Parse the arguments of a call."""
    cursor.advance()
    names: list[str] | None = [] if _has_named_arguments(cursor) else None
    arguments: list[Node] = []
    if not cursor.at(")"):
        while True:
            if names is not None:
                names.append(_argument_name(cursor))
            arguments.append(cursor.expression())
            if not cursor.accept(","):
                break
    cursor.expect(")", "Nach den Argumenten fehlt „)“")
    named = None if names is None else tuple(names)
    return Call(cursor.since(left), left, tuple(arguments), named)


def _has_named_arguments(cursor: Cursor) -> bool:
    if cursor.token.kind in ("text", "quoted"):
        return cursor.ahead().is_word(":")
    ahead = 0
    while _may_be_in_a_name(cursor, ahead):
        ahead += 1
    return ahead > 0 and cursor.ahead(ahead).is_word(":")


def _may_be_in_a_name(cursor: Cursor, ahead: int) -> bool:
    token = cursor.ahead(ahead)
    return token.kind in ("name", "number") or (
        token.kind == "sign" and token.text in SIGNS_OF_NAMES
    )


def _argument_name(cursor: Cursor) -> str:
    if cursor.token.kind == "text":
        name = unquote(cursor.advance().text)
    else:
        name = name_before(cursor, (":",))
    cursor.expect(":", "Nach dem Namen des Arguments fehlt „:“")
    return name
