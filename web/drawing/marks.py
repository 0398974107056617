"""Draws marks: a second frame around a shape and a badge with words, never colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from web.drawing import svg, text
from web.drawing.values import EVENTS, GATEWAYS, Box, Element, Mark, Node, Sheet

FRAME = "#0b4f9e"
SIZE = 12.0
DISTANCE = 5.0
LONGEST = 140.0


def on_sheet(
    elements: Mapping[str, Element], sheet: Sheet, marks: Mapping[str, Mark]
) -> dict[str, Mark]:
    """Give each mark to the shape on this plane that shows its element or hides it inside."""
    shown = {node.element.id for node in sheet.nodes}
    placed: dict[str, Mark] = {}
    for element_id, mark in marks.items():
        place = _shown(element_id, elements, shown)
        if place:
            placed.setdefault(place, mark)
    return placed


def draw(node: Node, mark: Mark) -> str:
    """Draw the frame and the badge of one marked shape."""
    around = Box(
        node.box.x - DISTANCE,
        node.box.y - DISTANCE,
        node.box.width + 2 * DISTANCE,
        node.box.height + 2 * DISTANCE,
    )
    frame = svg.tag("path", d=_outline(node, around), fill="none", stroke=FRAME, stroke_width=3)
    return svg.group(frame, _badge(around, mark), class_="drawing-mark")


def _shown(element_id: str, elements: Mapping[str, Element], shown: set[str]) -> str:
    """The element itself or the innermost sub-process around it that this plane shows."""
    seen: set[str] = set()
    while element_id and element_id not in shown and element_id not in seen:
        seen.add(element_id)
        element = elements.get(element_id)
        element_id = element.parent if element else ""
    return element_id if element_id in shown else ""


def _outline(node: Node, around: Box) -> str:
    if node.element.kind in GATEWAYS:
        x, y = around.centre
        return svg.path(
            [(x, around.y), (around.right, y), (x, around.bottom), (around.x, y)], closed=True
        )
    radius = around.width / 2 if node.element.kind in EVENTS else 12.0
    return _rounded(around, min(radius, around.width / 2, around.height / 2))


def _rounded(box: Box, radius: float) -> str:
    r = svg.number(radius)
    across, down = svg.number(box.width - 2 * radius), svg.number(box.height - 2 * radius)
    arc = f"a {r} {r} 0 0 1"
    start = f"M {svg.number(box.x + radius)} {svg.number(box.y)}"
    return (
        f"{start} h {across} {arc} {r} {r} v {down} {arc} -{r} {r} "
        f"h -{across} {arc} -{r} -{r} v -{down} {arc} {r} -{r} Z"
    )


def _badge(around: Box, mark: Mark) -> str:
    words = text.fit(mark.text, LONGEST, SIZE * text.LEADING, (SIZE,))
    width, height = words.width + 14, SIZE * text.LEADING + 4
    plate = Box(around.centre[0] - width / 2, around.y - height / 2, width, height)
    ground = svg.tag(
        "rect", x=plate.x, y=plate.y, width=width, height=height, rx=height / 2, fill=FRAME
    )
    return ground + text.centred(words, plate.centre, fill=svg.PAPER, font_weight=600)
