"""Reads BPMN diagram interchange into sheets; refuses what is hostile, broken or not drawn."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from lxml import etree

from engine import hostile_xml
from engine.bpmn.reading import resolve
from engine.errors import NotFound
from engine.hostile_xml import XmlRefused
from web.drawing.elements import Elements
from web.drawing.relations import BPMN
from web.drawing.values import (
    Box,
    Edge,
    Element,
    Node,
    NotDrawable,
    Paint,
    Plane,
    Point,
    Sheet,
)

BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
BIOC = "{http://bpmn.io/schema/bpmn/biocolor/1.0}"
COLOR = "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}"

MOST_SHAPES = 3_000
MOST_POINTS = 200
FARTHEST = 100_000.0
HEX = re.compile(r"#[0-9a-fA-F]{6}")


class Diagram:
    """A file that was read: its elements and planes at once, each drawing when it is asked for."""

    def __init__(self, root: etree._Element) -> None:
        self.elements = Elements(root)
        self._drawings: dict[str, etree._Element] = {}
        planes = []
        for drawing in root.iterfind(f"{BPMNDI}BPMNDiagram/{BPMNDI}BPMNPlane"):
            element = _drawn(drawing, self.elements)
            plane_id = drawing.get("id") or element.id
            self._drawings[plane_id] = drawing
            planes.append(Plane(plane_id, _plane_name(element, self.elements), element.id))
        self.planes = tuple(planes)

    def sheet(self, plane_id: str) -> Sheet:
        """Return what is drawn on a plane; raises NotFound or NotDrawable."""
        plane = next((each for each in self.planes if each.id == plane_id), None)
        if plane is None:
            raise NotFound("Diese Ebene gibt es im Diagramm nicht.")
        return _sheet(plane, self._drawings[plane_id], self.elements)


def read(xml: bytes) -> Diagram:
    """Read a whole file; raises NotDrawable with what is wrong and what to do."""
    diagram = Diagram(_root(xml))
    if not diagram.planes:
        raise NotDrawable(
            "Das Diagramm enthält keine Zeichnung. Bitte öffnen Sie es im Editor, ordnen Sie die "
            "Elemente an und speichern Sie es."
        )
    return diagram


def _root(xml: bytes) -> etree._Element:
    try:
        root = hostile_xml.parsed(xml)
    except XmlRefused as refused:
        raise NotDrawable(refused.message) from None
    if root.tag != f"{BPMN}definitions":
        raise NotDrawable("Die Datei ist kein BPMN-Diagramm.")
    resolve(root)
    return root


def _sheet(plane: Plane, drawing: etree._Element, elements: Elements) -> Sheet:
    shapes = list(drawing.iterchildren(f"{BPMNDI}BPMNShape"))
    lines = list(drawing.iterchildren(f"{BPMNDI}BPMNEdge"))
    if not shapes:
        raise NotDrawable(
            "Auf dieser Ebene ist nichts gezeichnet. Bitte ergänzen Sie sie im Editor."
        )
    if len(shapes) + len(lines) > MOST_SHAPES:
        raise NotDrawable(f"Eine Ebene hat mehr als {MOST_SHAPES} Elemente. Bitte teilen Sie sie.")
    return Sheet(
        plane,
        tuple(_node(shape, elements) for shape in shapes),
        tuple(_edge(line, elements) for line in lines),
    )


def _plane_name(element: Element, elements: Elements) -> str:
    if element.name or element.kind != "collaboration":
        return element.name or element.id
    pools = [pool for pool in elements.of_kind("participant") if pool.parent == element.id]
    white = [pool for pool in pools if pool.process] or pools
    processes = [elements[pool.process].name for pool in white if pool.process in elements]
    names = [*processes, *(pool.name for pool in white), element.id]
    return next(name for name in names if name)


def _drawn(shape: etree._Element, elements: Elements) -> Element:
    reference = shape.get("bpmnElement", "")
    if reference not in elements:
        raise NotDrawable(
            f"Die Zeichnung zeigt das Element „{reference[:100]}“, das im Diagramm fehlt. "
            "Bitte öffnen und speichern Sie das Diagramm im Editor."
        )
    return elements[reference]


def _node(shape: etree._Element, elements: Elements) -> Node:
    element = _drawn(shape, elements)
    box = _box(shape, element)
    if box is None:
        raise NotDrawable(f"Das Element „{element.id[:100]}“ hat in der Zeichnung keine Größe.")
    return Node(
        element=element,
        box=box,
        label=_label(shape, element),
        paint=_paint(shape),
        expanded=shape.get("isExpanded") == "true",
        horizontal=shape.get("isHorizontal") != "false",
        plain_diamond=shape.get("isMarkerVisible") == "false",
    )


def _edge(line: etree._Element, elements: Elements) -> Edge:
    element = _drawn(line, elements)
    points = tuple(_points(line, element))
    if not 2 <= len(points) <= MOST_POINTS:
        raise NotDrawable(
            f"Die Linie „{element.id[:100]}“ hat {len(points)} Punkte; gezeichnet werden 2 bis "
            f"{MOST_POINTS}."
        )
    return Edge(
        element=element, points=points, label=_label(line, element), paint=_paint(line, fill=False)
    )


def _points(line: etree._Element, element: Element) -> Iterator[Point]:
    for waypoint in line.iterchildren(f"{DI}waypoint"):
        yield _number(waypoint, "x", element), _number(waypoint, "y", element)


def _label(shape: etree._Element, element: Element) -> Box | None:
    label = shape.find(f"{BPMNDI}BPMNLabel")
    return _box(label, element) if label is not None else None


def _box(shape: etree._Element, element: Element) -> Box | None:
    bounds = shape.find(f"{DC}Bounds")
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds, key, element) for key in ("x", "y", "width", "height"))
    return Box(x, y, max(width, 0.0), max(height, 0.0))


def _number(node: etree._Element, key: str, element: Element) -> float:
    try:
        number = float(node.get(key, ""))
    except ValueError:
        number = math.nan
    if not abs(number) <= FARTHEST:
        raise NotDrawable(
            f"Die Zeichnung von „{element.id[:100]}“ hat bei „{key}“ keine brauchbare Zahl."
        )
    return number


def _paint(shape: etree._Element, *, fill: bool = True) -> Paint:
    inside = shape.get(f"{COLOR}background-color") or shape.get(f"{BIOC}fill")
    border = shape.get(f"{COLOR}border-color") or shape.get(f"{BIOC}stroke")
    return Paint(_colour(inside) if fill else "", _colour(border))


def _colour(text: str | None) -> str:
    """Let only plain hexadecimal colours through: the value goes into an attribute."""
    return text if text and HEX.fullmatch(text) else ""
