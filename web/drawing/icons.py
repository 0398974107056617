"""The small pictures inside shapes: types of tasks, kinds of events, markers, as path data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

from web.drawing import svg
from web.drawing.values import Point


@dataclass(frozen=True, slots=True)
class Icon:
    """Strokes, parts that are filled with ink, and strokes in paper colour upon these."""

    lines: str = ""
    solid: str = ""
    cut: str = ""


def _gear() -> str:
    """Eight teeth around a hub, drawn once when the module is loaded."""
    teeth = []
    for tooth in range(8):
        middle = tooth * pi / 4
        for turn, radius in ((-0.26, 6.0), (-0.17, 8.2), (0.17, 8.2), (0.26, 6.0)):
            angle = middle + turn
            teeth.append((9 + radius * cos(angle), 9 + radius * sin(angle)))
    return f"{svg.path(teeth, closed=True)} M 11.6 9 a 2.6 2.6 0 1 0 -5.2 0 a 2.6 2.6 0 1 0 5.2 0 Z"


def _pentagon(radius: float) -> str:
    corners = [(-pi / 2 + 2 * pi * turn / 5) for turn in range(5)]
    return svg.path(
        [(12 + radius * cos(angle), 12 + radius * sin(angle)) for angle in corners], closed=True
    )


#: Types of tasks, in a square of 18.
TASKS = {
    "userTask": Icon(
        lines="M 9 1.5 a 3.4 3.4 0 1 0 0.01 0 Z M 2.5 17 v -3 a 4.6 4.6 0 0 1 4.6 -4.4 h 3.8 "
        "a 4.6 4.6 0 0 1 4.6 4.4 v 3 Z M 6 17 v -2.6 M 12 17 v -2.6"
    ),
    "serviceTask": Icon(lines=_gear()),
    "sendTask": Icon(solid="M 0.5 3 h 17 v 12 h -17 Z", cut="M 1 3.6 l 8 6.4 l 8 -6.4"),
    "receiveTask": Icon(lines="M 0.5 3 h 17 v 12 h -17 Z M 0.5 3.2 l 8.5 6.6 l 8.5 -6.6"),
    "scriptTask": Icon(
        lines="M 5 1 h 11 c -3.5 3.5 -3.5 5.5 -1 8 s 2 5.5 -1.5 8 h -11 c 3.5 -2.5 3.5 -5.5 1 -8 "
        "s -2 -4.5 1.5 -8 Z M 6.5 4.4 h 6 M 6.2 7.4 h 6 M 7 10.6 h 6 M 6.6 13.6 h 6"
    ),
    "businessRuleTask": Icon(
        lines="M 1 2.5 h 16 v 13 h -16 Z M 1 6.5 h 16 M 1 11 h 16 M 6 6.5 v 9",
        solid="M 1 2.5 h 16 v 4 h -16 Z",
    ),
    "manualTask": Icon(
        lines="M 1.5 7.5 l 4 -4.3 h 6 a 1.3 1.3 0 0 1 0 2.6 h -3 h 7.3 a 1.25 1.25 0 0 1 0 2.5 "
        "h -6 h 5.6 a 1.25 1.25 0 0 1 0 2.5 h -5.8 h 5 a 1.2 1.2 0 0 1 0 2.4 h -5.2 h 3.6 "
        "a 1.15 1.15 0 0 1 0 2.3 h -8.5 l -3 -2.2"
    ),
}

#: Kinds of events, in a square of 24 around the middle of the circle.
EVENTS = {
    "message": Icon(lines="M 4.5 7 h 15 v 10.5 h -15 Z", cut="M 4.5 7.4 l 7.5 5.6 l 7.5 -5.6"),
    "timer": Icon(
        lines="M 12 3.2 a 8.8 8.8 0 1 0 0.01 0 Z M 12 6.6 v 5.6 l 3.8 2.2 M 12 3.2 v 1.8 "
        "M 12 19 v 1.8 M 3.2 12 h 1.8 M 19 12 h 1.8"
    ),
    "error": Icon(lines="M 4.6 19.4 L 8.8 5.2 L 14.2 13.2 L 19.4 4.6 L 15.2 18.8 L 9.8 10.8 Z"),
    "escalation": Icon(lines="M 12 4 L 18.6 19.6 L 12 13.6 L 5.4 19.6 Z"),
    "signal": Icon(lines="M 12 4.2 L 20 18 H 4 Z"),
    "link": Icon(lines="M 4 9.4 h 9 v -4 l 7.4 6.6 l -7.4 6.6 v -4 h -9 Z"),
    "conditional": Icon(
        lines="M 6 4 h 12 v 16 h -12 Z M 8 7.4 h 8 M 8 10.5 h 8 M 8 13.5 h 8 M 8 16.6 h 8"
    ),
    "compensate": Icon(lines="M 12 6.6 v 10.8 L 4 12 Z M 19.6 6.6 v 10.8 L 12 12 Z"),
    "cancel": Icon(
        lines="M 6.4 4.6 L 12 10.2 L 17.6 4.6 L 19.4 6.4 L 13.8 12 L 19.4 17.6 L 17.6 19.4 "
        "L 12 13.8 L 6.4 19.4 L 4.6 17.6 L 10.2 12 L 4.6 6.4 Z"
    ),
    "terminate": Icon(solid="M 12 3 a 9 9 0 1 0 0.01 0 Z"),
    "multiple": Icon(lines=_pentagon(8.6)),
    "parallelMultiple": Icon(
        lines="M 10 4 h 4 v 6 h 6 v 4 h -6 v 6 h -4 v -6 h -6 v -4 h 6 Z",
    ),
}

#: Markers at the lower edge of an activity, in a square of 14.
MARKERS = {
    "parallel": Icon(lines="M 3 1.5 v 11 M 7 1.5 v 11 M 11 1.5 v 11"),
    "sequential": Icon(lines="M 1.5 3 h 11 M 1.5 7 h 11 M 1.5 11 h 11"),
    "loop": Icon(lines="M 4.6 12 A 5.2 5.2 0 1 1 8.4 12.2 M 4.6 12 v -4 M 4.6 12 h -4"),
    "compensation": Icon(lines="M 7 2.5 v 9 L 1 7 Z M 13 2.5 v 9 L 7 7 Z"),
    "adhoc": Icon(lines="M 1.5 9 c 1 -5 3.6 -5 5.5 -2 s 4.5 3 5.5 -2"),
    "collapsed": Icon(lines="M 0.5 0.5 h 13 v 13 h -13 Z M 7 3.5 v 7 M 3.5 7 h 7"),
}

#: What stands in the diamond of a gateway, in a square of 24.
GATEWAYS = {
    "exclusiveGateway": Icon(lines="M 6 6 L 18 18 M 18 6 L 6 18"),
    "parallelGateway": Icon(lines="M 12 2.5 v 19 M 2.5 12 h 19"),
    "inclusiveGateway": Icon(lines="M 12 3 a 9 9 0 1 0 0.01 0 Z"),
    "complexGateway": Icon(lines="M 12 2 v 20 M 2 12 h 20 M 5 5 L 19 19 M 19 5 L 5 19"),
    "eventBasedGateway": Icon(lines=_pentagon(6.6)),
}


def place(
    icon: Icon, corner: Point, *, scale: float = 1.0, ink: str = svg.INK, weight: float = 1.2
) -> str:
    """Draw an icon with open strokes, its upper left corner at the point."""
    return _placed(_open(icon, ink), corner, scale, weight)


def place_filled(icon: Icon, corner: Point, *, scale: float = 1.0, ink: str = svg.INK) -> str:
    """Draw an icon filled with ink: how a throwing event looks."""
    return _placed(_filled(icon, ink), corner, scale, 1.2)


@lru_cache(maxsize=256)
def _open(icon: Icon, ink: str) -> str:
    parts = ""
    if icon.solid:
        parts += svg.tag("path", d=icon.solid, fill=ink, stroke=ink)
    if icon.lines:
        parts += svg.tag("path", d=icon.lines, fill="none", stroke=ink)
    if icon.cut:
        colour = svg.PAPER if icon.solid else ink
        parts += svg.tag("path", d=icon.cut, fill="none", stroke=colour)
    return parts


@lru_cache(maxsize=256)
def _filled(icon: Icon, ink: str) -> str:
    whole = f"{icon.solid} {icon.lines}".strip()
    cut = svg.tag("path", d=icon.cut, fill="none", stroke=svg.PAPER) if icon.cut else ""
    return svg.tag("path", d=whole, fill=ink, stroke=ink) + cut


def _placed(strokes: str, corner: Point, scale: float, weight: float) -> str:
    move = f"translate({svg.number(corner[0])} {svg.number(corner[1])})"
    turn = f"{move} scale({scale:.3g})" if scale != 1.0 else move
    return svg.group(strokes, transform=turn, stroke_width=weight, stroke_linejoin="round")
