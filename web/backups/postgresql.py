"""A copy of a PostgreSQL database as of one moment, table by table, without other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, select

from engine.model.base import table_of
from engine.model.protected_value import CaseKey

VERSIONS = "alembic_version"


def dump(engine: Engine, folder: Path) -> dict[str, Path]:
    """Write every table into a file of its own, all as of the same moment."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        files = {_member(table): folder / _member(table) for table in _tables(connection)}
        for table in _tables(connection):
            _write(connection, table, files[_member(table)])
    return files


def _write(connection: Connection, table: Table, target: Path) -> None:
    statement = f"COPY {_named(connection, table)} TO STDOUT"
    with target.open("wb") as file, _cursor(connection).copy(statement) as copy:
        for piece in copy:
            file.write(piece)


def members(connection: Connection) -> set[str]:
    """Return the names of the files that hold all tables of a database."""
    return {_member(table) for table in _tables(connection)}


def load(connection: Connection, folder: Path) -> None:
    """Fill the empty tables from the files of a folder, in the order of their references."""
    for table in _tables(connection):
        statement = f"COPY {_named(connection, table)} FROM STDIN"
        with (
            (folder / _member(table)).open("rb") as file,
            _cursor(connection).copy(statement) as copy,
        ):
            while piece := file.read(1024 * 1024):
                copy.write(piece)


def clear(connection: Connection) -> None:
    """Drop every table, within the transaction of the connection."""
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def is_filled(connection: Connection) -> bool:
    """Whether the database has tables already."""
    found = MetaData()
    found.reflect(connection)
    return bool(found.tables)


def key_names(connection: Connection) -> set[str]:
    """Return the names of the master keys that wrapped keys of cases."""
    table = table_of(CaseKey)
    query = select(table.c.master_id).where(table.c.wrapped.is_not(None)).distinct()
    return set(connection.scalars(query))


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _member(table: Table) -> str:
    return f"{table.name}.copy"


def _named(connection: Connection, table: Table) -> str:
    """Write table and columns; by name, so that their order in the database does not matter."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in sorted(table.columns.keys()))
    return f"{quote(table.name)} ({columns})"


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver.cursor()
