"""Puts a backup back: checked as a whole before anything of the installation changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, create_engine

from engine.casefile.keyring import FILE, Keyring
from engine.errors import Conflict, Invalid
from web import database, migrating
from web.backups import archive, making, postgresql, sqlite
from web.backups.archive import Archive, BackupBroken, Manifest
from web.backups.making import Bar
from web.config import Settings

KEY_MISSING = (
    "Der Hauptschlüssel fehlt: Er liegt nicht in {keys} und ist nicht mit --schluessel angegeben. "
    "Ohne ihn wären die geschützten Angaben dieser Sicherung nicht lesbar."
)
KEY_WRONG = (
    "Der Hauptschlüssel passt nicht zu dieser Sicherung. Geben Sie mit --schluessel den an, der zu "
    "ihr gehört."
)
NOT_EMPTY = (
    "Hier liegt schon eine Datenbank. Mit --ersetzen tritt die Sicherung an ihre Stelle; was "
    "seither geschah, geht dann verloren."
)


def restore(
    settings: Settings, source: Path, bar: Bar, *, key: Path | None, replace: bool
) -> Manifest:
    """Put a backup in the place of the database, and its key beside it if one was given.

    The caller holds the lock of the data folder. Raises `Invalid`, `Conflict` or `BackupBroken`
    and has changed nothing then.
    """
    with archive.opened(source) as opened:
        manifest = opened.manifest
        _require_fitting(settings, manifest)
        keyring = _keyring(settings, key)
        if keyring.id != manifest.master_key:
            raise Conflict(KEY_WRONG)
        put = _put_sqlite if settings.is_sqlite else _put_postgresql
        with TemporaryDirectory(prefix=".lotse-", dir=settings.data) as folder:
            _extract(opened, Path(folder), bar)
            keep = partial(_keep, settings, keyring)
            put(settings, Path(folder), manifest, replace=replace, keep=keep)
    return manifest


def _require_fitting(settings: Settings, manifest: Manifest) -> None:
    here = "sqlite" if settings.is_sqlite else "postgresql"
    if manifest.database != here:
        raise Invalid(f"Die Sicherung ist von {manifest.database}, hier ist {here} eingestellt.")
    if not migrating.knows(manifest.migration):
        raise Conflict(
            f"Die Sicherung stammt von Lotse {manifest.lotse} mit neueren Tabellen. Installieren "
            "Sie zuerst diese oder eine neuere Version."
        )


def _keyring(settings: Settings, key: Path | None) -> Keyring:
    """Return the key that was given, else the one that lies here; never make one."""
    if key is not None:
        return making.read_key(key)
    if not (settings.keys / FILE).exists():
        raise Conflict(KEY_MISSING.format(keys=settings.keys))
    return Keyring.open(settings.keys)


def _keep(settings: Settings, keyring: Keyring) -> None:
    """Lay the key beside the database; one that lies there is kept under its own name."""
    path = settings.keys / FILE
    if path.exists():
        there = Keyring.open(settings.keys)
        if there == keyring:
            return
        path.replace(path.with_name(f"{FILE}.{there.id}"))
    settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    making.write_key(keyring, path)


def _extract(opened: Archive, folder: Path, bar: Bar) -> None:
    size = sum(each.size for each in opened.manifest.files.values())
    if shutil.disk_usage(folder).free < size:
        raise Conflict("Für diese Sicherung ist nicht genug Platz auf dem Datenträger.")
    progress = bar(size)
    for name in opened.manifest.files:
        opened.extract(name, folder / name, progress)


def _put_sqlite(
    settings: Settings, folder: Path, manifest: Manifest, *, replace: bool, keep: Callable[[], None]
) -> None:
    if set(manifest.files) != {sqlite.MEMBER}:
        raise BackupBroken
    revision, keys = sqlite.check(folder / sqlite.MEMBER)
    if revision != manifest.migration:
        raise BackupBroken
    _require_key(keys, manifest)
    if sqlite.is_filled(settings.database_file) and not replace:
        raise Conflict(NOT_EMPTY)
    keep()
    sqlite.put(folder / sqlite.MEMBER, settings.database_file)


def _put_postgresql(
    settings: Settings, folder: Path, manifest: Manifest, *, replace: bool, keep: Callable[[], None]
) -> None:
    """Drop, make and fill the tables in one transaction: all of it happens or nothing."""
    engine = create_engine(
        settings.database_url, **database.engine_options(settings.database_url.drivername)
    )
    try:
        with engine.begin() as connection:
            is_filled = postgresql.is_filled(connection)
            if is_filled and not replace:
                raise Conflict(NOT_EMPTY)
            if is_filled:
                postgresql.clear(connection)
            _fill(connection, folder, manifest)
            keep()
    finally:
        engine.dispose()


def _fill(connection: Connection, folder: Path, manifest: Manifest) -> None:
    migrating.upgrade_within(connection, manifest.migration)
    if postgresql.members(connection) != set(manifest.files):
        raise BackupBroken
    postgresql.load(connection, folder)
    _require_key(postgresql.key_names(connection), manifest)


def _require_key(found: set[str], manifest: Manifest) -> None:
    """Refuse a backup whose cases were sealed with another key than it says."""
    if found - {manifest.master_key}:
        raise BackupBroken("Zu den Fällen dieser Sicherung gehört ein anderer Hauptschlüssel.")
