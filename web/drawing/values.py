"""What a drawing is made of: elements with their meaning, boxes with their place, marks."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Invalid

Point = tuple[float, float]

ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "adHocSubProcess",
        "transaction",
    }
)
SUB_PROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
EVENTS = frozenset(
    {
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "endEvent",
    }
)
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS


class NotDrawable(Invalid):
    """Dieses Diagramm lässt sich nicht zeichnen."""


@dataclass(frozen=True)
class Mark:
    """A sign on an element, always with words: „hier“ where the case stands."""

    text: str = "hier"


@dataclass(frozen=True)
class Plane:
    """One drawing of a diagram: the whole, or the inside of a collapsed sub-process."""

    id: str
    name: str
    element_id: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the plane, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    def holds(self, point: Point) -> bool:
        """Say whether the point lies inside."""
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What the diagram says about one element, wherever it is drawn."""

    id: str
    kind: str
    name: str = ""
    parent: str = ""
    lane: str = ""
    event: str = ""
    dashed: bool = False
    markers: tuple[str, ...] = ()
    host: str = ""
    source: str = ""
    target: str = ""
    is_default: bool = False
    is_conditional: bool = False
    direction: str = ""
    process: str = ""
    link_target: str = ""
    relations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of a shape or a line; empty where the diagram leaves them open."""

    fill: str = ""
    stroke: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An element drawn as a shape."""

    element: Element
    box: Box
    label: Box | None = None
    paint: Paint = Paint()
    expanded: bool = False
    horizontal: bool = True
    plain_diamond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An element drawn as a line."""

    element: Element
    points: tuple[Point, ...]
    label: Box | None = None
    paint: Paint = Paint()


@dataclass(frozen=True)
class Sheet:
    """Everything that is drawn on one plane."""

    plane: Plane
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
