"""The diagrams of the product are drawn whole: every plane, every step, no name cut off."""

import re
from pathlib import Path

import pytest
from lxml import etree

from web.drawing import Mark, draw, outline, paint, planes, read, tell
from web.drawing.values import ACTIVITIES, FLOW_NODES

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "processes").glob("*/*.bpmn"))


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def diagram(request):
    return read(request.param.read_bytes())


def test_there_are_diagrams():
    assert FILES


def test_every_plane_shows_its_elements_and_cuts_no_name(diagram):
    for plane in diagram.planes:
        drawn = paint(diagram, plane.id, {})
        root = etree.fromstring(drawn.encode())
        shown = {group.get("data-element") for group in root.iter(f"{SVG}g")}
        sheet = diagram.sheet(plane.id)
        assert {node.element.id for node in sheet.nodes} <= shown
        assert {edge.element.id for edge in sheet.edges} <= shown
        assert "…" not in drawn, plane.name


def test_every_step_is_told_once(diagram):
    for plane in diagram.planes:
        told = [step.element_id for step in tell(diagram, plane.id, {})]
        nodes = {node.element.id: node.element for node in diagram.sheet(plane.id).nodes}
        steps = {key for key, each in nodes.items() if each.kind in FLOW_NODES and each.name}
        assert len(told) == len(set(told))
        assert steps <= set(told)


def test_steps_stand_in_a_lane(diagram):
    for plane in diagram.planes:
        for step in tell(diagram, plane.id, {}):
            assert step.lane, (plane.name, step.name)


def test_every_activity_can_be_marked_where_it_is_drawn(diagram):
    for plane in diagram.planes:
        nodes = [node.element for node in diagram.sheet(plane.id).nodes]
        drawn = {each.id for each in nodes if each.kind in ACTIVITIES}
        steps = tell(diagram, plane.id, dict.fromkeys(drawn, Mark()))
        assert {step.element_id for step in steps if step.is_current} == drawn


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reading_anew_gives_the_same(path):
    xml = path.read_bytes()
    first = planes(xml)[0].id
    assert draw(xml, first, {}) == paint(read(xml), first, {})
    assert outline(xml, first, {}) == tell(read(xml), first, {})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_references_with_a_prefix_draw_the_same(path):
    plain = path.read_bytes()
    named = re.sub(rb' (bpmnElement|attachedToRef)="', rb' \1="tns:', plain)
    for plane in planes(plain):
        assert draw(named, plane.id, {}) == draw(plain, plane.id, {})
        assert outline(named, plane.id, {}) == outline(plain, plane.id, {})
