"""Builds small BPMN files with diagram interchange for the tests of the renderer."""

from html import escape

import pytest

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:d="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" '
    'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
)

SIDES = ("x", "y", "width", "height")


def attributes(given):
    return "".join(f' {key}="{escape(str(value))}"' for key, value in given.items())


class Drawing:
    """Collects elements and their shapes, and writes them as one file."""

    def __init__(self):
        self.elements = []
        self.collaboration = []
        self.planes = {"process": []}

    def shape(self, kind, element_id, box, *, inner="", plane="process", drawn=None, **given):
        target = self.collaboration if kind in {"participant", "messageFlow"} else self.elements
        target.append(f"<{kind}{attributes({'id': element_id} | given)}>{inner}</{kind}>")
        self.place(element_id, box, plane=plane, drawn=drawn)
        return self

    def place(self, element_id, box, *, plane="process", drawn=None, label=None):
        bounds = attributes(dict(zip(SIDES, box, strict=True)))
        words = attributes(dict(zip(SIDES, label or (), strict=False)))
        written = f"<di:BPMNLabel><dc:Bounds{words}/></di:BPMNLabel>" if label else ""
        names = {"id": f"{element_id}_di", "bpmnElement": element_id}
        self.planes.setdefault(plane, []).append(
            f"<di:BPMNShape{attributes(names | (drawn or {}))}>"
            f"<dc:Bounds{bounds}/>{written}</di:BPMNShape>"
        )

    def flow(self, source, target, points, *, kind="sequenceFlow", inner="", **given):
        plane, drawn = given.pop("plane", "process"), given.pop("drawn", {})
        element_id = given.pop("id", f"{source}_{target}")
        into = self.collaboration if kind == "messageFlow" else self.elements
        ends = attributes({"sourceRef": source, "targetRef": target} | given)
        into.append(f'<{kind} id="{element_id}"{ends}>{inner}</{kind}>')
        waypoints = "".join(f'<d:waypoint x="{x}" y="{y}"/>' for x, y in points)
        self.planes.setdefault(plane, []).append(
            f'<di:BPMNEdge id="{element_id}_di" bpmnElement="{element_id}"'
            f"{attributes(drawn)}>{waypoints}</di:BPMNEdge>"
        )
        return self

    def xml(self):
        pools = ""
        if self.collaboration:
            pools = f'<collaboration id="pools">{"".join(self.collaboration)}</collaboration>'
        planes = "".join(
            f'<di:BPMNDiagram id="d_{key}"><di:BPMNPlane id="plane_{key}" '
            f'bpmnElement="{"pools" if pools and key == "process" else key}">'
            f"{''.join(shapes)}</di:BPMNPlane></di:BPMNDiagram>"
            for key, shapes in self.planes.items()
        )
        return (
            f'<definitions {NAMESPACES}>{pools}<process id="process" name="Probe">'
            f"{''.join(self.elements)}</process>{planes}</definitions>"
        ).encode()


@pytest.fixture
def drawing():
    return Drawing()
