"""Answers as JSON: programs name fields by their keys, and hear of every key that is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.errors import FormInvalid
from forms.parts import Form, Rows, walk
from forms.submitted import MOST_ENTRIES
from forms.surroundings import Surroundings
from forms.validation import TOO_MUCH, WHOLE_FORM, validate_values

NO_FIELD = "Dieses Feld gibt es im Formular nicht."
NO_ROWS = "Hier wird eine Liste von Einträgen erwartet."
NO_GROUP = "Hier wird eine Gruppe von Angaben erwartet."
LONGEST_NAME = 200


def validate_json(
    form: Form, values: Mapping[str, Any], surroundings: Surroundings
) -> dict[str, Any]:
    """Return the values of a form that a program filled in; raise FormInvalid with all messages.

    What is not given is not answered: a program has seen no default. Everything else is judged as
    on the page.
    """
    if _number_of_entries(values) > MOST_ENTRIES:
        raise FormInvalid({WHOLE_FORM: TOO_MUCH}, {})
    messages = dict(_strange(_Shape.of(form), values, "", ""))
    if messages:
        raise FormInvalid(messages, {})
    return validate_values(form, values, surroundings)


@dataclass(frozen=True)
class _Shape:
    """The places of a form: fields, lists, and what lies around them."""

    fields: frozenset[str]
    rows: frozenset[str]
    around: frozenset[str]

    @classmethod
    def of(cls, form: Form) -> _Shape:
        fields = frozenset(each.path for each in form.fields if each.kind != "expression")
        rows = frozenset(each.path for each in walk(form.parts) if isinstance(each, Rows))
        steps = [path.split(".") for path in fields | rows]
        around = {".".join(each[:n]) for each in steps for n in range(len(each))}
        return cls(fields, rows, frozenset(around))


def _strange(shape: _Shape, value: Any, place: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield what does not fit the form, by the name of its place."""
    if place in shape.fields:
        return
    if place in shape.rows:
        yield from _strange_rows(shape, value, place, name)
    elif place not in shape.around:
        yield name[:LONGEST_NAME], NO_FIELD
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            # A dotted key would look like a way into a group, and be found by nobody.
            step = key if "." not in key and key != "*" else "?"
            yield from _strange(shape, inner, _below(place, step), _below(name, key))
    elif value is not None:
        yield name, NO_GROUP


def _strange_rows(shape: _Shape, value: Any, place: str, name: str) -> Iterator[tuple[str, str]]:
    if value is not None and not isinstance(value, list):
        yield name, NO_ROWS
        return
    for index, row in enumerate(value or ()):
        if isinstance(row, Mapping):
            yield from _strange(shape, row, _below(place, "*"), _below(name, str(index)))
        else:
            yield _below(name, str(index)), NO_GROUP


def _below(place: str, step: str) -> str:
    return f"{place}.{step}" if place else step


def _number_of_entries(value: Any) -> int:
    waiting, count = [value], 0
    while waiting and count <= MOST_ENTRIES:
        inner = waiting.pop()
        count += 1
        if isinstance(inner, Mapping):
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)
    return count
