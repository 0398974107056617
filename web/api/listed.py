"""Pages over what is no table: the same order, cursors and limits as a search in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key, partial
from typing import Any, Generic, TypeVar

from web.api.searching import Asked, read_cursor, written_cursor, wrong_cursor
from web.api.wire import PageShown

T = TypeVar("T")


@dataclass(frozen=True)
class Order(Generic[T]):
    """A value by which rows are put in order: a short text or a number, never null."""

    value: Callable[[T], str | int]
    descending: bool = False


def page_of(
    rows: Iterable[T], orders: Sequence[Order[T]], asked: Asked | None, *, is_all: bool = True
) -> tuple[list[T], PageShown]:
    """Return a page of rows; the last order must tell any two rows apart."""
    page = asked or Asked()
    marked = [(_marks(row, orders), row) for row in rows]
    compare = partial(_compare, orders)
    by_marks = cmp_to_key(compare)
    marked.sort(key=lambda each: by_marks(each[0]))
    total = len(marked)
    if cursor := page.before or page.after:
        place, side = read_cursor(cursor, len(orders)), -1 if page.before else 1
        try:
            marked = [each for each in marked if compare(each[0], place) * side > 0]
        except TypeError:
            raise wrong_cursor() from None
    begin = max(len(marked) - page.limit, 0) if page.before else page.from_ or 0
    chosen = marked[begin : begin + page.limit]
    return [row for _, row in chosen], PageShown(
        total_items=total,
        has_more_total_items=not is_all,
        start_cursor=written_cursor(chosen[0][0]) if chosen else None,
        end_cursor=written_cursor(chosen[-1][0]) if chosen else None,
    )


def _marks(row: T, orders: Sequence[Order[T]]) -> list[Any]:
    return [order.value(row) for order in orders]


def _compare(orders: Sequence[Order[Any]], one: Sequence[Any], other: Sequence[Any]) -> int:
    for order, left, right in zip(orders, one, other, strict=True):
        if left != right:
            return -1 if (left < right) != order.descending else 1
    return 0
