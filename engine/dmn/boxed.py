"""Boxed expressions that build values, and the table of all boxed expressions."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn.control import conditional, every, filtered, loop, some
from engine.dmn.draft import Draft, spelled
from engine.dmn.functions import function, invocation
from engine.dmn.reading import LOGIC, Element, child, children, text_of, variable_of
from engine.dmn.recording import Logic
from engine.dmn.tables import decision_table
from engine.feel.compiler.core import Scope


def literal(element: Element, draft: Draft) -> Logic:
    """Compile a FEEL text."""
    return draft.expression(text_of(element), element)


def context(element: Element, draft: Draft) -> Logic:
    """Compile entries that see the ones above them; one without a name is the result."""
    entries = [_entry(each, draft) for each in children(element, "contextEntry")]

    def run(scope: Scope) -> object:
        built: dict[str, object] = {}
        inside = scope.inner(built)
        for name, logic in entries:
            value = logic(inside)
            if not name:
                return value
            built[name] = value
        return built

    return run


def _entry(element: Element, draft: Draft) -> tuple[str, Logic]:
    variable = child(element, "variable")
    logic = draft.inner(element)
    if variable is None:
        return "", logic
    return variable_of(element), draft.typed(logic, variable.get("typeRef"), variable)


def listed(element: Element, draft: Draft) -> Logic:
    """Compile a list of expressions."""
    items = [draft.logic(each) for each in children(element, *LOGIC)]
    return lambda scope: [item(scope) for item in items]


def relation(element: Element, draft: Draft) -> Logic:
    """Compile a list of contexts, drawn as rows under common columns."""
    columns = list(children(element, "column"))
    titles = [spelled(column.get("name")) for column in columns]
    rows = [_cells(row, columns, draft) for row in children(element, "row")]

    def run(scope: Scope) -> object:
        return [
            {title: cell(scope) for title, cell in zip(titles, row, strict=False)} for row in rows
        ]

    return run


def _cells(row: Element, columns: list[Element], draft: Draft) -> list[Logic]:
    cells = list(children(row, *LOGIC))
    if len(cells) != len(columns):
        draft.complain(row, f"Die Zeile hat {len(cells)} Zellen statt {len(columns)}.")
    return [
        draft.typed(draft.logic(cell), column.get("typeRef"), column)
        for cell, column in zip(cells, columns, strict=False)
    ]


BOXES: dict[str, Callable[[Element, Draft], Logic]] = {
    "literalExpression": literal,
    "decisionTable": decision_table,
    "context": context,
    "functionDefinition": function,
    "list": listed,
    "relation": relation,
    "invocation": invocation,
    "conditional": conditional,
    "filter": filtered,
    "for": loop,
    "every": every,
    "some": some,
}
