"""Parts of an expression whose value is known before it runs."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.syntax.nodes import Interval, Literal, Moment, Negation, Node
from engine.feel.values.comparison import order
from engine.feel.values.far import read_moment
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import Range


def constant(node: Node) -> object:
    """Return the value that the node always has, or MISSING."""
    match node:
        case Literal(_, value):
            return value
        case Negation(_, Literal(_, Decimal() as number)):
            return -number if number else number
        case Moment(_, text):
            moment = read_moment(text)
            return MISSING if moment is None else moment
        case Interval():
            return _interval(node)
    return MISSING


def _interval(node: Interval) -> object:
    start, end = constant(node.start), constant(node.end)
    if order(start, end) is None:
        return MISSING
    return Range(start, end, node.start_included, node.end_included)
