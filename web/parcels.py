"""Process folders with their forms in one ZIP, laid out as `lotse check` and `deploy` read them.

What comes back is hostile until checked: names are taken apart before anything is written, and
nothing but the kinds of files that a process folder may have is unpacked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - an exception, named like one

from engine.deployment import SHARED, Folder
from engine.errors import Invalid
from engine.form_heads import ENDING, FOLDER
from web.folder_files import KINDS, LONGEST_NAME, MOST_BYTES, MOST_FILES, MOST_IN_ALL

MODELS, FORMS = "processes", "forms/definitions"
#: Every file says the same moment, so that the same folders make the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)


class ParcelBroken(Invalid):
    """Diese Datei ist kein Paket von Verfahren, oder sie ist beschädigt."""


def pack(target: Path, folders: Iterable[Folder]) -> None:
    """Write folders into a new ZIP; raise `FileExistsError` where something lies already."""
    with target.open("xb") as file, ZipFile(file, "w", ZIP_DEFLATED) as packed:
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
