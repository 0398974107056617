"""Inserts rows, also such as may be there already; the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.model.base import Base, table_of

Rows = Sequence[Mapping[str, Any]]


def insert_rows(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert rows in one statement; they all name the same columns."""
    if rows:
        session.execute(_insertion(model), rows)


def insert_absent(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert the rows whose key does not exist yet; safe while others insert the same."""
    if rows:
        session.execute(_insertion_if_absent(model, session.get_bind().dialect.name), rows)


# Built once for each table, because building a statement takes longer than running it.


@cache
def _insertion(model: type[Base]) -> Insert:
    return insert(table_of(model))


@cache
def _insertion_if_absent(model: type[Base], dialect: str) -> Insert:
    if dialect == "postgresql":
        return postgresql.insert(table_of(model)).on_conflict_do_nothing()
    return sqlite.insert(table_of(model)).on_conflict_do_nothing()
