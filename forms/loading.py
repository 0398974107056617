"""From the text of a form-js file to a checked `Form`, or to the findings that speak against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from engine.errors import Finding
from forms import schema
from forms.errors import FormBroken
from forms.fields import expression_field, field, keys, properties_of, property_formula, shared
from forms.parts import Field, Form, Group, Keys, Part, Rows, walk
from forms.prose import gap, prose, table
from forms.raw import Complaints, Raw

READERS: dict[str, Callable[[Raw, Keys], Part]] = {
    **dict.fromkeys(schema.INPUTS, field),
    "expression": expression_field,
    "text": prose,
    "html": prose,
    "table": table,
    "separator": gap,
    "spacer": gap,
}
MOST_ROWS = 100


#: Forms that are kept after reading; a municipality has a few hundred in use.
KEPT = 300


@lru_cache(maxsize=KEPT)
def load(source: bytes, *, file: str) -> Form:
    """Read a form file once, for all who ask; raises FormBroken with all findings."""
    complaints = Complaints(file)
    form = read(source, complaints)
    if form is None or complaints.findings:
        raise FormBroken(complaints.findings)
    return form


def check(source: bytes, *, file: str) -> list[Finding]:
    """Return what speaks against a form file."""
    complaints = Complaints(file)
    read(source, complaints)
    return complaints.findings


def read(source: bytes, complaints: Complaints) -> Form | None:
    """Read as much as possible, so that all findings come at once."""
    document = schema.parse(source, complaints)
    if document is None:
        return None
    raw = Raw(document, complaints)
    form_id = raw.text("id", 200)
    if not schema.ID.fullmatch(form_id):
        raw.complain("Dem Formular fehlt eine gültige Kennung (id).", "kennung")
    if document.get("type") != "default":
        raw.complain("Das ist kein Formular von form-js (type: default).", "datei")
    version = document.get("schemaVersion")
    if isinstance(version, bool) or version not in schema.VERSIONS:
        raw.complain("Diese Fassung des Formats geht nicht (schemaVersion 16 bis 19).", "fassung")
    form = Form(id=form_id, parts=parts(raw, ()))
    against_doubles(form, raw)
    return form


def parts(raw: Raw, around: Keys, depth: int = 0) -> tuple[Part, ...]:
    """Read the parts of a form or of a container."""
    if depth > schema.NESTING_LIMIT:
        raw.complain("Gruppen und Listen sind zu tief verschachtelt.", "verschachtelung")
        return ()
    found = (part(item, around, depth) for item in raw.items("components"))
    return tuple(item for item in found if item is not None)


def part(raw: Raw, around: Keys, depth: int) -> Part | None:
    """Read one part of whatever kind."""
    kind = raw.values.get("type")
    if kind == "group":
        return group(raw, around, depth)
    if kind == "dynamiclist":
        return rows(raw, around, depth)
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raw.complain(f"Felder der Art „{str(kind)[:40]}“ gehen in Lotse nicht.", "art")
        return None
    found = reader(raw, around)
    if isinstance(found, Field) and found.kind != "expression" and not found.label:
        raw.complain("Dem Feld fehlt die Beschriftung (label).", "beschriftung")
    return found


def group(raw: Raw, around: Keys, depth: int) -> Group:
    """Read a group of fields; its path is optional."""
    properties = properties_of(raw)
    if properties.get("rechtskreis", "sgb2") not in schema.JURISDICTIONS:
        raw.complain("Der Rechtskreis ist sgb2 oder sgb8.", "eigenschaft")
    inner = keys(raw, "path") if raw.text("path", 200) else ()
    return Group(
        **shared(raw, properties),
        kind="group",
        keys=inner,
        parts=parts(raw, (*around, *inner), depth + 1),
    )


def rows(raw: Raw, around: Keys, depth: int) -> Rows:
    """Read a repeated group; its path is the field's name."""
    properties = properties_of(raw)
    bounds = raw.inner("properties")
    path = keys(raw, "path")
    basics = shared(raw, properties)
    if not basics["label"]:
        raw.complain("Der Liste fehlt die Beschriftung (label).", "beschriftung")
    return Rows(
        **basics,
        kind="dynamiclist",
        keys=path,
        path=".".join((*around, *path)),
        parts=parts(raw, (*around, *path, "*"), depth + 1),
        at_least=bounds.whole("mindestens", 0, most=MOST_ROWS),
        at_most=bounds.whole("hoechstens", MOST_ROWS, most=MOST_ROWS),
        initially=raw.whole("defaultRepetitions", 1, most=MOST_ROWS),
        changeable=raw.flag("allowAddRemove") if "allowAddRemove" in raw.values else True,
        prefill=property_formula(raw, "vorbelegung"),
        check=property_formula(raw, "pruefung"),
        check_message=bounds.text("pruefung_meldung", 500),
    )


def against_doubles(form: Form, raw: Raw) -> None:
    """Complain about paths and ids that occur twice, values inside values, and sheer size."""
    every = list(walk(form.parts))
    paths = [part.path for part in every if isinstance(part, Field | Rows)]
    doubles = [path for path, count in Counter(paths).items() if count > 1]
    doubles += [f.path for f in form.fields if any(p.startswith(f.path + ".") for p in paths)]
    for path in doubles:
        raw.complaints.add(
            "Zwei Felder haben denselben Schlüssel oder liegen ineinander.",
            rule="schluessel",
            element_id=path,
        )
    ids = Counter(part.id for part in every if part.id)
    if any(count > 1 for count in ids.values()):
        raw.complain("Zwei Teile des Formulars haben dieselbe Kennung (id).", "kennung")
    if len(every) > schema.PART_LIMIT:
        raw.complain(f"Das Formular hat mehr als {schema.PART_LIMIT} Teile.", "groesse")
