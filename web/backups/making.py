"""Makes a backup of an open installation."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import clock
from engine.casefile.keyring import LENGTH, Keyring
from engine.errors import Invalid
from web import migrating
from web.backups import archive, postgresql, sqlite
from web.backups.archive import BackupBroken, Manifest, Progress
from web.config import Settings
from web.database import db

#: Returns what counts the bytes of a piece of work; told how many there will be.
Bar = Callable[[int], Progress]


def make(settings: Settings, target: Path, bar: Bar) -> Manifest:
    """Write a backup of the database, without the keys; raise `FileTaken` or `BackupBroken`."""
    if target.exists():
        message = f"{target} gibt es schon. Bitte wählen Sie einen anderen Namen."
        raise archive.FileTaken(message)
    if not target.parent.is_dir():
        raise Invalid(f"Den Ordner {target.parent} gibt es nicht.")
    with TemporaryDirectory(prefix=".lotse-", dir=target.parent) as folder:
        files = _copied(settings, Path(folder))
        noted = {name: archive.note(path) for name, path in files.items()}
        manifest = Manifest(
            format=1,
            lotse=version("lotse"),
            migration=migrating.head(),
            database="sqlite" if settings.is_sqlite else "postgresql",
            made_at=clock.wall().isoformat(timespec="seconds"),
            master_key=Keyring.open(settings.keys).id,
            files=noted,
        )
        progress = bar(sum(each.size for each in noted.values()))
        archive.write(target, manifest, files, progress)
    return manifest


def write_key(keyring: Keyring, target: Path) -> None:
    """Write the master key into a file of its own; raise `FileTaken` or `Invalid`."""
    with archive.new_file(target) as file:
        file.write(keyring.master)


def read_key(path: Path) -> Keyring:
    """Read a master key that `write_key` wrote; raise `Invalid` for anything else."""
    master = path.read_bytes()[: LENGTH + 1]
    if len(master) != LENGTH:
        raise Invalid(f"{path} ist kein Hauptschlüssel von Lotse.")
    return Keyring(master)


def _copied(settings: Settings, folder: Path) -> dict[str, Path]:
    if not settings.is_sqlite:
        return postgresql.dump(db.engine, folder)
    target = folder / sqlite.MEMBER
    sqlite.copy(settings.database_file, target)
    revision, _ = sqlite.check(target)
    if revision != migrating.head():
        raise BackupBroken("Die Datenbank ist nicht auf dem Stand dieser Version von Lotse.")
    return {sqlite.MEMBER: target}
