"""Which hidden values the FEEL texts of a decision file can get at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.dmn.draft import EMPTY, spelled
from engine.dmn.reading import Element, children, local, names_of, read, text_of, variable_of
from engine.dmn.requirements import NAMED, known_names
from engine.feel import FeelSyntaxError
from engine.feel.reads import Names, Ways, reading, reading_of_cell

#: Elements whose text is a list of tests, and those whose text is an expression.
CELLS = frozenset({"inputEntry", "inputValues", "outputValues", "allowedValues", "typeConstraint"})
EXPRESSIONS = frozenset(
    {"literalExpression", "inputExpression", "outputEntry", "defaultOutputEntry"}
)


def hidden_reads(
    xml: bytes, hidden: Ways, functions: Iterable[str], *, file: str
) -> Iterator[tuple[str | None, Ways]]:
    """Yield the id of each text that can get at hidden values, and the ways it takes to them.

    `functions` are those that other files offer. The file was found sound before; a text that
    cannot be read fails when it is reached.
    """
    root = read(xml, file=file)
    known = known_names(root)
    # What a decision computes may be a function, too.
    computed = (spelled(each.get("name")) for each in root.iter() if local(each) in NAMED)
    by_id = (name for each in children(root, "decision") for name in names_of(each))
    called = frozenset(functions).union(computed, by_id)
    for element in root.iter():
        kind, text = local(element), text_of(element)
        if kind not in CELLS | EXPRESSIONS or text in EMPTY:
            continue
        look = reading_of_cell if kind in CELLS else reading
        try:
            seen = look(text, hidden, Names(frozenset(_own_names(element)), called, known))
        except FeelSyntaxError:
            continue
        if ways := seen.result | seen.read:
            yield _id_of(element), ways


def _own_names(element: Element) -> Iterator[str]:
    """Yield the names that the boxes around a text give to values of their own."""
    for box in element.iterancestors():
        for parameter in children(box, "formalParameter"):
            yield spelled(parameter.get("name"))
        if local(box) == "contextEntry":
            for entry in box.itersiblings(preceding=True):
                yield variable_of(entry)


def _id_of(element: Element) -> str | None:
    above: Element | None = element
    while above is not None and not above.get("id"):
        above = above.getparent()
    return None if above is None else above.get("id")
