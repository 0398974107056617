"""Adding and removing rows by submit buttons, so that lists work without JavaScript."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from forms.field_view import element_id
from forms.parts import Form, Rows, walk
from forms.tree import Path, get, name_of, put

ADD = "hinzufuegen"
REMOVE = "entfernen"
REFRESH = "auffrischen"


def add_action(path: Path) -> str:
    """Return the value of the button that adds a row."""
    return f"{ADD}:{name_of(path)}"


def remove_action(path: Path) -> str:
    """Return the value of the button that removes a row."""
    return f"{REMOVE}:{name_of(path)}"


def change_rows(form: Form, typed: Mapping[str, Any], action: str) -> dict[str, Any]:
    """Carry out `hinzufuegen:kinder` or `entfernen:kinder.2`; anything else changes nothing."""
    tree = copy.deepcopy(dict(typed))
    verb, _, name = action.partition(":")
    path = path_of(name)
    if verb == ADD and (part := list_at(form, path)):
        rows = get(tree, path)
        rows = rows if isinstance(rows, list) else []
        if part.changeable and len(rows) < part.at_most and reachable(tree, path):
            put(tree, path, [*rows, {}])
    elif verb == REMOVE and isinstance(path[-1], int) and (part := list_at(form, path[:-1])):
        rows = get(tree, path[:-1])
        if part.changeable and isinstance(rows, list) and path[-1] < len(rows):
            del rows[path[-1]]
    return tree


def anchor(action: str) -> str | None:
    """Return the id of the list whose rows a button changes; None for every other button."""
    verb, _, name = action.partition(":")
    if verb == REMOVE:
        name = name.rpartition(".")[0]
    return element_id(name) if verb in (ADD, REMOVE) and name else None


def path_of(name: str) -> Path:
    """Read a path from the name of an input field."""
    steps = name.split(".")
    return tuple(int(step) if re.fullmatch("[0-9]{1,3}", step) else step for step in steps)


def list_at(form: Form, path: Path) -> Rows | None:
    """Return the list of the form at a concrete path, or None."""
    pattern = ".".join("*" if isinstance(step, int) else step for step in path)
    lists = (part for part in walk(form.parts) if isinstance(part, Rows))
    return next((part for part in lists if part.path == pattern), None)


def reachable(tree: Mapping[str, Any], path: Path) -> bool:
    """Tell whether the rows on the way to a nested list exist."""
    numbers = [depth for depth, step in enumerate(path) if isinstance(step, int)]
    return all(isinstance(get(tree, path[: depth + 1]), dict) for depth in numbers)
