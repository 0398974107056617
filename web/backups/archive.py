"""The file of a backup: a ZIP of the database and a manifest that says what must lie in it.

What comes back is hostile until checked. No name in it is ever used as a path: members are known
by the manifest, and the caller says where each of them goes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - an exception, named like one

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import Conflict, Invalid

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1024 * 1024
#: The names that members have: one database file, or one file for each table.
MEMBER = re.compile(r"[a-z0-9_]{1,63}\.(sqlite3|copy)")
PIECE = 1024 * 1024

Progress = Callable[[int], None]


class BackupBroken(Invalid):
    """Diese Datei ist keine Sicherung von Lotse, oder sie ist beschädigt."""


class FileTaken(Conflict):
    """Diese Datei gibt es schon."""


class Noted(BaseModel):
    """What a member of the archive must be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup is a backup of."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal[1]
    lotse: str  # version of the program
    migration: str  # state of the tables
    database: Literal["sqlite", "postgresql"]
    made_at: str
    master_key: str  # name of the key that opens the protected contents; says nothing about it
    files: dict[str, Noted]


@dataclass(frozen=True)
class Archive:
    """An opened backup whose list of contents is as its manifest says."""

    manifest: Manifest
    zip: ZipFile

    def extract(self, name: str, target: Path, progress: Progress) -> None:
        """Write a member to a path; raise `BackupBroken` unless it is what was noted."""
        noted, digest, size = self.manifest.files[name], sha256(), 0
        with _telling(), self.zip.open(name) as source, _private(target) as file:
            while piece := source.read(PIECE):
                size += len(piece)
                if size > noted.size:
                    raise BackupBroken
                digest.update(piece)
                file.write(piece)
                progress(len(piece))
        if (size, digest.hexdigest()) != (noted.size, noted.sha256):
            raise BackupBroken(f"In der Sicherung ist {name} verändert oder beschädigt.")


def note(path: Path) -> Noted:
    """Return what the manifest says of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return Noted(size=path.stat().st_size, sha256=digest.hexdigest())


def write(target: Path, manifest: Manifest, files: Mapping[str, Path], progress: Progress) -> None:
    """Write a backup that only its owner may read; raise `FileTaken`, never overwrite one."""
    aside = target.with_name(f".{target.name}.{token_hex(4)}")
    try:
        with _private(aside) as file:
            _pack(file, manifest, files, progress)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _pack(
    file: IO[bytes], manifest: Manifest, files: Mapping[str, Path], progress: Progress
) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as packed:
        packed.writestr(MANIFEST, manifest.model_dump_json(indent=2))
        for name, path in files.items():
            _add(packed, name, path, progress)


def put_in_place(aside: Path, target: Path) -> None:
    """Give a finished file its name; raise `FileTaken` if another has it."""
    try:
        os.link(aside, target)
    except FileExistsError as error:
        message = f"{target} gibt es schon. Bitte wählen Sie einen anderen Namen."
        raise FileTaken(message) from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup and check its list of contents; raise `BackupBroken`."""
    with _telling(), ZipFile(path) as packed:
        manifest = _manifest(packed)
        sizes = {each.filename: each.file_size for each in packed.infolist()}
        sizes.pop(MANIFEST)
        wanted = {name: noted.size for name, noted in manifest.files.items()}
        is_doubled = len(packed.namelist()) != len(sizes) + 1
        if is_doubled or sizes != wanted or not all(map(MEMBER.fullmatch, sizes)):
            raise BackupBroken
        yield Archive(manifest, packed)


def _manifest(packed: ZipFile) -> Manifest:
    if packed.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise BackupBroken
    try:
        return Manifest.model_validate_json(packed.read(MANIFEST))
    except ValidationError as error:
        raise BackupBroken from error


@contextmanager
def _telling() -> Iterator[None]:
    """Turn what a wrong ZIP file leads to into one sentence."""
    try:
        yield
    except (BadZipFile, ZlibError, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise BackupBroken from error


@contextmanager
def new_file(target: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner may read; a half-written one is taken away again.

    Raises `FileTaken` or `Invalid`.
    """
    try:
        file = _private(target)
    except FileExistsError as error:
        message = f"{target} gibt es schon. Bitte wählen Sie einen anderen Namen."
        raise FileTaken(message) from error
    except OSError as error:
        raise Invalid(f"{target} lässt sich nicht schreiben.") from error
    try:
        with file:
            yield file
    except BaseException:
        target.unlink()
        raise


def _add(packed: ZipFile, name: str, path: Path, progress: Progress) -> None:
    with path.open("rb") as source, packed.open(name, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            target.write(piece)
            progress(len(piece))


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
