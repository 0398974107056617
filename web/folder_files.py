"""Reads the files of a process folder; what could harm or hide is refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from engine.errors import DefinitionInvalid, Finding

KINDS = {".bpmn", ".dmn", ".typ", ".form"}
SENT_KINDS = KINDS - {".typ"}
MOST_ENTRIES = 5_000  # of any kind, folders too
MOST_FILES = 500
MOST_BYTES = 2 * 1024 * 1024  # of one file
MOST_IN_ALL = 30 * 1024 * 1024
LONGEST_NAME = 200

_FORM_ID = re.compile(r"[\w-]{1,100}\.[\w-]{1,100}")


def models(directory: Path) -> dict[str, bytes]:
    """Return diagrams, decisions and letters of a folder by their path in it.

    Raises `DefinitionInvalid` for links that lead out of the folder, for names that do not show
    what they are, and for too many or too large files.
    """
    entries = list(islice(directory.rglob("*"), MOST_ENTRIES + 1))
    if len(entries) > MOST_ENTRIES:
        raise refusal(directory.name, f"Der Ordner hat mehr als {MOST_ENTRIES} Einträge.")
    findings = [each for path in sorted(entries) for each in _faults(path, directory)]
    if findings:
        raise DefinitionInvalid(findings)
    found = [path for path in sorted(entries) if path.suffix in KINDS and path.is_file()]
    if len(found) > MOST_FILES:
        raise refusal(directory.name, f"Der Ordner hat mehr als {MOST_FILES} Dateien.")
    files: dict[str, bytes] = {}
    for path in found:
        files[str(path.relative_to(directory))] = _content(path)
        limit(directory, files.values())
    return files


def sent(files: Iterable[tuple[str, IO[bytes]]]) -> dict[str, bytes]:
    """Return files that came over the API by their names, without the paths some clients send.

    Raises `DefinitionInvalid` for the same as a folder is refused for, and for names that two
    files share.
    """
    given = [(name.replace("\\", "/").rpartition("/")[2], content) for name, content in files]
    if len(given) > MOST_FILES:
        raise refusal("Übernahme", f"Es sind mehr als {MOST_FILES} Dateien.")
    names = [name for name, _ in given]
    findings = [each for name in names for each in _faults_of_name(name, name)]
    findings += [
        _finding(name, "Diese Art von Datei wird nicht übernommen: nur .bpmn, .dmn und .form.")
        for name in names
        if Path(_shown(name)).suffix not in SENT_KINDS
    ]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    findings += [_finding(name, "Zwei Dateien haben diesen Namen.") for name in twice]
    if findings:
        raise DefinitionInvalid(findings)
    return {name: _limited(name, stream) for name, stream in given}


def form(definitions: Path, form_id: str) -> bytes | None:
    """Return the source of a form, or None if there is no such file below the forms' folder."""
    if not _FORM_ID.fullmatch(form_id):
        return None
    process_id, _, task = form_id.partition(".")
    path = definitions / process_id / f"{task}.form"
    return _content(path) if _is_inside(path, definitions) and path.is_file() else None


def limit(directory: Path, contents: Iterable[bytes]) -> None:
    """Refuse a folder whose files are too large together."""
    if sum(len(content) for content in contents) > MOST_IN_ALL:
        raise refusal(directory.name, "Alle Dateien zusammen sind größer als 30 MB.")


def refusal(file: str, message: str) -> DefinitionInvalid:
    """Return a refusal of a file or a folder."""
    return DefinitionInvalid([_finding(file, message)])


def _finding(file: str, message: str) -> Finding:
    return Finding(file=_shown(file), rule="folder", message=message)


def _faults(path: Path, directory: Path) -> Iterator[Finding]:
    name = str(path.relative_to(directory))
    yield from _faults_of_name(name, path.name)
    if path.is_symlink() and not _is_inside(path, directory):
        yield _finding(name, "Der Verweis führt aus dem Ordner hinaus oder ins Leere.")


def _faults_of_name(file: str, name: str) -> Iterator[Finding]:
    if _shown(name) != name:
        yield _finding(file, "Der Name enthält unsichtbare oder ungültige Zeichen.")
    if len(name) > LONGEST_NAME:
        yield _finding(file, f"Der Name hat mehr als {LONGEST_NAME} Zeichen.")


def _shown(name: str) -> str:
    """Write invisible, reversing and undecodable characters as what they are."""
    return "".join(ascii(c)[1:-1] if unicodedata.category(c)[0] == "C" else c for c in name)


def _is_inside(path: Path, directory: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(directory.resolve())
    except (OSError, RuntimeError):  # nothing there, or links in a circle
        return False


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _limited(path.name, file)
    except OSError:
        raise refusal(path.name, "Die Datei lässt sich nicht lesen.") from None


def _limited(name: str, file: IO[bytes]) -> bytes:
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise refusal(name, "Die Datei ist größer als 2 MB.")
    return content
