"""Draws what lies under or beside the flow: pools, lanes, groups, annotations and data."""

from __future__ import annotations

from web.drawing import icons, labels, svg, text
from web.drawing.values import Box, Node, Point

BAND = 30.0
GROUP_DASH = "8 5 1 5"
FOLD = 12.0
TEXT_INSET = 6.0


def draw_pool(node: Node) -> str:
    """Draw a pool: with a band for its name, or closed with the name in the middle."""
    frame = svg.rectangle(node.box, node.paint, stroke_width=1.6)
    if not node.element.process:
        broken = text.fit(node.element.name, node.box.width - 20, node.box.height - 4)
        many = _many(node) if "parallel" in node.element.markers else ""
        return frame + text.centred(broken, node.box.centre) + many
    return frame + _rule(node) + _band_name(node)


def draw_lane(node: Node) -> str:
    """Draw a lane: a frame with its name in the band at the edge."""
    return svg.rectangle(node.box, node.paint, stroke_width=1.2) + _band_name(node)


def draw_group(node: Node) -> str:
    """Draw a group: a dash-dotted frame with its name at the upper left."""
    frame = svg.rectangle(
        node.box,
        node.paint,
        rx=10,
        stroke_width=1.4,
        stroke_dasharray=GROUP_DASH,
        fill=node.paint.fill or "none",
    )
    if node.label is not None:
        return frame + labels.beside(node)
    broken = text.fit(node.element.name, node.box.width - 20, 2 * BAND)
    return frame + text.write(broken, (node.box.x + 10, node.box.y + 5), font_weight=500)


def draw_annotation(node: Node) -> str:
    """Draw an annotation: a bracket at the left of its text."""
    box = node.box
    bracket = svg.path([(box.x + 10, box.y), (box.x, box.y), (box.x, box.bottom)])
    bracket += f" L {svg.number(box.x + 10)} {svg.number(box.bottom)}"
    stroke = node.paint.stroke or svg.INK
    # Open to the right: the text may use the room up to the edge.
    broken = text.fit(node.element.name, box.width - TEXT_INSET, box.height - TEXT_INSET)
    line = svg.tag("path", d=bracket, fill="none", stroke=stroke, stroke_width=1.4)
    return line + text.write(broken, (box.x + TEXT_INSET, box.y + TEXT_INSET / 2))


def draw_data_object(node: Node) -> str:
    """Draw a data object: a sheet with a folded corner, its name below."""
    box = node.box
    corner = box.right - FOLD
    outline = [
        (box.x, box.y),
        (corner, box.y),
        (box.right, box.y + FOLD),
        (box.right, box.bottom),
        (box.x, box.bottom),
    ]
    fold = [(corner, box.y), (corner, box.y + FOLD), (box.right, box.y + FOLD)]
    lines = svg.path(outline, closed=True) + " " + svg.path(fold)
    many = _many(node) if "parallel" in node.element.markers else ""
    return _outline(node, lines) + many + labels.beside(node)


def draw_data_store(node: Node) -> str:
    """Draw a data store: a cylinder, its name below."""
    box = node.box
    curve = min(box.height / 6, 10.0)
    x, right = svg.number(box.x), svg.number(box.right)
    top, foot = svg.number(box.y + curve), svg.number(box.bottom - curve)
    arc = f"A {svg.number(box.width / 2)} {svg.number(curve)} 0 0"
    lines = (
        f"M {x} {top} {arc} 1 {right} {top} V {foot} {arc} 1 {x} {foot} Z "
        f"M {x} {top} {arc} 0 {right} {top}"
    )
    return _outline(node, lines) + labels.beside(node)


def _outline(node: Node, lines: str) -> str:
    fill, stroke = node.paint.fill or svg.PAPER, node.paint.stroke or svg.INK
    return svg.tag(
        "path", d=lines, fill=fill, stroke=stroke, stroke_width=1.6, stroke_linejoin="round"
    )


def _many(node: Node) -> str:
    corner = (node.box.centre[0] - 7, node.box.bottom - 16)
    return icons.place(icons.MARKERS["parallel"], corner, weight=1.6)


def _rule(node: Node) -> str:
    """The line between the band with the name and the rest of the pool."""
    box = node.box
    ends: list[Point] = [(box.x, box.y + BAND), (box.right, box.y + BAND)]
    if node.horizontal:
        ends = [(box.x + BAND, box.y), (box.x + BAND, box.bottom)]
    stroke = node.paint.stroke or svg.INK
    return svg.tag("path", d=svg.path(ends), stroke=stroke, stroke_width=1.6)


def _band_name(node: Node) -> str:
    box, ink = node.box, svg.readable_on(node.paint.fill)
    if not node.horizontal:
        broken = text.fit(node.element.name, box.width - 8, BAND)
        return text.centred(broken, (box.centre[0], box.y + BAND / 2), fill=ink)
    broken = text.fit(node.element.name, box.height - 8, BAND)
    middle = Box(box.x, box.y, BAND, box.height).centre
    turn = f"rotate(-90 {svg.number(middle[0])} {svg.number(middle[1])})"
    return text.centred(broken, middle, fill=ink, transform=turn)
