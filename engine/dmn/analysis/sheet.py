"""A decision table as it is looked at as a whole: boxes of inputs instead of running cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.dmn.analysis.boxes import Box, Effort
from engine.dmn.analysis.cells import TooComplicated, constant
from engine.dmn.analysis.columns import Asked, Column, asked, column, is_free
from engine.dmn.analysis.declared import Names
from engine.dmn.draft import EMPTY
from engine.dmn.policies import importance
from engine.dmn.reading import Element, child, children, text_of
from engine.feel.syntax.names import KnownNames

#: The texts of all cells by row and column.
Cells = Sequence[Sequence[tuple[str, ...]]]


@dataclass(frozen=True)
class Line:
    """A row: the inputs it certainly takes, those it may take, and what stands in its cells.

    `results` are the values of its outputs, and `rank` their places in the outputs' order; None
    where they are not known beforehand.
    """

    number: int
    id: str
    sure: Box
    possible: Box
    cells: tuple[tuple[str, ...], ...]
    results: tuple[object, ...] | None
    rank: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Sheet:
    """A table; columns that look at the same thing are one, whose cells must all hold."""

    id: str
    decision_id: str
    name: str
    policy: tuple[str, str]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    has_default: bool

    def unclear(self) -> list[tuple[Line, Column, str]]:
        """Return the cells that are too complicated."""
        return [
            (line, column, text)
            for line in self.lines
            for column, texts in zip(self.columns, line.cells, strict=True)
            for text in texts
            if text in column.unclear
        ]


def sheet(table: Element, owner: Element, names: Names, known: KnownNames, effort: Effort) -> Sheet:
    """Read a table that was found sound; the owner is the decision or knowledge it stands in."""
    seen = _asked(table, names, known)
    groups = _alike(seen)
    rules = list(children(table, "rule"))
    rows = [[text_of(each) or "-" for each in children(rule, "inputEntry")] for rule in rules]
    cells = [[tuple(row[n] for n in group) for group in groups] for row in rows]
    ones = [_joined([seen[n] for n in group]) for group in groups]
    columns = [
        column(one, _down(cells, place), known, free=_is_free(place, ones), effort=effort)
        for place, one in enumerate(ones)
    ]
    return Sheet(
        id=table.get("id") or "",
        decision_id=owner.get("id") or owner.get("name") or "",
        name=table.get("outputLabel") or owner.get("name") or "",
        policy=((table.get("hitPolicy") or "UNIQUE").upper(), table.get("aggregation") or ""),
        columns=tuple(columns),
        lines=tuple(_ranked(_lines(rules, cells, columns, known), table, known)),
        has_default=any(
            text_of(child(each, "defaultOutputEntry")) for each in children(table, "output")
        ),
    )


def _down(cells: Cells, place: int) -> list[str]:
    return [text for row in cells for text in row[place]]


def _is_free(place: int, ones: Sequence[Asked]) -> bool:
    return is_free(ones[place], [other for n, other in enumerate(ones) if n != place])


def _asked(table: Element, names: Names, known: KnownNames) -> list[Asked]:
    around = names.around(table)
    found = []
    for each in children(table, "input"):
        expression = child(each, "inputExpression")
        text = text_of(expression)
        declared = names.declared(None if expression is None else expression.get("typeRef"))
        values = text_of(child(each, "inputValues"))
        if values not in EMPTY:
            declared = declared.restricted(values)
        found.append(asked(text, each.get("label") or text, declared, around, known))
    return found


def _alike(seen: Sequence[Asked]) -> list[list[int]]:
    """Return the places of the columns, those that look at the same thing together."""
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(seen):
        groups.setdefault(one.text, []).append(place)
    return list(groups.values())


def _joined(alike: Sequence[Asked]) -> Asked:
    first, *others = alike
    for other in others:
        first = first.joined(other)
    return first


def _lines(
    rules: Sequence[Element], cells: Cells, columns: Sequence[Column], known: KnownNames
) -> Iterator[Line]:
    for number, (rule, row) in enumerate(zip(rules, cells, strict=True), 1):
        across = list(zip(columns, row, strict=True))
        yield Line(
            number=number,
            id=rule.get("id") or "",
            sure=tuple(column.bits(texts, column.sure) for column, texts in across),
            possible=tuple(column.bits(texts, column.possible) for column, texts in across),
            cells=tuple(row),
            results=_results(rule, known),
        )


def _results(rule: Element, known: KnownNames) -> tuple[object, ...] | None:
    cells = [text_of(each) for each in children(rule, "outputEntry")]
    try:
        return tuple(None if text in EMPTY else constant(text, known) for text in cells)
    except TooComplicated:
        return None


def _ranked(lines: Iterable[Line], table: Element, known: KnownNames) -> Iterator[Line]:
    try:
        orders = [_order(each, known) for each in children(table, "output")]
    except TooComplicated:
        yield from lines
        return
    for line in lines:
        pairs = None if line.results is None else zip(line.results, orders, strict=True)
        yield (
            line
            if pairs is None
            else replace(line, rank=tuple(importance(*pair) for pair in pairs))
        )


def _order(output: Element, known: KnownNames) -> list[object]:
    values = text_of(child(output, "outputValues"))
    order = constant(f"[{values}]", known)
    return order if isinstance(order, list) else []
