"""One question as the page shows it: what was typed comes back, however wrong it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from forms.conversion import same
from forms.filing import KEPT
from forms.formula import berlin_time, german
from forms.layout import Cell
from forms.parts import Field, Option
from forms.sheet import Sheet
from forms.surroundings import Choice
from forms.tree import MISSING, name_of
from forms.views import FieldView, OptionView

KINDS = {
    "textfield": "line",
    "textarea": "lines",
    "number": "line",
    "datetime": "moment",
    "select": "select",
    "radio": "radio",
    "checklist": "checklist",
    "checkbox": "checkbox",
    "filepicker": "file",
}
ISO_INPUTS = {
    "date": ("date", re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)),
    "time": ("time", re.compile(r"\d\d:\d\d", re.ASCII)),
    "datetime": ("datetime-local", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)),
}


def element_id(name: str) -> str:
    """Return the id of the element for a field's name."""
    return "feld-" + name.replace(".", "-")


def field_view(cell: Cell, field: Field, raw: object, sheet: Sheet, error: str) -> FieldView:
    """Return a question with what was typed so far."""
    name = name_of(cell.path)
    raw = None if raw is MISSING else raw
    options = sheet.options.get(cell.number, ())
    if field.fixed or field.dropped:
        return readonly_view(name, field, raw, options)
    text = written(field, raw)
    input_type, input_mode = input_kind(field, text)
    return FieldView(
        kind=KINDS[field.kind],
        id=element_id(name),
        name=name,
        label=field.label,
        hint=field.description,
        required=field.required,
        error=error,
        value=text,
        options=option_views(name, field, raw, options),
        input_type=input_type,
        input_mode=input_mode,
        accept=",".join(field.accept),
        multiple=field.multiple,
        kept=kept_files(name, raw, sheet.surroundings.choices.get(KEPT, ())),
    )


def readonly_view(name: str, field: Field, raw: object, options: Sequence[Option]) -> FieldView:
    """Return a value that is shown and cannot be changed."""
    chosen = raw if isinstance(raw, list) else [raw]
    labels = [option.label for option in options if any(same(option.value, one) for one in chosen)]
    shown = ", ".join(labels) if options else german(raw)
    return FieldView(
        kind="readonly",
        id=element_id(name),
        name=name,
        label=field.label,
        hint=field.description,
        value=shown or "keine Angabe",
    )


def written(field: Field, raw: object) -> str:
    """Return what stands in an input: a value in the notation of its kind, or what was typed."""
    if raw is None or isinstance(raw, list | dict):
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int | float) and field.kind == "number":
        return format(Decimal(str(raw)), "f").replace(".", ",")
    text = str(raw)
    if field.subtype == "datetime" and re.search(r"T\d\d:\d\d:\d\d.*([+-]\d\d:\d\d|Z)$", text):
        return local_moment(text)
    return text


def local_moment(text: str) -> str:
    """Return a stored moment the way an input for day and time wants it."""
    try:
        return berlin_time(text).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError):
        return text


def input_kind(field: Field, text: str) -> tuple[str, str]:
    """Return type and input mode.

    A browser empties a date input whose value is no date; so whatever cannot be read comes back
    in a plain one, where it can be corrected.
    """
    if field.kind == "datetime":
        native, pattern = ISO_INPUTS[field.subtype]
        return (native, "") if not text or pattern.fullmatch(text) else ("text", "")
    if field.kind == "number":
        return "text", "numeric" if field.limits.decimal_digits == 0 else "decimal"
    return {"email": ("email", "email"), "phone": ("tel", "tel")}.get(
        field.limits.format, ("text", "")
    )


def option_views(
    name: str, field: Field, raw: object, options: Sequence[Option]
) -> tuple[OptionView, ...]:
    """Return the answers to choose from, with those chosen marked."""
    if field.kind == "checkbox":
        ticked = raw is True or raw in ("true", "on")
        return (OptionView(id=element_id(name), value="true", label=field.label, checked=ticked),)
    chosen = raw if isinstance(raw, list) else [raw]
    return tuple(
        OptionView(
            id=f"{element_id(name)}-{number}",
            value=written(field, option.value),
            label=option.label,
            checked=any(same(option.value, one) for one in chosen),
        )
        for number, option in enumerate(options, start=1)
    )


def kept_files(name: str, raw: object, kept: Sequence[Choice]) -> tuple[OptionView, ...]:
    """Return the files that an earlier attempt left with this field."""
    wanted = raw if isinstance(raw, list) else [raw]
    ids = [entry.get("dokument_id") if isinstance(entry, dict) else entry for entry in wanted]
    return tuple(
        OptionView(id=f"{element_id(name)}-{n}", value=one.value, label=one.label, checked=True)
        for n, one in enumerate((one for one in kept if one.value in ids), start=1)
    )
