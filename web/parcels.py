"""Process folders with their forms in one ZIP, laid out as `lotse check` and `deploy` read them.

What comes back is hostile until checked: names are taken apart before anything is written, and
nothing but the kinds of files that a process folder may have is unpacked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - an exception, named like one

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import definitions
from engine.deployment import SHARED, Folder
from engine.errors import DefinitionNotFound, Invalid
from engine.form_heads import ENDING, FOLDER
from engine.model.deployment import Definition, Deployment
from engine.versions import SENT
from web.folder_files import KINDS, LONGEST_NAME, MOST_BYTES, MOST_FILES, MOST_IN_ALL

MODELS, FORMS = "processes", "forms/definitions"
#: Every file says the same moment, so that the same folders make the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)


class ParcelBroken(Invalid):
    """Diese Datei ist kein Paket von Verfahren, oder sie ist beschädigt."""


def deployed(session: Session) -> list[Folder]:
    """Return every folder as it is deployed now, without what was sent over the API."""
    newest = select(func.max(Deployment.id)).group_by(Deployment.name)
    query = select(Deployment).where(Deployment.id.in_(newest), ~Deployment.name.startswith(SENT))
    rows = session.scalars(query.order_by(Deployment.name)).all()
    return [Folder(row.name, definitions.files(session, row.id)) for row in rows]


def deployed_with(session: Session, process_id: str, version: int | None) -> list[Folder]:
    """Return the folder that a version of a process came with, and the shared one it runs with.

    Without a version the newest one is meant. What was sent over the API gets the name of the
    process. Raises `DefinitionNotFound`.
    """
    query = select(Deployment).join(Definition)
    query = query.where(Definition.process_id == process_id, definitions.PRESENT)
    if version is not None:
        query = query.where(Definition.version == version)
    row = session.scalars(query.order_by(Definition.version.desc()).limit(1)).first()
    if row is None:
        raise DefinitionNotFound
    name = process_id if row.name.startswith(SENT) else row.name
    own = Folder(name, definitions.files(session, row.id))
    if row.shared_id is None:
        return [own]
    return [Folder(SHARED, definitions.files(session, row.shared_id)), own]


def sent_over_the_api(session: Session) -> list[str]:
    """Return the processes whose newest version was sent over the API, by their ids."""
    latest = select(func.max(Definition.id)).where(definitions.PRESENT)
    newest = latest.group_by(Definition.process_id)
    query = select(Definition.process_id).join(Deployment).where(Definition.id.in_(newest))
    query = query.where(Deployment.name.startswith(SENT)).order_by(Definition.process_id)
    return list(session.scalars(query))


def pack(file: IO[bytes], folders: Iterable[Folder]) -> None:
    """Write folders as a ZIP."""
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, content in sorted(_laid_out(folders).items()):
            packed.writestr(ZipInfo(name, MOMENT), content, ZIP_DEFLATED)


def _laid_out(folders: Iterable[Folder]) -> Mapping[str, bytes]:
    return {
        _path(folder.name, name): content
        for folder in folders
        for name, content in folder.files.items()
    }


def _path(folder: str, name: str) -> str:
    """Return where a file of a deployment lies among the folders on a disk."""
    if not name.startswith(FOLDER):
        return f"{MODELS}/{folder}/{name}"
    process_id, _, task = name.removeprefix(FOLDER).removesuffix(ENDING).partition(".")
    return f"{FORMS}/{process_id}/{task}{ENDING}"


@contextmanager
def unpacked(path: Path) -> Iterator[list[Path]]:
    """Unpack a ZIP for a while and give out its process folders, the shared decisions first.

    Raises `ParcelBroken`.
    """
    with TemporaryDirectory(prefix="lotse-parcel-") as root:
        try:
            with ZipFile(path) as packed:
                _unpack(packed, Path(root))
        except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError) as error:
            raise ParcelBroken from error
        models = Path(root) / MODELS
        if not models.is_dir():
            raise ParcelBroken(f"In {path.name} liegt kein Ordner „{MODELS}“ mit Verfahren.")
        yield sorted(models.iterdir(), key=lambda place: (place.name != SHARED, place.name))


def _unpack(packed: ZipFile, root: Path) -> None:
    members = [each for each in packed.infolist() if not each.is_dir()]
    if len(members) > MOST_FILES or sum(each.file_size for each in members) > MOST_IN_ALL:
        raise ParcelBroken("Das Paket ist zu groß: höchstens 500 Dateien und 30 MB.")
    for member in members:
        place = root / _checked(member.filename)
        with packed.open(member) as source:
            content = source.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ParcelBroken(f"Im Paket ist {place.name} größer als 2 MB.")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _checked(name: str) -> PurePosixPath:
    """Return a member's path if it stays below the folders it may lie in."""
    parts = name.split("/")
    is_plain = all(
        part not in ("", ".", "..") and part.isprintable() and len(part) <= LONGEST_NAME
        for part in parts
    )
    is_known = name.startswith((f"{MODELS}/", f"{FORMS}/")) and len(parts) > len(FORMS.split("/"))
    path = PurePosixPath(name)
    if not (is_plain and is_known and "\\" not in name and path.suffix in KINDS):
        raise ParcelBroken("Im Paket liegt eine Datei, die nicht hineingehört.")
    return path
