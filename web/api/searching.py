"""Searches: filter, order and pages, in the database, for every kind of thing alike.

A page begins behind a row, not behind a number of rows: what is added or goes away meanwhile
neither hides a row nor shows one twice.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, create_model, model_validator
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from web.api.filters import condition
from web.api.problems import Problem
from web.api.wire import PageShown, Sent

LIMIT, MOST = 100, 10_000
#: Further rows are not counted: `hasMoreTotalItems` says that there are some.
MOST_COUNTED = 10_000

Condition = ColumnElement[bool]
Special = tuple[Any, Callable[[Session, Any], Condition]]


@dataclass(frozen=True)
class Column:
    """A field that can be asked for and sorted by."""

    expression: SQLColumnExpression[Any]
    filter: Any = None  # the type of its filter; None: it can only be sorted by
    sortable: bool = True


@dataclass(frozen=True)
class Listing:
    """One kind of thing: where it is read, its fields by their names on the wire, and its key."""

    name: str
    query: Select[*tuple[Any, ...]]
    key: SQLColumnExpression[Any]
    columns: Mapping[str, Column]
    #: filters that are more than a column: type and condition
    special: Mapping[str, Special] = field(default_factory=dict)
    has_or: bool = False  # whether `$or` is understood
    #: the order of those that nobody orders
    ascending: bool = True


class Asked(Sent):
    """A page of a search: so many, from a number or from a cursor on."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = LIMIT
    from_: Annotated[int | None, Field(alias="from", ge=0, le=2**31)] = None
    after: Annotated[str | None, Field(max_length=2_000)] = None
    before: Annotated[str | None, Field(max_length=2_000)] = None

    @model_validator(mode="after")
    def _one_of(self) -> Asked:
        given = [each for each in (self.from_, self.after, self.before) if each is not None]
        if len(given) > 1:
            raise ValueError("Bitte nur eines von from, after und before angeben.")
        return self


def request_model(listing: Listing) -> type[Sent]:
    """Return the model of a search's body: filter, sort and page."""
    fields: dict[str, Any] = {
        name: (column.filter | None, None)
        for name, column in listing.columns.items()
        if column.filter is not None
    }
    fields |= {name: (kind | None, None) for name, (kind, _) in listing.special.items()}
    wanted = _model(f"{listing.name}Filter", Sent, _aliased(fields))
    if listing.has_or:
        either = Annotated[list[wanted] | None, Field(alias="$or", max_length=20)]  # type: ignore[valid-type]
        wanted = _model(f"{listing.name}FilterWithOr", wanted, {"either": (either, None)})
    order = _sort(listing)
    sort = Annotated[list[order] | None, Field(max_length=10)]  # type: ignore[valid-type]
    body = {"filter": (wanted | None, None), "sort": (sort, None), "page": (Asked | None, None)}
    return _model(f"{listing.name}Search", Sent, body)


def filter_of(search: type[Sent]) -> Any:
    """Return the type of a search's filter, for a body that asks for something else about it."""
    return search.model_fields["filter"].annotation


def _sort(listing: Listing) -> type[Sent]:
    names = tuple(name for name, column in listing.columns.items() if column.sortable)
    direction = Annotated[Literal["ASC", "DESC"], BeforeValidator(upper)]
    fields: dict[str, Any] = {"field": (Literal[names], ...), "order": (direction, "ASC")}
    return _model(f"{listing.name}Sort", Sent, fields)


def _model(name: str, base: type[Sent], fields: Mapping[str, Any]) -> type[Sent]:
    made: type[Sent] = create_model(name, __base__=base, **fields)
    return made


def _aliased(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.replace("$", "_"): (Annotated[kind, Field(alias=name)], default)
        for name, (kind, default) in fields.items()
    }


def upper(value: Any) -> Any:
    """Return a text in capitals; enums are understood in any case."""
    return value.upper() if isinstance(value, str) else value


@dataclass(frozen=True)
class _Order:
    """One column of an order; without a value comes first, as on SQLite."""

    expression: SQLColumnExpression[Any]
    descending: bool

    def clauses(self, *, backwards: bool) -> tuple[ColumnElement[Any], ...]:
        falls = self.descending != backwards
        known = self.expression.is_not(None)
        if falls:
            return known.desc(), self.expression.desc()
        return known.asc(), self.expression.asc()

    def behind(self, value: Any, *, backwards: bool) -> Condition:
        """Whether a row comes behind a value."""
        falls = self.descending != backwards
        if value is None:
            return false() if falls else self.expression.is_not(None)
        if falls:
            return or_(self.expression < value, self.expression.is_(None))
        behind: Condition = self.expression > value
        return behind

    def same(self, value: Any) -> Condition:
        return condition(self.expression, value) if value is not None else self.expression.is_(None)


def run(
    session: Session, listing: Listing, asked: Any, *where: Condition
) -> tuple[Sequence[Row[*tuple[Any, ...]]], PageShown]:
    """Return a page of what a search finds, among what the conditions leave."""
    query = listing.query.where(*where, *conditions(session, listing, asked.filter))
    page = asked.page or Asked()
    orders = _orders(listing, asked.sort or ())
    counted = select(func.count()).select_from(
        query.with_only_columns(literal(1), maintain_column_froms=True)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    total = session.scalar(counted) or 0
    backwards = page.before is not None
    cursor = page.before or page.after
    paged = query.add_columns(*(each.expression.label(f"_{n}") for n, each in enumerate(orders)))
    if cursor is not None:
        paged = paged.where(_behind(orders, read_cursor(cursor, len(orders)), backwards=backwards))
    paged = paged.order_by(*(c for each in orders for c in each.clauses(backwards=backwards)))
    rows = list(session.execute(paged.limit(page.limit).offset(page.from_ or 0)))
    if backwards:
        rows.reverse()
    marks = [written_cursor([getattr(row, f"_{n}") for n in range(len(orders))]) for row in rows]
    return rows, PageShown(
        total_items=min(total, MOST_COUNTED),
        has_more_total_items=total > MOST_COUNTED,
        start_cursor=marks[0] if marks else None,
        end_cursor=marks[-1] if marks else None,
    )


def conditions(session: Session, listing: Listing, wanted: Any) -> list[Condition]:
    """Return what a filter of a listing asks for."""
    if wanted is None:
        return []
    found = []
    for name, given in wanted:
        alias = type(wanted).model_fields[name].alias or name
        if given is None:
            continue
        if name == "either":
            ways = (and_(true(), *conditions(session, listing, way)) for way in given)
            found.append(or_(false(), *ways))
        elif alias in listing.special:
            found.append(listing.special[alias][1](session, given))
        else:
            found.append(condition(listing.columns[alias].expression, given))
    return found


def _orders(listing: Listing, sort: Sequence[Any]) -> list[_Order]:
    chosen = [_Order(listing.columns[each.field].expression, each.order == "DESC") for each in sort]
    last_falls = chosen[-1].descending if chosen else not listing.ascending
    return [*chosen, _Order(listing.key, last_falls)]


def _behind(orders: Sequence[_Order], values: Sequence[Any], *, backwards: bool) -> Condition:
    """Compare like words in a dictionary: the first column that differs decides."""
    ways = [
        and_(
            *(before.same(value) for before, value in zip(orders[:n], values, strict=False)),
            orders[n].behind(values[n], backwards=backwards),
        )
        for n in range(len(orders))
    ]
    return or_(*ways)


def written_cursor(values: Sequence[Any]) -> str:
    """Return a place in a search as clients hand it back."""
    written = [{"at": v.isoformat()} if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(orjson.dumps(written)).decode()


def read_cursor(cursor: str, length: int) -> list[Any]:
    """Return the values of a place in a search; raise a problem for any other text."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        read = [datetime.fromisoformat(v["at"]) if isinstance(v, dict) else v for v in values]
    except (ValueError, TypeError, KeyError):
        raise wrong_cursor() from None
    if len(read) != length or any(isinstance(each, list) for each in read):
        raise wrong_cursor()
    return read


def wrong_cursor() -> Problem:
    """Return what is said about a place that no search like this one has."""
    return Problem(400, "Diese Stelle (after, before) stammt aus keiner Suche wie dieser.")
