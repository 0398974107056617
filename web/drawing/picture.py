"""Draws one plane of a BPMN file as SVG that needs no style sheet, no script and no font."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from web.drawing import activities, containers, edges, events, labels, marks, svg, words
from web.drawing.reading import Diagram, read
from web.drawing.values import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    Box,
    Edge,
    Element,
    Mark,
    Node,
    NotDrawable,
    Plane,
    Sheet,
)

MARGIN = 20.0
CONTAINERS = frozenset({"participant", "lane", "group"})
_BRUSHES: dict[str, Callable[[Node], str]] = {
    **dict.fromkeys(ACTIVITIES, activities.draw),
    **dict.fromkeys(EVENTS, events.draw_event),
    **dict.fromkeys(GATEWAYS, events.draw_gateway),
    "participant": containers.draw_pool,
    "lane": containers.draw_lane,
    "group": containers.draw_group,
    "textAnnotation": containers.draw_annotation,
    "dataObjectReference": containers.draw_data_object,
    "dataStoreReference": containers.draw_data_store,
}


def planes(xml: bytes) -> tuple[Plane, ...]:
    """Return the planes of a file, the whole before its parts; raises NotDrawable."""
    return read(xml).planes


def draw(xml: bytes, plane_id: str, marks_on: Mapping[str, Mark]) -> str:
    """Read a file and return the SVG of one plane, as `paint` does."""
    return paint(read(xml), plane_id, marks_on)


def paint(diagram: Diagram, plane_id: str, marks_on: Mapping[str, Mark]) -> str:
    """Return the SVG of a plane; raises NotDrawable or, for an unknown plane, NotFound.

    A mark on an element inside a collapsed sub-process appears on the sub-process.
    """
    chosen = diagram.sheet(plane_id)
    unknown = [n.element.id for n in chosen.nodes if n.element.kind not in _BRUSHES]
    if unknown:
        raise NotDrawable(f"Für das Element „{unknown[0][:100]}“ gibt es kein Zeichen.")
    placed = marks.on_sheet(diagram.elements, chosen, marks_on)
    return _frame(chosen, placed, "".join(_layers(chosen, placed)))


def _layers(chosen: Sheet, placed: Mapping[str, Mark]) -> Iterator[str]:
    """From the ground up: pools and open sub-processes, lines, shapes, marks."""
    ground = [node for node in chosen.nodes if _is_ground(node)]
    upper = [node for node in chosen.nodes if not _is_ground(node)]
    for node in sorted(ground, key=lambda n: (n.element.kind == "group", -n.box.area)):
        yield _drawn(node, placed)
    for edge in chosen.edges:
        yield _titled(edges.draw(edge), edge.element, "drawing-edge", "")
    for node in sorted(upper, key=lambda n: n.element.kind == "boundaryEvent"):
        yield _drawn(node, placed)
    for node in chosen.nodes:
        if node.element.id in placed:
            yield marks.draw(node, placed[node.element.id])


def _is_ground(node: Node) -> bool:
    is_open = node.expanded and node.element.kind in SUB_PROCESSES
    return is_open or node.element.kind in CONTAINERS


def _drawn(node: Node, placed: Mapping[str, Mark]) -> str:
    mark = placed.get(node.element.id)
    look = "drawing-node drawing-marked" if mark else "drawing-node"
    shape = _BRUSHES[node.element.kind](node)
    return _titled(shape, node.element, look, f": {mark.text}" if mark else "")


def _titled(shape: str, element: Element, look: str, addition: str) -> str:
    """A shape with the words that appear when the pointer rests on it."""
    said = f"{element.name} ({words.kind(element)})" if element.name else words.kind(element)
    title = svg.tag("title", svg.words(said + addition))
    return svg.group(title, shape, class_=look, data_element=element.id)


def _frame(chosen: Sheet, placed: Mapping[str, Mark], content: str) -> str:
    box = _extent(chosen)
    view = " ".join(svg.number(side) for side in (box.x, box.y, box.width, box.height))
    return svg.tag(
        "svg",
        svg.tag("title", svg.words(f"Ablaufbild: {chosen.plane.name}")),
        svg.tag("desc", svg.words(_description(chosen, placed))),
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=view,
        width=box.width,
        height=box.height,
        role="img",
        class_="drawing",
        font_family=svg.FONT,
    )


def _description(chosen: Sheet, placed: Mapping[str, Mark]) -> str:
    steps = sum(node.element.kind in ACTIVITIES for node in chosen.nodes)
    said = ["Ein Schritt." if steps == 1 else f"{steps} Schritte."]
    said += [
        f"{words.title(node.element)}: {placed[node.element.id].text}."
        for node in chosen.nodes
        if node.element.id in placed
    ]
    return " ".join(said)


def _extent(chosen: Sheet) -> Box:
    boxes = [*_node_boxes(chosen.nodes), *_edge_boxes(chosen.edges)]
    left = min(box.x for box in boxes) - MARGIN
    top = min(box.y for box in boxes) - MARGIN
    right = max(box.right for box in boxes) + MARGIN
    bottom = max(box.bottom for box in boxes) + MARGIN
    return Box(left, top, right - left, bottom - top)


def _node_boxes(nodes: Iterable[Node]) -> Iterator[Box]:
    for node in nodes:
        yield node.box
        room = labels.node_room(node)
        if room and node.element.name:
            yield labels.occupied(node.element.name, room)


def _edge_boxes(lines: Iterable[Edge]) -> Iterator[Box]:
    for line in lines:
        yield from (Box(x, y, 0, 0) for x, y in line.points)
        if line.element.name:
            yield labels.occupied(line.element.name, labels.edge_room(line))
