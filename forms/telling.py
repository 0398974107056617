"""A filled-in form as questions and answers in words, for whoever reads it afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.formula import german
from forms.parts import Field, Form, Group, Option, Options, Part, Rows
from forms.surroundings import Choice
from forms.tree import MISSING, get

UNANSWERED = "keine Angabe"


@dataclass(frozen=True)
class Told:
    """One question with its answer; `value` is the answer as it is stored."""

    label: str
    text: str
    data_class: str
    value: object


def told(
    form: Form, values: Mapping[str, object], choices: Mapping[str, Sequence[Choice]]
) -> tuple[Told, ...]:
    """Return what was asked and answered, in the order of the form.

    Questions that were not asked stay out; rows are numbered as on the page ("Kind 2: Vorname").
    """
    return tuple(_told(form.parts, values, choices, ""))


def _told(
    parts: tuple[Part, ...],
    level: object,
    choices: Mapping[str, Sequence[Choice]],
    prefix: str,
) -> Iterator[Told]:
    for part in parts:
        if isinstance(part, Field):
            value = get(level, part.keys)
            if value is not MISSING:
                text = in_words(part, value, choices)
                yield Told(prefix + part.label, text, part.data_class, value)
        elif isinstance(part, Group):
            yield from _told(part.parts, get(level, part.keys), choices, prefix)
        elif isinstance(part, Rows):
            rows = get(level, part.keys)
            for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
                yield from _told(part.parts, row, choices, f"{prefix}{part.entry} {number}: ")


def in_words(field: Field, value: object, choices: Mapping[str, Sequence[Choice]]) -> str:
    """Write one answer as its form would show it."""
    answers = value if isinstance(value, list) else [value]
    if field.kind == "filepicker":
        names = [str(one["name"]) for one in answers if isinstance(one, Mapping) and "name" in one]
        return ", ".join(names) or UNANSWERED
    labels = _labels(field.options, choices) if field.options else {}
    return (
        ", ".join(labels.get(str(one), german(one)) for one in answers if one != "") or UNANSWERED
    )


def _labels(options: Options, choices: Mapping[str, Sequence[Choice]]) -> dict[str, str]:
    offered = [Option(one.value, one.label) for one in choices.get(options.directory, ())]
    return {str(option.value): option.label for option in (*options.fixed, *offered)}
