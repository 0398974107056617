"""The form-js dialect that is supported, and the guard in front of the JSON parser."""

from __future__ import annotations

import json
import re
from typing import Any

from forms.raw import Complaints

SIZE_LIMIT = 500_000  # characters of one form file
DEPTH_LIMIT = 40  # brackets inside each other
PART_LIMIT = 500
NESTING_LIMIT = 6  # containers inside each other
VERSIONS = range(16, 20)

KEY = re.compile(r"[A-Za-z]\w{0,59}(\.[A-Za-z]\w{0,59}){0,4}", re.ASCII)
ID = re.compile(r"[A-Za-z_][\w.-]{0,199}", re.ASCII)

INPUTS = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "datetime",
        "select",
        "radio",
        "checkbox",
        "checklist",
        "taglist",
        "filepicker",
    }
)
CONTAINERS = frozenset({"group", "dynamiclist"})
SILENT = frozenset({"text", "html", "table", "separator", "spacer", "expression"})
SUPPORTED = INPUTS | CONTAINERS | SILENT

PROPERTIES = frozenset(
    {
        "annahme",
        "datenklasse",
        "eintrag",
        "genannt",
        "hoechstens",
        "mindestens",
        "pruefung",
        "pruefung_meldung",
        "quelle",
        "rechtskreis",
        "typ",
        "vorbelegung",
    }
)
DATA_CLASSES = frozenset({"S2", "S8", "A8", "S8-Status", "AN"})
FIELD_TYPES = frozenset({"bool", "person", "ref", "bestaetigung"})
JURISDICTIONS = frozenset({"sgb2", "sgb8"})


def parse(source: bytes, complaints: Complaints) -> dict[str, Any] | None:
    """Read the JSON of a form file within limits of size and depth."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        complaints.add("Die Datei ist nicht in UTF-8 gespeichert.", rule="datei")
        return None
    if len(text) > SIZE_LIMIT or too_deep(text):
        complaints.add("Die Datei ist zu groß oder zu tief verschachtelt.", rule="datei")
        return None
    try:
        document = json.loads(text, parse_constant=reject, object_pairs_hook=without_doubles)
    except (ValueError, RecursionError) as problem:
        complaints.add(f"Die Datei ist kein gültiges JSON: {problem}", rule="datei")
        return None
    if not isinstance(document, dict):
        complaints.add("Die Datei enthält kein Formular.", rule="datei")
        return None
    return document


def too_deep(text: str) -> bool:
    """Tell whether brackets nest deeper than a form ever does; those in texts count, too."""
    depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if depth > DEPTH_LIMIT:
            return True
    return False


def reject(constant: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(f"{constant} ist keine Zahl")


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: editors and programs would read different ones."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("ein Schlüssel steht doppelt in einem Objekt")
    return dict(pairs)
