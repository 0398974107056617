"""A form as a view model: prefilled or with what was typed, and with its messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.actions import add_action, remove_action
from forms.answers import prefilled
from forms.field_view import element_id, field_view
from forms.layout import TOP, Cell, children
from forms.parts import Field, Form, Group, Prose, Rows, Table, formulas, walk
from forms.prose_view import prose_view, table_view
from forms.sheet import Sheet, fill
from forms.surroundings import Surroundings
from forms.tree import get, name_of
from forms.views import (
    ErrorLink,
    FieldView,
    FormView,
    GroupView,
    ItemView,
    RowsView,
    RowView,
)


@dataclass(frozen=True)
class Drawing:
    """What all parts of one view share."""

    sheet: Sheet
    typed: Mapping[str, Any]
    messages: Mapping[str, str]


def view(
    form: Form,
    values: Mapping[str, Any],
    surroundings: Surroundings,
    messages: Mapping[str, str] | None = None,
) -> FormView:
    """Return the form as it stands.

    `values` is `{}` for a new task, what `typed` returned for a draft or a refresh, or
    `FormInvalid.values` together with its messages.
    """
    surroundings = surroundings.renewed()
    begun = prefilled(form, values, surroundings)
    drawing = Drawing(fill(form, begun, surroundings), begun, messages or {})
    items = drawn(TOP, drawing)
    return FormView(
        items=items,
        errors=error_links(drawing, items),
        shown=" ".join(shown_names(drawing.sheet)),
        reacts=reacts(form),
        uploads=bool(form.file_paths),
    )


def drawn(parent: int, drawing: Drawing) -> tuple[ItemView, ...]:
    """Return the items directly inside a container."""
    sheet = drawing.sheet
    cells = [cell for cell in children(sheet.cells, parent) if cell.number not in sheet.hidden]
    found = (item(cell, drawing) for cell in cells)
    return tuple(one for one in found if one is not None)


def item(cell: Cell, drawing: Drawing) -> ItemView | None:
    """Return the view of one part; computed fields have none."""
    part, sheet = cell.part, drawing.sheet
    if isinstance(part, Field):
        if part.kind == "expression":
            return None
        error = drawing.messages.get(name_of(cell.path), "")
        return field_view(cell, part, get(drawing.typed, cell.path), sheet, error)
    if isinstance(part, Rows):
        return rows_view(cell, part, drawing)
    if isinstance(part, Group):
        jurisdiction = part.properties.get("rechtskreis", "")
        items = drawn(cell.number, drawing)
        return GroupView(kind="group", label=part.label, items=items, jurisdiction=jurisdiction)
    if isinstance(part, Prose):
        return prose_view(part, sheet.scope(cell), sheet.surroundings)
    if isinstance(part, Table):
        return table_view(part, sheet.scope(cell), sheet.surroundings)
    return ItemView(kind=part.kind)


def rows_view(cell: Cell, part: Rows, drawing: Drawing) -> RowsView:
    """Return a list with its rows and buttons."""
    rows = list(children(drawing.sheet.cells, cell.number))
    name = name_of(cell.path)
    removable = part.changeable and len(rows) > part.at_least
    return RowsView(
        kind="rows",
        id=element_id(name),
        label=part.label,
        count_name=f"{name}._anzahl",
        rows=tuple(
            RowView(
                legend=f"{part.entry} {number}",
                items=drawn(row.number, drawing),
                remove=remove_action(row.path) if removable else "",
            )
            for number, row in enumerate(rows, start=1)
        ),
        entry=part.entry,
        add=add_action(cell.path) if part.changeable and len(rows) < part.at_most else "",
        error=drawing.messages.get(name, ""),
        required=part.at_least > 0,
    )


def error_links(drawing: Drawing, items: tuple[ItemView, ...]) -> tuple[ErrorLink, ...]:
    """Return the error summary in the order of the page; whole-form messages come first."""
    targets = {name: target for name, target in jump_targets(items)}
    order = [name for name in targets if name in drawing.messages]
    rest = [name for name in drawing.messages if name not in targets]
    return tuple(
        ErrorLink(targets.get(name, ""), drawing.messages[name]) for name in (*rest, *order)
    )


def jump_targets(items: tuple[ItemView, ...]) -> list[tuple[str, str]]:
    """Return for each field's name the id of the element that takes the focus."""
    found: list[tuple[str, str]] = []
    for one in items:
        if isinstance(one, FieldView):
            chooses = one.kind in {"radio", "checklist"} and one.options
            found.append((one.name, one.options[0].id if chooses else one.id))
        elif isinstance(one, GroupView):
            found += jump_targets(one.items)
        elif isinstance(one, RowsView):
            found.append((one.count_name.removesuffix("._anzahl"), one.id))
            for row in one.rows:
                found += jump_targets(row.items)
    return found


def shown_names(sheet: Sheet) -> list[str]:
    """Return the names of the questions on the page."""
    return [
        name_of(cell.path)
        for cell in sheet.shown()
        if isinstance(cell.part, Field)
        and cell.part.kind != "expression"
        and not (cell.part.fixed or cell.part.dropped)
    ]


def reacts(form: Form) -> bool:
    """Tell whether an answer can change what is shown, so that a refresh on change is of use."""
    asked = {step for path in form.paths for step in path.split(".")} | {"this", "parent"}
    conditions = (part for part in walk(form.parts) if formulas(part))
    return any(formula.names & asked for part in conditions for formula in formulas(part))
