"""What a search may ask of one field: a value, or operators such as `$in` and `$like`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import ColumnElement, SQLColumnExpression, and_, literal, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from web.api.wire import Key, Moment, Sent

T = TypeVar("T")

#: Values in one `$in`; more are a question of another kind.
MOST_VALUES = 1_000


class Equals(Sent, Generic[T]):
    """Operators that every field understands."""

    model_config = ConfigDict(alias_generator=lambda name: f"${to_camel(name.removesuffix('_'))}")

    eq: T | None = None
    neq: T | None = None
    exists: bool | None = None
    in_: Annotated[list[T] | None, Field(max_length=MOST_VALUES)] = None
    not_in: Annotated[list[T] | None, Field(max_length=MOST_VALUES)] = None


class Compares(Equals[T]):
    """Operators of what has an order."""

    gt: T | None = None
    gte: T | None = None
    lt: T | None = None
    lte: T | None = None


class Resembles(Equals[T]):
    """Operators of texts: `*` stands for any characters, `?` for one; `\\` takes that away."""

    like: Annotated[str | None, Field(max_length=1_000)] = None


KeyFilter = Key | Equals[Key]
TextFilter = str | Resembles[str]
NumberFilter = int | Compares[int]
MomentFilter = Moment | Compares[Moment]


class Matches(FunctionElement[bool]):
    """Whether a text has the form of a pattern, letter for letter, on every database."""

    inherit_cache = True
    name = "matches"


@compiles(Matches, "sqlite")
def _glob(element: Matches, compiler: SQLCompiler, **options: Any) -> str:
    text, glob, _ = element.clauses
    return f"{compiler.process(text, **options)} GLOB {compiler.process(glob, **options)}"


@compiles(Matches, "postgresql")
def _like(element: Matches, compiler: SQLCompiler, **options: Any) -> str:
    text, _, like = element.clauses
    return f"{compiler.process(text, **options)} LIKE {compiler.process(like, **options)}"


def condition(column: SQLColumnExpression[Any], asked: Any) -> ColumnElement[bool]:
    """Return what a filter asks of a column."""
    if not isinstance(asked, Equals):
        return _is(column, asked)
    return and_(
        true(),
        *(
            _CONDITIONS[name](column, value)
            for name in type(asked).model_fields
            if (value := getattr(asked, name)) is not None
        ),
    )


def _is(column: SQLColumnExpression[Any], value: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool] = column == value
    return same


def _matching(column: SQLColumnExpression[Any], pattern: str) -> ColumnElement[bool]:
    parts = parsed(pattern)
    glob = "".join(p if is_wild else _GLOB.get(p, p) for p, is_wild in parts)
    like = "".join({"*": "%", "?": "_"}[p] if is_wild else _LIKE.get(p, p) for p, is_wild in parts)
    return and_(true(), Matches(column, literal(glob), literal(like)))


_GLOB = {"*": "[*]", "?": "[?]", "[": "[[]"}
_LIKE = {"%": "\\%", "_": "\\_", "\\": "\\\\"}


def parsed(pattern: str) -> list[tuple[str, bool]]:
    """Return the characters of a pattern, each with whether it is a wildcard."""
    found: list[tuple[str, bool]] = []
    escaped = False
    for character in pattern:
        if not escaped and character == "\\":
            escaped = True
            continue
        found.append((character, character in "*?" and not escaped))
        escaped = False
    return found


_CONDITIONS: Mapping[str, Callable[[SQLColumnExpression[Any], Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "neq": lambda column, value: or_(column != value, column.is_(None)),
    "exists": lambda column, value: column.is_not(None) if value else column.is_(None),
    "in_": lambda column, value: column.in_(value),
    "not_in": lambda column, value: or_(column.not_in(value), column.is_(None)),
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "like": _matching,
}


def holds(value: Any, asked: Any) -> bool:
    """Whether a value in memory is what a filter asks for; the same rules as in the database."""
    if not isinstance(asked, Equals):
        return bool(value == asked)
    return all(
        _TESTS[name](value, wanted)
        for name in type(asked).model_fields
        if (wanted := getattr(asked, name)) is not None
    )


def _resembles(value: Any, pattern: str) -> bool:
    """Match a text with a pattern in time that grows with both, not with their powers."""
    if value is None:
        return False
    states = {0}
    parts = parsed(pattern)
    for character in str(value):
        states = _closed(states, parts)
        states = {
            at if parts[at] == ("*", True) else at + 1
            for at in states
            if at < len(parts) and (parts[at][1] or parts[at][0] == character)
        }
        if not states:
            return False
    return len(parts) in _closed(states, parts)


def _closed(states: set[int], parts: list[tuple[str, bool]]) -> set[int]:
    reached = set(states)
    for at in sorted(states):
        while at < len(parts) and parts[at] == ("*", True):
            at += 1
            reached.add(at)
    return reached


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "neq": lambda value, wanted: value != wanted,
    "exists": lambda value, wanted: (value is not None) == wanted,
    "in_": lambda value, wanted: value in wanted,
    "not_in": lambda value, wanted: value not in wanted,
    "gt": lambda value, wanted: value is not None and value > wanted,
    "gte": lambda value, wanted: value is not None and value >= wanted,
    "lt": lambda value, wanted: value is not None and value < wanted,
    "lte": lambda value, wanted: value is not None and value <= wanted,
    "like": _resembles,
}


def choice(*names: str) -> Any:
    """Return the filter of a field that has one of a few values; written in any case."""

    def upper(value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    known = Annotated[str, BeforeValidator(upper), Field(json_schema_extra={"enum": list(names)})]
    return known | Equals[known]
