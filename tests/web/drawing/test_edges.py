"""Lines end as their kind demands, and bend softly."""

import pytest
from lxml import etree

from web.drawing import draw

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def lines(drawing):
    drawing.shape("userTask", "a", (0, 0, 100, 80))
    drawing.shape("userTask", "b", (200, 0, 100, 80))
    drawing.shape("exclusiveGateway", "gw", (400, 15, 50, 50))

    def drawn(source="a", target="b", points=((100, 40), (200, 40)), **given):
        drawing.flow(source, target, points, id="line", **given)
        root = etree.fromstring(draw(drawing.xml(), "plane_process", {}).encode())
        return root.find(f".//{SVG}g[@data-element='line']")

    return drawn


def shapes(node):
    return [etree.QName(child).localname for child in node if child.tag != f"{SVG}title"]


CONDITION = {"inner": "<conditionExpression>=x</conditionExpression>"}


def test_sequence_flow_ends_in_a_filled_arrow(lines):
    line, head = lines().findall(f"{SVG}path")
    assert line.get("d") == "M 100 40 L 200 40"
    assert line.get("stroke-dasharray") is None
    assert head.get("d").startswith("M 200 40 L 191 ")
    assert head.get("fill") == head.get("stroke")


def test_condition_behind_an_activity_is_a_small_diamond(lines):
    assert shapes(lines(**CONDITION)) == ["path", "path", "path"]


def test_condition_behind_a_gateway_needs_no_sign(lines):
    node = lines(source="gw", points=((450, 40), (500, 40)), **CONDITION)
    assert shapes(node) == ["path", "path"]


def test_default_way_is_crossed_by_a_stroke(drawing):
    drawing.shape("exclusiveGateway", "gw", (0, 0, 50, 50), default="usual")
    drawing.shape("task", "b", (100, 0, 100, 80))
    drawing.flow("gw", "b", [(50, 25), (100, 25)], id="usual")
    root = etree.fromstring(draw(drawing.xml(), "plane_process", {}).encode())
    paths = root.findall(f".//{SVG}g[@data-element='usual']/{SVG}path")
    assert paths[-1].get("d") == "M 58 30 L 63 20"


def test_message_flow_is_dashed_with_a_circle_and_an_open_arrow(lines):
    node = lines(kind="messageFlow", name="Einladung")
    line, head = node.findall(f"{SVG}path")
    assert line.get("stroke-dasharray")
    assert head.get("fill") == "#ffffff"
    assert shapes(node) == ["path", "circle", "path", "text"]


@pytest.mark.parametrize(("direction", "heads"), [("None", 0), ("One", 1), ("Both", 2)])
def test_association_is_dotted_and_points_where_it_says(lines, direction, heads):
    node = lines(kind="association", associationDirection=direction)
    line, *arrows = node.findall(f"{SVG}path")
    assert line.get("stroke-linecap") == "round"
    assert len(arrows) == heads


def test_bends_are_round_and_never_longer_than_their_pieces(lines):
    points = [(100, 40), (150, 40), (150, 44), (200, 44)]
    path = lines(points=points).find(f"{SVG}path").get("d")
    assert path == "M 100 40 L 148 40 Q 150 40 150 42 L 150 42 Q 150 44 152 44 L 200 44"


def test_points_on_one_spot_draw_without_a_fault(lines):
    assert lines(points=[(10, 10), (10, 10), (10, 10)]) is not None


def test_name_of_a_line_stands_over_its_middle(lines):
    label = lines(points=((100, 40), (200, 40)), name="ja").find(f"{SVG}text/{SVG}tspan")
    assert label.get("x") == "150"
    assert float(label.get("y")) < 40
    assert label.getparent().get("paint-order") == "stroke"


def test_name_of_an_upright_line_stands_right_of_it(lines):
    label = lines(points=((100, 40), (100, 240)), name="nein").find(f"{SVG}text/{SVG}tspan")
    assert float(label.get("x")) > 110


def test_line_takes_its_colour_from_the_diagram(lines):
    line = lines(drawn={"color:border-color": "#0a3622"}).find(f"{SVG}path")
    assert line.get("stroke") == "#0a3622"
