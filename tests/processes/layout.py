"""Measures how the planes of a BPMN file are drawn; every complaint is one readable line."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"

GRID = 10
CONTAINERS = {"participant", "lane", "group"}
NOTES = {"textAnnotation", "association"}
SIZES = {
    "Task": (100, 80),
    "task": (100, 80),
    "subProcess": (100, 80),
    "Gateway": (50, 50),
    "Event": (36, 36),
}
#: Tasks whose given name has a word that is wider than the editor's shape.
WIDE = {
    "ut_erstaufnahme": (140, 80),
    "ut_insofa_einschaetzung": (120, 80),
    "ut_massnahmen_sd": (120, 80),
    "ut_meldung_annehmen": (120, 80),
}
DRAWN = {
    "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent",
    "task", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
    "manualTask", "subProcess", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
    "eventBasedGateway", "participant", "lane", "group", "textAnnotation", "association",
    "sequenceFlow", "messageFlow",
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A rectangle; touching another one is not overlapping it."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self):
        return self.x + self.width

    @property
    def bottom(self):
        return self.y + self.height

    @property
    def centre(self):
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other):
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom

    def holds(self, other):
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom

    def grown(self, by):
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True)
class Shape:
    """A drawn element with its box and, where it has one of its own, the box of its label."""

    id: str
    kind: str
    box: Box
    label: Box | None
    host: str | None


@dataclass(frozen=True)
class Edge:
    """A drawn flow or association with its bends."""

    id: str
    kind: str
    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    label: Box | None

    @cached_property
    def segments(self):
        return [Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))
                for a, b in pairwise(self.points)]  # fmt: skip


@dataclass
class Plane:
    """One page of the diagram."""

    id: str
    shapes: dict[str, Shape] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)

    @property
    def nodes(self):
        """The flow nodes."""
        return [s for s in self.shapes.values() if s.kind not in CONTAINERS | NOTES]

    @property
    def solids(self):
        """Everything that nothing else may cover: flow nodes and annotations."""
        return [s for s in self.shapes.values() if s.kind not in CONTAINERS]

    @property
    def labels(self):
        """The labels beside shapes and flows, by the id of what they name."""
        everything = [*self.shapes.values(), *self.edges.values()]
        return {each.id: each.label for each in everything if each.label}


def read(path):
    """Return the model's elements by id, and the planes by the id of what they show."""
    root = etree.parse(str(path)).getroot()
    model = {each.get("id"): each for each in root.iter() if str(each.tag).startswith(BPMN)}
    planes = {}
    for drawn in root.iter(f"{BPMNDI}BPMNPlane"):
        plane = planes[drawn.get("bpmnElement")] = Plane(drawn.get("bpmnElement"))
        for each in drawn:
            element = model[each.get("bpmnElement")]
            add = add_edge if each.tag == f"{BPMNDI}BPMNEdge" else add_shape
            add(plane, each, element)
    return model, planes


def local(element):
    return etree.QName(element).localname


def add_shape(plane, drawn, element):
    key, host = element.get("id"), element.get("attachedToRef")
    box = box_of(drawn.find(f"{DC}Bounds"))
    plane.shapes[key] = Shape(key, local(element), box, label_of(drawn), host)


def add_edge(plane, drawn, element):
    points = tuple((float(p.get("x")), float(p.get("y"))) for p in drawn.iter(f"{DI}waypoint"))
    ends = element.get("sourceRef"), element.get("targetRef")
    edge = Edge(element.get("id"), local(element), *ends, points, label_of(drawn))
    plane.edges[edge.id] = edge


def box_of(bounds):
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def label_of(drawn):
    bounds = drawn.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
    return None if bounds is None else box_of(bounds)


def missing(model, planes):
    """What the model has but no plane shows, or what is drawn twice."""
    drawn = Counter(key for plane in planes.values() for key in (*plane.shapes, *plane.edges))
    for key, element in model.items():
        if local(element) in DRAWN and drawn[key] != 1:
            yield f"{key} is drawn {drawn[key]} times"
        if local(element) == "subProcess" and key not in planes:
            yield f"{key} has no plane of its own"


def overlaps(plane):
    """Flow nodes and annotations that cover each other."""
    for one, other in combinations(plane.solids, 2):
        if other.id == one.host or one.id == other.host:
            continue
        if one.box.overlaps(other.box):
            yield f"{one.id} covers {other.id}"


def outside(plane):
    """Flow nodes that stick out of every lane, pool or band, or lie on a border of one."""
    frames = [s for s in plane.shapes.values() if s.kind in CONTAINERS]
    for node in plane.solids:
        around = [frame for frame in frames if frame.box.overlaps(node.box)]
        if frames and not around:
            yield f"{node.id} lies in no lane, pool or band"
        for frame in around:
            if not frame.box.holds(node.box):
                yield f"{node.id} lies on the border of {frame.id}"


def diagonals(plane):
    """Lines that are neither horizontal nor vertical."""
    for edge in plane.edges.values():
        if any(segment.width and segment.height for segment in edge.segments):
            yield f"{edge.id} runs diagonally"


def crossings(plane):
    """Lines that meet although they come from different elements and lead to different ones."""
    for one, other in combinations(plane.edges.values(), 2):
        related = one.source == other.source or one.target == other.target
        if any(meet(a, b, related) for a in one.segments for b in other.segments):
            yield f"{one.id} crosses {other.id}"


def meet(one, other, related):
    """Lines of one tree may share a stretch; a real crossing is one in any case."""
    if related:
        flat, steep = (one, other) if one.width else (other, one)
        inside = flat.x < steep.x < flat.right and steep.y < flat.y < steep.bottom
        return bool(flat.width and steep.height) and inside
    return one.grown(0.5).overlaps(other.grown(0.5))


def through_shapes(plane):
    """Lines that run through a shape, also through the one they start or end at."""
    for edge in plane.edges.values():
        for shape in plane.solids:
            ends = {edge.source, edge.target}
            hosted = shape.id in {plane.shapes[e].host for e in ends if e in plane.shapes}
            inner = shape.box.grown(-1)
            if not hosted and any(inner.overlaps(segment.grown(0.25)) for segment in edge.segments):
                yield f"{edge.id} runs through {shape.id}"


def bends(plane):
    """Sequence flows with more than three bends."""
    for edge in plane.edges.values():
        if edge.kind == "sequenceFlow" and len(edge.points) > 5:
            yield f"{edge.id} has {len(edge.points) - 2} bends"


def directions(plane):
    """Steps to the right that do not leave a task or event on its right side."""
    for edge in plane.edges.values():
        source, target = plane.shapes.get(edge.source), plane.shapes.get(edge.target)
        if edge.kind != "sequenceFlow" or source.host or source.kind.endswith("Gateway"):
            continue
        if target.box.x > source.box.right and edge.points[0][0] != source.box.right:
            yield f"{edge.id} does not leave {source.id} on the right"


def label_conflicts(plane):
    """Labels that lie on something, or on each other."""
    for name, box in plane.labels.items():
        for thing in (*covered(plane, box), *cut(plane, box)):
            yield f"the label of {name} lies on {thing}"
    for (one, box), (other, second) in combinations(plane.labels.items(), 2):
        if box.overlaps(second):
            yield f"the labels of {one} and {other} cover each other"


def covered(plane, box):
    """The shapes and lines under a box."""
    for shape in plane.solids:
        if box.overlaps(shape.box):
            yield shape.id
    for edge in plane.edges.values():
        if any(box.overlaps(segment.grown(0.5)) for segment in edge.segments):
            yield edge.id


def cut(plane, box):
    """The lanes, pools and bands whose border runs through a box."""
    for frame in plane.shapes.values():
        crossing = box.overlaps(frame.box) and not frame.box.holds(box)
        if frame.kind in CONTAINERS and crossing:
            yield f"the border of {frame.id}"


def far_labels(plane):
    """Labels more than 30 pixels away from what they name."""
    for name, box in plane.labels.items():
        if shape := plane.shapes.get(name):
            near = box.grown(30).overlaps(shape.box)
        else:
            near = any(box.grown(30).overlaps(s.grown(0.5)) for s in plane.edges[name].segments)
        if not near:
            yield f"the label of {name} is far away"


def off_grid(plane):
    """Shapes and bends that are not on the grid; events and gateways count by their centres."""
    for shape in plane.shapes.values():
        box = shape.box
        whole = shape.kind in CONTAINERS | NOTES
        values = (box.x, box.y, box.width, box.height) if whole else box.centre
        if any(value % GRID for value in values):
            yield f"{shape.id} is off the grid"
    for edge in plane.edges.values():
        inner = edge.points[1:-1]
        if any(x % GRID or y % GRID for x, y in inner):
            yield f"{edge.id} bends off the grid"


def odd_sizes(plane):
    """Tasks, gateways and events of another size than the editor's."""
    for node in plane.nodes:
        size = next(size for ending, size in SIZES.items() if node.kind.endswith(ending))
        size = WIDE.get(node.id, size)
        if (node.box.width, node.box.height) != size:
            yield f"{node.id} measures {node.box.width:.0f} x {node.box.height:.0f}"
