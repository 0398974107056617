"""Renders letters: a typst template and JSON values become an accessible PDF for the archive.

PDF/A-2a and PDF/UA-1 at once. Values reach the template as data, never as text of the program;
templates see nothing but the files they were ordered with: no folder, no network, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import typst

from engine.casefile.letters import FinishedLetter, LetterOrder
from engine.errors import Finding, Invalid

STANDARDS = ["a-2a", "ua-1"]
LARGEST = 256 * 1024
#: A letter says in its first line where it comes from; a part of letters does as well.
_SOURCE = re.compile(r"// (quelle|annahme): \S")
_TITLE = re.compile(r"^// titel: (.+?)\s*$", re.MULTILINE)
#: Packages would be fetched from the network.
_PACKAGE = re.compile(r'"@')
_LETTER = re.compile(r"L\d+\w*\.typ")


class LetterBroken(Invalid):
    """Die Vorlage des Briefs ist fehlerhaft."""


def render(order: LetterOrder) -> FinishedLetter:
    """Make the PDF of an ordered letter; raise `LetterBroken` with what the template lacks."""
    title = title_of(order.files["main"])
    if title is None or any(_PACKAGE.search(source) for source in order.files.values()):
        raise LetterBroken(f"Die Vorlage „{order.vorlage}“ hat keinen Titel oder lädt Pakete.")
    values = orjson.dumps({**order.values, "titel": title}).decode()
    files = {name: source.encode() for name, source in order.files.items()}
    try:
        pdf = _compile(files, values)
    except typst.TypstError as problem:
        # The compiler's message may quote values of the case.
        raise LetterBroken(
            f"Die Vorlage „{order.vorlage}“ lässt sich mit den Angaben des Falls nicht setzen."
            " Bitte prüfen Sie, ob alle Angaben übergeben werden, die sie braucht."
        ) from problem
    return FinishedLetter(title, pdf)


def title_of(source: str) -> str | None:
    """Return the title that a template states in its comment `// titel: …`, or None."""
    found = _TITLE.search(source)
    return found[1] if found else None


def check(files: Mapping[str, bytes]) -> list[Finding]:
    """Return complaints about the templates of a folder, by their path `letters/….typ`."""
    return [
        Finding(file=name, message=message, rule="brief")
        for name, content in sorted(files.items())
        if name.startswith("letters/") and name.endswith(".typ")
        for message in _complaints(Path(name).name, content)
    ]


def _complaints(name: str, content: bytes) -> list[str]:
    if len(content) > LARGEST:
        return ["Die Vorlage ist größer als 256 kB."]
    try:
        source = content.decode()
    except UnicodeDecodeError:
        return ["Die Vorlage ist kein Text in UTF-8."]
    found = []
    if not _SOURCE.match(source):
        found.append("Die erste Zeile nennt keine Quelle („// quelle: …“ oder „// annahme: …“).")
    if _LETTER.fullmatch(name) and title_of(source) is None:
        found.append("Es fehlt der Titel des Briefs („// titel: …“).")
    if _PACKAGE.search(source):
        found.append("Die Vorlage lädt Pakete aus dem Netz. Bitte legen Sie bei, was sie braucht.")
    return found


def _compile(files: Mapping[str, bytes], values: str) -> bytes:
    with TemporaryDirectory(prefix="lotse-letter-") as empty:
        pdf = typst.compile(  # type: ignore[call-overload]  # its hints forget files by name
            dict(files),
            format="pdf",
            root=empty,
            package_path=empty,
            package_cache_path=empty,
            ignore_system_fonts=True,
            sys_inputs={"werte": values},
            pdf_standards=STANDARDS,
        )
    assert isinstance(pdf, bytes)
    return pdf
