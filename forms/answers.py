"""The offered answers of a field, and the value that is filled in beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine import feel
from forms.formula import Scope, german
from forms.parts import Field, Form, Group, Keys, Option, Part, Rows
from forms.surroundings import Choice, Surroundings
from forms.tree import MISSING, get, put

MOST_OPTIONS = 1_000


def offered(field: Field, scope: Scope, surroundings: Surroundings) -> tuple[Option, ...]:
    """Return the answers that a field offers in these surroundings."""
    if field.options is None:
        return ()
    if field.options.fixed:
        return field.options.fixed
    if field.options.formula:
        found = field.options.formula.value(scope, surroundings.account)
    else:
        directory = field.options.directory
        found = surroundings.choices.get(directory)
        if found is None:
            found = feel.plain(surroundings.context.get(directory))
    entries = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    return tuple(filter(None, (as_option(entry) for entry in entries[:MOST_OPTIONS])))


def as_option(entry: object) -> Option | None:
    """Read an entry as form-js does: a label with a value, or a plain value."""
    if isinstance(entry, Choice):
        return Option(entry.value, entry.label)
    if isinstance(entry, Mapping):
        value, label = entry.get("value"), german(entry.get("label"))
    else:
        value, label = entry, ""
    if not isinstance(value, str | bool | int) or value == "":
        return None
    return Option(value, label or german(value))


def beforehand(field: Field, scope: Scope, surroundings: Surroundings) -> object:
    """Return the value that a field starts with."""
    found = field.prefill.value(scope, surroundings.account) if field.prefill else None
    if isinstance(found, Mapping) and field.properties.get("typ") == "person":
        found = found.get("person_id")
    return field.default if found is None else found


def prefilled(form: Form, values: Mapping[str, Any], surroundings: Surroundings) -> dict[str, Any]:
    """Return the answers with every field that was not shown yet set to what it starts with."""
    tree: dict[str, Any] = {}
    start(form.parts, values, tree, surroundings)
    return tree


def start(
    parts: tuple[Part, ...],
    given: Mapping[str, Any],
    tree: dict[str, Any],
    surroundings: Surroundings,
) -> None:
    """Copy the answers of one level and fill in what was not shown yet."""
    for part in parts:
        if isinstance(part, Field) and part.kind != "expression":
            value = get(given, part.keys)
            if value is MISSING or part.fixed:
                value = beforehand(part, Scope(surroundings.context), surroundings)
            put(tree, part.keys, value)
        elif isinstance(part, Group):
            level = tree
            for key in part.keys:
                level = level.setdefault(key, {})
            start(part.parts, level_of(given, part.keys), level, surroundings)
        elif isinstance(part, Rows):
            put(tree, part.keys, started_rows(part, given, surroundings))


def started_rows(
    part: Rows, given: Mapping[str, Any], surroundings: Surroundings
) -> list[dict[str, Any]]:
    """Return the rows that a list starts with, each filled in where it was not shown yet."""
    found = get(given, part.keys)
    if not isinstance(found, list):
        formula = part.prefill
        found = (
            formula.value(Scope(surroundings.context), surroundings.account) if formula else None
        )
        found = found if isinstance(found, list) and found else [{}] * part.initially
    found = [*found, *[{}] * (part.at_least - len(found))][: part.at_most]
    rows: list[dict[str, Any]] = [{} for _ in found]
    for answers, row in zip(found, rows, strict=True):
        start(part.parts, level_of(answers, ()), row, surroundings)
    return rows


def level_of(given: object, keys: Keys) -> Mapping[str, Any]:
    """Return the answers under some keys, or none."""
    found = get(given, keys)
    return found if isinstance(found, Mapping) else {}
