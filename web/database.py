"""The database of an installation, and the only place that commits.

Every write goes through `write`: one transaction, one commit, run again when another one was
faster. On SQLite there is one writer at a time, in the order of asking, because waiting on the
database's own lock starves some for seconds; readers never wait. On PostgreSQL the version of
each instance row decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import pysqlite3
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.casefile import keyring
from engine.casefile.keyring import Keyring, KeyUnsafe
from engine.errors import ChangedMeanwhile
from engine.ids import BLOCK, FIRST, ids
from engine.model.base import Base
from engine.model.id_block import IdBlock
from engine.model.protected_value import CaseKey
from web.config import Settings, refuse

T = TypeVar("T")

#: Older versions of SQLite can corrupt a database in WAL mode.
SAFE_SQLITE = (3, 51, 3)
#: How often a step is run again when another one was faster.
TRIES = 4
#: Numbers that one transaction may need at the most: a step that runs in circles until its budget
#: ends draws about 20,000.
NUMBERS = 25_000
#: What PostgreSQL answers when two transactions got in each other's way; the last one is a key
#: that both took, e.g. the next link of a case's audit chain.
LOST_RACE = {"40001", "40P01", "23505"}
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "temp_store=MEMORY",
    "cache_size=-64000",
    "journal_size_limit=67108864",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)

KEY_GONE = (
    "Der Hauptschlüssel {} fehlt, aber die Datenbank hat geschützte Angaben. Bitte spielen Sie ihn"
    " aus der Sicherung zurück; ein neuer könnte sie nicht lesen."
)

db = SQLAlchemy(metadata=Base.metadata)

_one_writer = Lock()
_writing: ContextVar[bool] = ContextVar("writing", default=False)


class SqliteUnsafe(RuntimeError):
    """Diese Version von SQLite kann Daten beschädigen. Nötig ist 3.51.3 oder neuer."""


def connect(app: Flask, settings: Settings) -> None:
    """Give the application its database.

    Raises `SqliteUnsafe` for a dangerous version, and `KeyUnsafe` where the master key is not the
    one of what is there; a new one would leave all that is protected unreadable.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url.drivername)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        if not (settings.keys / keyring.FILE).exists() and _holds_keys(settings):
            raise KeyUnsafe(KEY_GONE.format(settings.keys / keyring.FILE))
    app.extensions["keyring"] = Keyring.open(settings.keys)


def _holds_keys(settings: Settings) -> bool:
    """Whether a database has contents that an earlier master key protects."""
    if settings.is_sqlite and not settings.database_file.exists():
        return False
    with db.engine.connect() as connection:
        known = inspect(connection).has_table(CaseKey.__tablename__)
        return known and connection.scalar(select(CaseKey.case_id).limit(1)) is not None


def session() -> Session:
    """Return this request's session, able to read what is protected."""
    current: Session = db.session()
    keys: Keyring = current_app.extensions["keyring"]
    keys.attach(current)
    return current


def engine_options(driver: str) -> dict[str, Any]:
    """Return the options with which an engine of this kind is made."""
    if driver != "sqlite":
        return {"pool_pre_ping": True}
    if pysqlite3.sqlite_version_info < SAFE_SQLITE:
        raise SqliteUnsafe(SqliteUnsafe.__doc__)
    return {"module": pysqlite3}


def prepare(engine: Engine) -> None:
    """Set each new SQLite connection up, and begin transactions as readers or as the writer."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event says BEGIN, not the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def write(work: Callable[[Session], T]) -> T:
    """Run work in one transaction and commit it once; run it again when another was faster.

    Everything read before, in this request, is read afresh. Raises what the work raises, after
    rolling back.
    """
    for attempt in range(TRIES):
        try:
            with _transaction() as current:
                return work(current)
        except ChangedMeanwhile:
            if attempt == TRIES - 1:
                raise
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in LOST_RACE:
                raise
            if attempt == TRIES - 1:
                raise ChangedMeanwhile from error
    raise ChangedMeanwhile


@contextmanager
def _transaction() -> Iterator[Session]:
    current = session()
    current.rollback()  # ends the read transaction of this request
    with _turn(db.engine):
        ids.ensure(NUMBERS, lambda: _reserve(db.engine))
        token = _writing.set(True)
        try:
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise
        finally:
            _writing.reset(token)


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait for the turn to write where only one may."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with _one_writer:
        yield


def _reserve(engine: Engine) -> int:
    """Reserve a block of numbers in a transaction of its own and return its first."""
    token = _writing.set(True)
    try:
        with engine.begin() as connection:
            row = connection.execute(select(IdBlock.next).with_for_update()).first()
            if row is None:
                connection.execute(insert(IdBlock).values(id=1, next=FIRST + BLOCK))
                return FIRST
            connection.execute(update(IdBlock).values(next=IdBlock.next + BLOCK))
            return int(row.next)
    finally:
        _writing.reset(token)


def folder_of(settings: Settings) -> Path:
    """Return the data folder, made if need be, readable only by the owner.

    Raises `SettingWrong` for a folder that cannot be made.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        message = "Dieser Ordner lässt sich nicht anlegen. Bitte wählen Sie einen anderen."
        raise refuse("LOTSE_DATA", str(settings.data), message) from error
    return settings.data
