"""From a submission to the values of the task, or to the messages that the form is shown with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import limits
from forms.answers import beforehand
from forms.errors import FormInvalid
from forms.filing import Attached, attached
from forms.formula import Scope
from forms.layout import Cell
from forms.parts import Field, Form, Group, Part, Rows
from forms.sheet import Sheet, fill
from forms.submitted import MOST_ENTRIES, places, shown_names, typed, unknown_names
from forms.surroundings import Submission, Surroundings
from forms.tree import MISSING, get, name_of, put

WHOLE_FORM = ""  # the key of messages that belong to no field

NEW_QUESTION = "Diese Frage ist durch Ihre Antworten dazugekommen. Bitte ergänzen Sie die Angabe."
UNKNOWN = "Das Formular hat sich geändert. Bitte laden Sie die Seite neu und prüfen Sie alles."
TOO_MUCH = "Das sind zu viele Angaben auf einmal. Bitte teilen Sie sie auf."


def validate(form: Form, submission: Submission, surroundings: Surroundings) -> dict[str, Any]:
    """Return the values of a posted form as JSON; raises FormInvalid with all messages.

    A file comes back as its name, size, type and hash, with `upload: [field name, position]` for
    whoever stores its bytes (see `replace_files`).
    """
    entries = sum(len(texts) for texts in submission.fields.values())
    if entries > MOST_ENTRIES:
        raise FormInvalid({WHOLE_FORM: TOO_MUCH}, {})
    tree = typed(form, submission)
    for place in places(form, submission):
        if place.part.kind == "filepicker":
            new = attached(name_of(place.path), submission)
            put(tree, place.path, list_of(get(tree, place.path)) + new)
    if unknown_names(form, submission):
        raise FormInvalid({WHOLE_FORM: UNKNOWN}, without_files(tree))
    shown = shown_names(submission)
    seen = shown | submission.fields.keys() if shown else shown
    return checked(form, tree, surroundings, frozenset(seen))


def validate_values(
    form: Form, values: Mapping[str, Any], surroundings: Surroundings
) -> dict[str, Any]:
    """Return the form's values out of JSON variables; keys that it does not know stay out."""
    tree: dict[str, Any] = {}
    copy_known(form.parts, values, tree)
    return checked(form, tree, surroundings, frozenset())


def copy_known(parts: tuple[Part, ...], given: object, tree: dict[str, Any]) -> None:
    """Copy what the form knows; lists and groups of a wrong shape count as empty."""
    for part in parts:
        if isinstance(part, Field):
            if (value := get(given, part.keys)) is not MISSING:
                put(tree, part.keys, value)
        elif isinstance(part, Group):
            level = tree
            for key in part.keys:
                level = level.setdefault(key, {})
            copy_known(part.parts, get(given, part.keys), level)
        elif isinstance(part, Rows):
            rows = list_of(get(given, part.keys))
            put(tree, part.keys, copies := [dict[str, Any]() for _ in rows])
            for row, copy in zip(rows, copies, strict=True):
                copy_known(part.parts, row, copy)


def list_of(value: object) -> list[Any]:
    """Return a list as it is and anything else as an empty one."""
    return list(value) if isinstance(value, list) else []


def checked(
    form: Form, tree: dict[str, Any], surroundings: Surroundings, shown: frozenset[str]
) -> dict[str, Any]:
    """Return the values of a filled-in form, or raise all that is wrong with them."""
    surroundings = surroundings.renewed()
    drop_blank_rows(form.parts, tree, surroundings)
    sheet = fill(form, tree, surroundings)
    messages = dict(complaints(sheet, shown))
    if messages:
        raise FormInvalid(messages, without_files(tree))
    return sheet.tree


def drop_blank_rows(
    parts: tuple[Part, ...], level: dict[str, Any], surroundings: Surroundings
) -> None:
    """Take out rows in which nobody typed anything: the page offers one that may stay empty."""
    for part in parts:
        if isinstance(part, Group):
            inner = get(level, part.keys)
            drop_blank_rows(part.parts, inner if isinstance(inner, dict) else {}, surroundings)
        elif isinstance(part, Rows) and isinstance(rows := get(level, part.keys), list):
            for row in rows:
                drop_blank_rows(part.parts, row, surroundings)
            rows[:] = [row for row in rows if not blank(part.parts, row, surroundings)]


def blank(parts: tuple[Part, ...], row: object, surroundings: Surroundings) -> bool:
    """Tell whether a row holds nothing but what it started with."""
    for part in parts:
        if isinstance(part, Group):
            if not blank(part.parts, get(row, part.keys), surroundings):
                return False
        elif isinstance(part, Field | Rows):
            value = get(row, part.keys)
            begun = (
                beforehand(part, Scope(surroundings.context), surroundings)
                if isinstance(part, Field)
                else None
            )
            if value not in (MISSING, None, "", [], False) and not alike(value, begun):
                return False
    return True


def alike(typed_value: object, begun: object) -> bool:
    """Compare what came from a page, where all is text, with a value of the form."""
    return str(typed_value).lower() == str(begun).lower()


def complaints(sheet: Sheet, shown: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the messages in the order of the page."""
    for cell in sheet.shown():
        message = ""
        if isinstance(cell.part, Rows) and cell.index is None:
            message = about_rows(cell, cell.part, sheet)
        elif isinstance(cell.part, Field) and not cell.part.dropped:
            message = about_field(cell, cell.part, sheet, shown)
        if message:
            yield name_of(cell.path), message


def about_rows(cell: Cell, part: Rows, sheet: Sheet) -> str:
    """Say what is wrong with a list as a whole, or nothing."""
    count = len(list_of(sheet.value(cell)))
    if count < part.at_least:
        number = "mindestens einen Eintrag" if part.at_least == 1 else f"{part.at_least} Einträge"
        return f"Bitte machen Sie bei „{part.label}“ {number}."
    if count > part.at_most:
        return f"Bitte machen Sie bei „{part.label}“ höchstens {part.at_most} Einträge."
    if part.check and not part.check.holds(sheet.scope(cell), sheet.surroundings.account):
        return part.check_message or f"Bitte prüfen Sie die Einträge bei „{part.label}“."
    return ""


def about_field(cell: Cell, field: Field, sheet: Sheet, shown: frozenset[str]) -> str:
    """Say what is wrong with one answer, or nothing."""
    if cell.number in sheet.problems:
        return sheet.problems[cell.number]
    value = sheet.value(cell)
    scope = sheet.scope(cell, {"wert": value})
    message = limits.complaint(limits.Answer(field, value, scope, sheet.surroundings.account))
    asked = field.kind != "expression" and not field.fixed
    if not message and asked and shown and name_of(cell.path) not in shown:
        # Without JavaScript a question appears only now; completing would skip it unseen.
        return NEW_QUESTION
    return message


def without_files(tree: Any) -> Any:
    """Return the tree with new files left out: a browser must be asked for them again."""
    if isinstance(tree, dict):
        return {key: without_files(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [without_files(item) for item in tree if not isinstance(item, Attached)]
    return tree
