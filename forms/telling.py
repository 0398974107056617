"""A filled-in form as questions and answers in words, for whoever reads it afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.answers import offered
from forms.formula import Scope, german
from forms.parts import Field, Form, Group, Part, Rows
from forms.surroundings import Surroundings
from forms.tree import MISSING, get

UNANSWERED = "keine Angabe"


@dataclass(frozen=True)
class Told:
    """One question with its answer; `value` is the answer as it is stored."""

    label: str
    text: str
    data_class: str
    value: object


def told(form: Form, values: Mapping[str, object], surroundings: Surroundings) -> tuple[Told, ...]:
    """Return what was asked and answered, in the order of the form.

    Questions that were not asked stay out; rows are numbered as on the page ("Kind 2: Vorname").
    """
    return tuple(_told(form.parts, values, surroundings, ""))


def _told(
    parts: tuple[Part, ...], level: object, surroundings: Surroundings, prefix: str
) -> Iterator[Told]:
    for part in parts:
        if isinstance(part, Field):
            value = get(level, part.keys)
            if value is not MISSING:
                text = in_words(part, value, surroundings)
                yield Told(prefix + part.label, text, part.data_class, value)
        elif isinstance(part, Group):
            yield from _told(part.parts, get(level, part.keys), surroundings, prefix)
        elif isinstance(part, Rows):
            rows = get(level, part.keys)
            for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
                name = f"{prefix}{part.entry} {number}: "
                yield from _told(part.parts, row, surroundings, name)


def in_words(field: Field, value: object, surroundings: Surroundings) -> str:
    """Write one answer as its form would show it."""
    answers = value if isinstance(value, list) else [value]
    if field.kind == "filepicker":
        names = [str(one["name"]) for one in answers if isinstance(one, Mapping) and "name" in one]
        return ", ".join(names) or UNANSWERED
    options = offered(field, Scope(surroundings.context), surroundings)
    labels = {str(option.value): option.label for option in options}
    words = (labels.get(str(one), german(one)) for one in answers)
    return ", ".join(word for word in words if word) or UNANSWERED
