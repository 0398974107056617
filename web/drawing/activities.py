"""Draws tasks, call activities and sub-processes: frame, type, name and markers."""

from __future__ import annotations

from web.drawing import icons, svg, text
from web.drawing.values import SUB_PROCESSES, Box, Node

ROUND = 10
ICON_FOOT = 22.0
MARKER = 14.0
GAP = 3.0
PADDING = 4.0
DOTTED = "2 4"


def draw(node: Node) -> str:
    """Draw an activity as it lies on its plane."""
    return _frame(node) + _type(node) + _name(node) + _markers(node)


def _frame(node: Node) -> str:
    kind = node.element.kind
    weight = 5 if kind == "callActivity" else 1.8
    dash = DOTTED if node.element.dashed else ""
    frame = svg.rectangle(
        node.box, node.paint, rx=ROUND, stroke_width=weight, stroke_dasharray=dash
    )
    if kind != "transaction":
        return frame
    inner = Box(node.box.x + 3, node.box.y + 3, node.box.width - 6, node.box.height - 6)
    return frame + svg.rectangle(inner, node.paint, rx=ROUND - 3, stroke_width=1.8, fill="none")


def _type(node: Node) -> str:
    icon = icons.TASKS.get(node.element.kind)
    if icon is None:
        return ""
    ink = svg.readable_on(node.paint.fill)
    return icons.place(icon, (node.box.x + 5, node.box.y + 4), ink=ink)


def _name(node: Node) -> str:
    ink = svg.readable_on(node.paint.fill)
    if node.element.kind in SUB_PROCESSES and node.expanded:
        room = text.fit(node.element.name, node.box.width - 2 * ROUND, 2 * text.SIZES[0] * 1.2)
        top = (node.box.centre[0], node.box.y + PADDING)
        return text.write(room, top, text_anchor="middle", fill=ink)
    head = ICON_FOOT if node.element.kind in icons.TASKS else PADDING
    foot = MARKER + 2 * GAP if _marks(node) else PADDING
    width = node.box.width - 2 * PADDING
    broken = text.fit(node.element.name, width, node.box.height - head - foot)
    return text.centred(
        broken, (node.box.centre[0], _middle(node.box, broken, head, foot)), fill=ink
    )


def _middle(box: Box, broken: text.Lines, head: float, foot: float) -> float:
    """The middle of the shape, moved only as far as type and markers demand."""
    half = broken.height / 2
    return min(max(box.centre[1], box.y + head + half), box.bottom - foot - half)


def _marks(node: Node) -> list[str]:
    names = list(node.element.markers)
    if node.element.kind in SUB_PROCESSES and not node.expanded:
        names.insert(len([n for n in names if n != "adhoc"]), "collapsed")
    return [name for name in names if name in icons.MARKERS]


def _markers(node: Node) -> str:
    names = _marks(node)
    width = len(names) * (MARKER + GAP) - GAP
    left = node.box.centre[0] - width / 2
    top = node.box.bottom - MARKER - GAP
    ink = svg.readable_on(node.paint.fill)
    return "".join(
        icons.place(icons.MARKERS[name], (left + at * (MARKER + GAP), top), ink=ink, weight=1.6)
        for at, name in enumerate(names)
    )
