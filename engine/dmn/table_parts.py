"""Columns and rows of decision tables, read from the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.draft import EMPTY, Draft, failing, spelled
from engine.dmn.errors import Place
from engine.dmn.reading import Element, child, children, description_of, text_of
from engine.dmn.recording import Logic, Test


@dataclass(frozen=True)
class Column:
    """An input: what is looked at, and which values are foreseen."""

    id: str
    label: str
    expression: Logic
    type: object
    allowed: Test | None


@dataclass(frozen=True)
class Output:
    """A part of the result: its name, its values by importance, and what holds without a row."""

    id: str
    name: str
    label: str
    type: object
    allowed: Test | None
    order: Logic | None
    default: Logic | None


@dataclass(frozen=True)
class Row:
    """A rule: the cells that must hold, by column, and the outputs.

    `silent` are the outputs that are left empty on purpose.
    """

    number: int
    id: str
    description: str
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Logic, ...]
    silent: frozenset[int]


def read_column(element: Element, draft: Draft) -> Column:
    """Read an input; it must say what it looks at."""
    expression, values = child(element, "inputExpression"), child(element, "inputValues")
    text = text_of(expression)
    label = element.get("label") or text
    where = f"Spalte „{label}“: "
    if not text:
        draft.complain(element, f"{where}Es fehlt, welchen Wert sie prüft.")
    return Column(
        id=element.get("id") or "",
        label=label,
        expression=draft.expression(text, element, where=where),
        type=None if expression is None else draft.type(expression.get("typeRef"), element),
        allowed=draft.tests(values, where=where),
    )


def read_output(element: Element, draft: Draft) -> Output:
    """Read an output; its values are foreseen in the order of their importance."""
    name = spelled(element.get("name"))
    label = element.get("label") or name
    where = f"Spalte „{label}“: "
    foreseen = child(element, "outputValues")
    values = text_of(foreseen)
    default = text_of(child(element, "defaultOutputEntry"))
    before = len(draft.findings)
    allowed = draft.tests(foreseen, where=where)
    readable = values and len(draft.findings) == before
    return Output(
        id=element.get("id") or "",
        name=name,
        label=label,
        type=draft.type(element.get("typeRef"), element),
        allowed=allowed,
        order=draft.expression(f"[{values}]", element, where=where) if readable else None,
        default=draft.expression(default, element, where=where) if default else None,
    )


def read_row(
    number: int, element: Element, draft: Draft, titles: tuple[list[str], list[str]]
) -> Row:
    """Read a rule; `titles` are the labels of the inputs and of the outputs."""
    inputs, outputs = titles
    conditions = list(children(element, "inputEntry"))
    results = list(children(element, "outputEntry"))
    if (len(conditions), len(results)) == (len(inputs), len(outputs)):
        logic = list(_compiled(number, results, outputs, draft))
    else:
        message = f"Die Zeile {number} hat nicht für jede Spalte genau eine Zelle."
        draft.complain(element, message)
        logic = [failing(message, Place(element.get("id") or ""))] * len(outputs)
    tests = [
        draft.tests(cell, where=_where(number, title))
        for cell, title in zip(conditions, inputs, strict=False)
    ]
    return Row(
        number=number,
        id=element.get("id") or "",
        description=description_of(element),
        tests=tuple((place, test) for place, test in enumerate(tests) if test is not None),
        outputs=tuple(logic),
        silent=frozenset(n for n, cell in enumerate(results) if text_of(cell) in SILENT),
    )


def _compiled(
    number: int, results: list[Element], titles: list[str], draft: Draft
) -> Iterator[Logic]:
    for cell, title in zip(results, titles, strict=True):
        yield draft.expression(text_of(cell), cell, where=_where(number, title))


SILENT = EMPTY | {"null"}


def _where(number: int, title: str) -> str:
    return f"Zeile {number}, Spalte „{title}“: "
