"""The order of an examination: first the machine, then the database, then what lies in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pysqlite3
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.casefile.keyring import KeyUnsafe
from web.backups.making import Bar
from web.config import Settings
from web.database import SqliteUnsafe
from web.doctor import machine, operation, procedures, storage
from web.remarks import Remark, broken

Check = Callable[[], Iterable[Remark]]

MACHINE: tuple[Callable[[Settings], Iterable[Remark]], ...] = (
    machine.settings_for_trying,
    machine.address,
    machine.looks,
    machine.folders,
    machine.keys,
    machine.space,
    machine.versions,
    machine.time_zone,
    machine.letter,
    storage.missing,
)
DATABASE: tuple[Callable[[Session], Iterable[Remark]], ...] = (
    storage.damage,
    storage.server_version,
    storage.sealed_keys,
    operation.clock_goes,
    operation.incidents,
    operation.sendings,
    operation.documents,
    operation.secrets,
    operation.backups,
    procedures.without_worker,
    procedures.on_disk,
    procedures.deployed,
)
BOTH: tuple[Callable[[Session, Settings], Iterable[Remark]], ...] = (
    operation.due_work,
    operation.accounts,
)
#: What makes the database unreachable: looking into it would only say the same again.
CLOSED = frozenset({"datenbank-fehlt", "hauptschluessel", "sqlite-alt"})


def examine(settings: Settings, bar: Bar) -> list[Remark]:
    """Return everything that is wrong with an installation; nothing of it is changed."""
    told = bar(len(MACHINE) + len(DATABASE) + len(BOTH))
    found: list[Remark] = []
    for look in MACHINE:
        found += look(settings)
        told(1)
    if not any(remark.rule in CLOSED for remark in found):
        found += _database(settings, told)
    return found


def _database(settings: Settings, told: Callable[[int], None]) -> list[Remark]:
    found: list[Remark] = []
    try:
        with storage.opened(settings) as session:
            found += storage.tables(session)
            if found:
                return found
            for check in _checks(session, settings):
                found += check()
                told(1)
    except (SQLAlchemyError, pysqlite3.Error, SqliteUnsafe, KeyUnsafe, OSError) as closed:
        text = f"Die Datenbank lässt sich nicht lesen ({_said(closed)})."
        remedy = "Prüfen Sie LOTSE_DATABASE_URL, ob sie läuft, und die Rechte an der Datei."
        found.append(broken("datenbank-zu", text, remedy))
    return found


def _checks(session: Session, settings: Settings) -> Iterator[Check]:
    yield from (partial(look, session) for look in DATABASE)
    yield from (partial(look, session, settings) for look in BOTH)


def _said(closed: Exception) -> str:
    """Return what the database said, in its first line; the statement is not part of it."""
    lines = str(getattr(closed, "orig", None) or closed).splitlines()
    return lines[0] if lines else type(closed).__name__
