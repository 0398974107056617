"""Places the names that stand outside: of events, gateways, data and lines."""

from __future__ import annotations

from web.drawing import svg, text
from web.drawing.values import EVENTS, GATEWAYS, Box, Edge, Node

SIZE = 11.0
SIZES = (11.0, 10.0)
USUAL_WIDTH = 82.0
DISTANCE = 5.0
TALLEST = 80.0
SLACK = 4.0
OUTSIDE = EVENTS | {"dataObjectReference", "dataStoreReference"}


def beside(node: Node) -> str:
    """Write the name of a shape outside of it."""
    room = node_room(node)
    return _written(node.element.name, room) if room else ""


def along(edge: Edge) -> str:
    """Write the name of a line."""
    return _written(edge.element.name, edge_room(edge))


def node_room(node: Node) -> Box | None:
    """Where the diagram puts a shape's name, else over a gateway and under all others."""
    if node.element.kind not in OUTSIDE | GATEWAYS and node.label is None:
        return None
    if node.label is not None:
        return node.label
    left = node.box.centre[0] - USUAL_WIDTH / 2
    if node.element.kind not in GATEWAYS:
        return Box(left, node.box.bottom + DISTANCE, USUAL_WIDTH, TALLEST)
    height = text.wrap(node.element.name, USUAL_WIDTH, SIZE).height
    return Box(left, node.box.y - DISTANCE - height, USUAL_WIDTH, height)


def edge_room(edge: Edge) -> Box:
    """Where the diagram puts a line's name, else over or right of the middle of the line."""
    if edge.label is not None:
        return edge.label
    at = (len(edge.points) - 1) // 2
    (x1, y1), (x2, y2) = edge.points[at], edge.points[at + 1]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    broken = text.wrap(edge.element.name, USUAL_WIDTH, SIZE)
    if abs(y2 - y1) > abs(x2 - x1):
        return Box(x + DISTANCE, y - broken.height / 2, broken.width, broken.height)
    return Box(x - broken.width / 2, y - broken.height - DISTANCE, broken.width, broken.height)


def occupied(name: str, room: Box) -> Box:
    """Return what the written name covers."""
    broken = _broken(name, room)
    return Box(room.centre[0] - broken.width / 2, room.y, broken.width, broken.height)


def _written(name: str, room: Box) -> str:
    # A rim in paper colour keeps letters readable where they meet a line.
    return text.write(
        _broken(name, room),
        (room.centre[0], room.y),
        text_anchor="middle",
        stroke=svg.PAPER,
        stroke_width=3,
        stroke_linejoin="round",
        paint_order="stroke",
    )


def _broken(name: str, room: Box) -> text.Lines:
    """Keep to the drawn label where the words fit into it; a too small one counts as a place."""
    broken = text.wrap(name, room.width + 2 * SLACK, SIZE)
    if broken.height <= room.height + SLACK and broken.is_whole:
        return broken
    return text.fit(name, max(room.width + 2 * SLACK, USUAL_WIDTH), TALLEST, SIZES)
