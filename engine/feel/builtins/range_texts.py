"""The built-in that reads a range from a text."""

from __future__ import annotations

from engine.feel.builtins.conversion import FAMILY as CONVERSION
from engine.feel.builtins.registry import Family, Functions, Refused
from engine.feel.compiler.constants import constant
from engine.feel.errors import FeelSyntaxError
from engine.feel.evaluation import Evaluation
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.nodes import Call, HalfLine, Interval, Literal, Name, Node
from engine.feel.syntax.parser import parse_expression
from engine.feel.values.comparison import order
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import Range, half_line

FAMILY = Family()
_CONVERSION = Functions([CONVERSION])
_NAMES = KnownNames(_CONVERSION.names)
_IN_TEXTS = frozenset({"date", "time", "date and time", "duration"})


@FAMILY.add("range(from: string)", evaluation=True)
def range_of(evaluation: Evaluation, text: str) -> Range:
    """Return the range that a text writes; its ends may only be written out, not calculated."""
    try:
        node = parse_expression(text, _NAMES)
    except FeelSyntaxError as broken:
        raise Refused("der Text ist kein Bereich") from broken
    match node:
        case HalfLine(_, operator, end):
            return half_line(operator, _end(end, evaluation))
        case Interval(_, start, end, start_included, end_included):
            first, last = _end(start, evaluation), _end(end, evaluation)
            _check(first, last, start_included=start_included, end_included=end_included)
            return Range(first, last, start_included, end_included)
    raise Refused("der Text ist kein Bereich")


def _end(node: Node, evaluation: Evaluation) -> object:
    value = constant(node)
    if value is MISSING and isinstance(node, Call):
        value = _converted(node, evaluation)
    if value is MISSING:
        raise Refused("die Enden des Bereichs müssen ausgeschriebene Werte sein")
    return value


def _converted(node: Call, evaluation: Evaluation) -> object:
    match node:
        case Call(place, Name(_, name), (Literal(_, str() as said),), None) if name in _IN_TEXTS:
            function = _CONVERSION.value(name)
            return MISSING if function is None else function.call(evaluation, [said], None, place)
    return MISSING


def _check(first: object, last: object, *, start_included: bool, end_included: bool) -> None:
    if (first is None and start_included) or (last is None and end_included):
        raise Refused("ein leeres Ende gehört nicht zum Bereich")
    if first is None or last is None:
        return
    place = order(first, last)
    if place is None or place > 0:
        raise Refused("die Enden des Bereichs passen nicht zueinander")
