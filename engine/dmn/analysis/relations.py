"""Cells that all compare with the same variable: what they say, whatever the variable holds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.dmn import texts
from engine.dmn.analysis.atoms import Atom
from engine.dmn.analysis.cells import needs_order, partner, silent
from engine.dmn.draft import EMPTY
from engine.feel.compiler.core import Scope
from engine.feel.syntax.names import KnownNames

#: A value and the variable: below, equal, above, and where one of them or both are missing.
PAIRS = (
    (Decimal(-1), Decimal(0)),
    (Decimal(0), Decimal(0)),
    (Decimal(1), Decimal(0)),
    (Decimal(1), None),
    (None, Decimal(0)),
    (None, None),
)
#: The pairs, and last all others: a list, a range, values that have no order.
ATOMS = (
    *(Atom(value, expected=None not in (value, other)) for value, other in PAIRS),
    Atom([], expected=False),
)
REST = 1 << len(PAIRS)
Bits = dict[str, int]


def related(own: Sequence[str], known: KnownNames) -> tuple[Bits, Bits] | None:
    """Return for each cell the bits of the atoms that certainly pass and of those that may.

    None if the cells do not compare with one and the same variable.
    """
    names = {partner(text, known) for text in own if text not in EMPTY}
    if len(names) != 1 or "" in names:
        return None
    name = names.pop()
    sure, possible = {}, {}
    for text in own:
        if text in EMPTY:
            sure[text] = possible[text] = 2 * REST - 1
            continue
        sure[text] = _passing(text, name, known)
        possible[text] = sure[text] | (0 if needs_order(text, known) else REST)
    return sure, possible


def _passing(text: str, name: str, known: KnownNames) -> int:
    test = texts.cell(text, known)
    return sum(
        1 << place
        for place, (value, other) in enumerate(PAIRS)
        if test(value, Scope({name: other}, None, silent()))
    )
