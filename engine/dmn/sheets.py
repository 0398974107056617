"""A decision as it is drawn: its tables and expressions with the texts of their cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.draft import spelled
from engine.dmn.reading import (
    LOGIC,
    Element,
    child,
    children,
    description_of,
    key_of,
    local,
    logic_of,
    read,
    text_of,
    variable_of,
)
from engine.dmn.requirements import PARTS

REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")


@dataclass(frozen=True)
class SheetColumn:
    """A column: what it looks at or is called, which values are foreseen, what holds otherwise."""

    label: str
    text: str
    foreseen: str
    default: str = ""


@dataclass(frozen=True)
class SheetRow:
    """A row with its cells; the notes are in the order of the table's."""

    number: int
    conditions: tuple[str, ...]
    results: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SheetTable:
    """A decision table; the policy is the hit policy and its aggregation."""

    policy: tuple[str, str]
    inputs: tuple[SheetColumn, ...]
    outputs: tuple[SheetColumn, ...]
    notes: tuple[str, ...]  #: titles of the columns of notes; "" for the descriptions of rows
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Box:
    """A boxed expression: its kind and its place in the one around it, as DMN calls both."""

    kind: str
    place: str
    title: str
    text: str
    table: SheetTable | None
    parts: tuple[Box, ...]


@dataclass(frozen=True)
class Required:
    """What a decision stands on: its element's name in DMN, its id and its name."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True)
class Sheet:
    """A decision, or knowledge that decisions use, as it is drawn."""

    id: str
    name: str
    question: str
    description: str
    logic: Box | None
    required: tuple[Required, ...]


def sheet(xml: bytes, part_id: str, *, file: str) -> Sheet | None:
    """Return a part of a DMN file as it is drawn; None if the file has no such part."""
    parts = {key_of(each): each for each in children(read(xml, file=file), *PARTS)}
    wanted = parts.get(part_id)
    if wanted is None:
        return None
    enclosed = child(wanted, "encapsulatedLogic")
    question = child(wanted, "question")
    logic = enclosed if enclosed is not None else logic_of(wanted)
    return Sheet(
        id=part_id,
        name=wanted.get("name") or part_id,
        question=(question.text or "").strip() if question is not None else "",
        description=description_of(wanted),
        logic=_box(logic, "", "") if logic is not None else None,
        required=tuple(_required(wanted, parts)),
    )


def _required(element: Element, parts: dict[str, Element]) -> Iterator[Required]:
    for requirement in children(element, *REQUIREMENTS):
        for each in requirement:
            key = (each.get("href") or "").rpartition("#")[2]
            if key in parts:
                yield Required(local(parts[key]), key, parts[key].get("name") or key)


def _box(element: Element, place: str, title: str) -> Box:
    kind = local(element)
    kind = "functionDefinition" if kind == "encapsulatedLogic" else kind
    if kind == "decisionTable":
        return Box(kind, place, title, "", _table(element), ())
    parameters = [spelled(each.get("name")) for each in children(element, "formalParameter")]
    text = ", ".join(parameters) if parameters else text_of(element)
    return Box(kind, place, title, text, None, tuple(_parts(element, "", "")))


def _parts(element: Element, place: str, title: str) -> Iterator[Box]:
    for each in element:
        if local(each) in LOGIC:
            yield _box(each, place, title)
        elif local(each):
            yield from _parts(each, local(each), _title(each))


def _title(element: Element) -> str:
    parameter = child(element, "parameter")
    if parameter is not None:
        return spelled(parameter.get("name"))
    iterator = element.getparent()
    around = iterator.get("iteratorVariable") if iterator is not None else None
    return variable_of(element) or (spelled(around) if local(element) == "in" else "")


def _table(element: Element) -> SheetTable:
    rows = list(children(element, "rule"))
    titles = [each.get("name") or "" for each in children(element, "annotation")]
    described = any(description_of(each) for each in rows)
    policy = (element.get("hitPolicy") or "UNIQUE").upper()
    return SheetTable(
        policy=(policy, (element.get("aggregation") or "").upper()),
        inputs=tuple(_input(each) for each in children(element, "input")),
        outputs=tuple(_output(each) for each in children(element, "output")),
        notes=(*titles, *([""] if described else [])),
        rows=tuple(_row(n, each, described=described) for n, each in enumerate(rows, 1)),
    )


def _input(element: Element) -> SheetColumn:
    text = text_of(child(element, "inputExpression"))
    foreseen = text_of(child(element, "inputValues"))
    return SheetColumn(element.get("label") or text, text, foreseen)


def _output(element: Element) -> SheetColumn:
    name = spelled(element.get("name"))
    foreseen = text_of(child(element, "outputValues"))
    default = text_of(child(element, "defaultOutputEntry"))
    return SheetColumn(element.get("label") or name, name, foreseen, default)


def _row(number: int, element: Element, *, described: bool) -> SheetRow:
    notes = [text_of(each) for each in children(element, "annotationEntry")]
    return SheetRow(
        number=number,
        conditions=tuple(text_of(each) for each in children(element, "inputEntry")),
        results=tuple(text_of(each) for each in children(element, "outputEntry")),
        notes=(*notes, *([description_of(element)] if described else [])),
    )
