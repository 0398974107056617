"""The form laid out over the answers: one cell for each part, repeated for each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.formula import Scope
from forms.parts import Field, Form, Group, Part, Rows
from forms.tree import Path, get

TOP = -1


@dataclass(frozen=True)
class Cell:
    """A part at its concrete place; `index` is set for a row of a list."""

    number: int
    part: Part
    path: Path
    row: Path
    parent: int
    index: int | None = None


def lay_out(form: Form, tree: Mapping[str, Any]) -> list[Cell]:
    """Return the cells in the order of the page, containers before what stands in them."""
    cells: list[Cell] = []
    spread(form.parts, Cell(TOP, Part(id="", kind="form"), (), (), TOP), tree, cells)
    return cells


def spread(
    parts: tuple[Part, ...], inside: Cell, tree: Mapping[str, Any], cells: list[Cell]
) -> None:
    """Add the cells of a container's parts."""
    for part in parts:
        keys = part.keys if isinstance(part, Field | Group | Rows) else ()
        path = (*inside.path, *keys)
        cell = Cell(len(cells), part, path, inside.row, inside.number)
        cells.append(cell)
        if isinstance(part, Group):
            spread(part.parts, cell, tree, cells)
        elif isinstance(part, Rows):
            spread_rows(part, cell, tree, cells)


def spread_rows(part: Rows, cell: Cell, tree: Mapping[str, Any], cells: list[Cell]) -> None:
    """Add a cell for each row and the cells in it."""
    found = get(tree, cell.path)
    for index in range(len(found) if isinstance(found, list) else 0):
        path = (*cell.path, index)
        row = Cell(len(cells), part, path, path, cell.number, index)
        cells.append(row)
        spread(part.parts, row, tree, cells)


def scope_of(
    cell: Cell,
    tree: Mapping[str, Any],
    context: Mapping[str, object],
    extra: Mapping[str, object] | None = None,
) -> Scope:
    """Return what a formula at a cell can read: its row, the rows around, the answers, the case."""
    layers = [extra] if extra else []
    layers += row_layers(cell.row, tree)
    return Scope(*layers, tree, context)


def scope_before(cell: Cell, tree: Mapping[str, Any], context: Mapping[str, object]) -> Scope:
    """Return the scope of a part's own condition, in which its key means the value before the task.

    A field that is shown only while "hze_status" is unknown asks for exactly that value: once it
    is answered the answer must not hide the question.
    """
    if not isinstance(cell.part, Field | Rows) or cell.index is not None:
        return scope_of(cell, tree, context)
    own = cell.part.keys[0]
    layers = [*row_layers(cell.row, tree), tree]
    level = layers[0]
    layers[0] = {name: value for name, value in level.items() if name != own}
    return Scope(*layers, context)


def row_layers(row: Path, tree: Mapping[str, Any]) -> list[Mapping[str, object]]:
    """Return the answers of the rows around a place, innermost first, with form-js's own names."""
    layers: list[Mapping[str, object]] = []
    outer: Mapping[str, Any] = tree
    for depth, step in enumerate(row):
        if not isinstance(step, int):
            continue
        here = get(tree, row[: depth + 1])
        answers: Mapping[str, Any] = here if isinstance(here, Mapping) else {}
        layers.insert(0, {**answers, "this": answers, "parent": outer, "i": step + 1})
        outer = answers
    return layers


def children(cells: list[Cell], parent: int) -> Iterator[Cell]:
    """Yield the cells directly inside a container."""
    return (cell for cell in cells if cell.parent == parent)
