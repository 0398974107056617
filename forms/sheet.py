"""A form filled in: every answer converted, every condition decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.answers import beforehand, offered
from forms.conversion import NotMeant, convert
from forms.filing import filed
from forms.formula import Scope
from forms.layout import TOP, Cell, lay_out, scope_before, scope_of
from forms.parts import Field, Form, Option, Rows
from forms.surroundings import Surroundings
from forms.tree import MISSING, get, put

ROUNDS = 10  # conditions that hide each other for ever stop here


@dataclass(frozen=True)
class Sheet:
    """The cells of a form with their answers; `tree` holds only what is shown."""

    cells: list[Cell]
    problems: Mapping[int, str]
    options: Mapping[int, tuple[Option, ...]]
    hidden: frozenset[int]
    tree: dict[str, Any]
    surroundings: Surroundings

    def shown(self) -> list[Cell]:
        """Return the cells that are shown."""
        return [cell for cell in self.cells if cell.number not in self.hidden]

    def value(self, cell: Cell) -> object:
        """Return the value of a cell, null where there is none."""
        found = get(self.tree, cell.path)
        return None if found is MISSING else found

    def scope(self, cell: Cell, extra: Mapping[str, object] | None = None) -> Scope:
        """Return what a formula at a cell can read."""
        return scope_of(cell, self.tree, self.surroundings.context, extra)


def fill(form: Form, typed: Mapping[str, Any], surroundings: Surroundings) -> Sheet:
    """Convert all answers, then decide what is shown."""
    cells = lay_out(form, typed)
    answers, problems, options = converted(cells, typed, surroundings)
    hidden, tree = settle(cells, answers, surroundings)
    return Sheet(cells, problems, options, hidden, tree, surroundings)


def converted(
    cells: list[Cell], typed: Mapping[str, Any], surroundings: Surroundings
) -> tuple[dict[int, object], dict[int, str], dict[int, tuple[Option, ...]]]:
    """Return the value of each field, or the sentence why there is none, and its options."""
    values: dict[int, object] = {}
    problems: dict[int, str] = {}
    options: dict[int, tuple[Option, ...]] = {}
    tree: dict[str, Any] = {}
    for cell in cells:
        if isinstance(cell.part, Rows):
            open_rows(cell, tree, typed)
        if not isinstance(cell.part, Field) or cell.part.kind == "expression":
            continue
        scope = scope_of(cell, tree, surroundings.context)
        options[cell.number] = offered(cell.part, scope, surroundings)
        raw = get(typed, cell.path)
        if cell.part.fixed:
            raw = beforehand(cell.part, Scope(surroundings.context), surroundings)
        try:
            values[cell.number] = read(cell.part, raw, options[cell.number], surroundings)
        except NotMeant as problem:
            values[cell.number] = None
            problems[cell.number] = str(problem)
        put(tree, cell.path, values[cell.number])
    return values, problems, options


def read(
    field: Field, raw: object, options: tuple[Option, ...], surroundings: Surroundings
) -> object:
    """Return the value of one field; raises NotMeant."""
    if raw is MISSING:
        raw = None
    if field.kind == "filepicker":
        return filed(field, raw, surroundings)
    return convert(field, raw, options)


def open_rows(cell: Cell, tree: dict[str, Any], source: Mapping[str, Any]) -> None:
    """Make room for the rows of a list."""
    if cell.index is None:
        found = get(source, cell.path)
        put(tree, cell.path, [{} for _ in found] if isinstance(found, list) else [])


def settle(
    cells: list[Cell], answers: dict[int, object], surroundings: Surroundings
) -> tuple[frozenset[int], dict[str, Any]]:
    """Decide the conditions until they agree: what is hidden counts as not answered."""
    hidden: frozenset[int] = frozenset()
    for _ in range(ROUNDS):
        tree = assembled(cells, answers, hidden, surroundings)
        found = concealed(cells, tree, surroundings)
        if found == hidden:
            break
        hidden = found
    return hidden, assembled(cells, answers, hidden, surroundings)


def assembled(
    cells: list[Cell],
    answers: Mapping[int, object],
    hidden: frozenset[int],
    surroundings: Surroundings,
) -> dict[str, Any]:
    """Return the tree of the answers that are shown, with the computed values among them."""
    tree: dict[str, Any] = {}
    counts = Counter(cell.parent for cell in cells if cell.index is not None)
    for cell in cells:
        if cell.number in hidden:
            continue
        if isinstance(cell.part, Rows) and cell.index is None:
            put(tree, cell.path, [{} for _ in range(counts[cell.number])])
        elif isinstance(cell.part, Field) and not cell.part.dropped:
            put(tree, cell.path, value_of(cell, tree, answers, surroundings))
    return tree


def value_of(
    cell: Cell,
    tree: Mapping[str, Any],
    answers: Mapping[int, object],
    surroundings: Surroundings,
) -> object:
    """Return what was answered, or what the formula of a computed field gives."""
    field = cell.part
    if isinstance(field, Field) and field.formula is not None:
        return field.formula.value(scope_of(cell, tree, surroundings.context), surroundings.account)
    return answers.get(cell.number)


def concealed(
    cells: list[Cell], tree: Mapping[str, Any], surroundings: Surroundings
) -> frozenset[int]:
    """Return the cells that are hidden, by their own condition or with their container."""
    found: set[int] = set()
    for cell in cells:
        if cell.parent != TOP and cell.parent in found:
            found.add(cell.number)
        elif cell.part.hide is not None and cell.index is None:
            scope = scope_before(cell, tree, surroundings.context)
            if cell.part.hide.holds(scope, surroundings.account):
                found.add(cell.number)
    return frozenset(found)
