"""A copy of an SQLite database, consistent also while others write, and its way back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3

from web.backups.archive import BackupBroken

MEMBER = "lotse.sqlite3"
#: What SQLite keeps beside a database; left behind it would be played into another one.
BESIDE = ("-wal", "-shm", "-journal")


def copy(source: Path, target: Path) -> None:
    """Write a copy as of one moment; what was deleted leaves no remains in it."""
    with closing(pysqlite3.connect(str(source), isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("VACUUM INTO ?", (str(target),))


def check(path: Path) -> tuple[str, set[str]]:
    """Return the state of a copy's tables and the names of its keys; raise `BackupBroken`."""
    with closing(pysqlite3.connect(str(path), isolation_level=None)) as connection:
        try:
            whole = _first(connection, "PRAGMA integrity_check")
            revisions = _first(connection, "SELECT version_num FROM alembic_version")
            keys = "SELECT DISTINCT master_id FROM case_key WHERE wrapped IS NOT NULL"
            found = _first(connection, keys)
        except pysqlite3.DatabaseError as error:
            raise BackupBroken from error
    if whole != ["ok"] or len(revisions) != 1:
        raise BackupBroken
    return str(revisions[0]), {str(each) for each in found}


def put(path: Path, target: Path) -> None:
    """Let a checked copy take the place of a database that nobody has open."""
    for ending in BESIDE:
        target.with_name(target.name + ending).unlink(missing_ok=True)
        path.with_name(path.name + ending).unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def is_filled(path: Path) -> bool:
    """Whether a database lies there already."""
    return path.exists() and path.stat().st_size > 0


def _first(connection: Any, statement: str) -> list[Any]:
    return [row[0] for row in connection.execute(statement)]
