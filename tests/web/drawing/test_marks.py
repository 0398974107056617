"""A mark is a frame and a badge with words, on the element or on what hides it."""

import pytest
from lxml import etree

from web.drawing import Mark, draw

SVG = "{http://www.w3.org/2000/svg}"


def marked(drawing, marks, plane="plane_process"):
    return etree.fromstring(draw(drawing.xml(), plane, marks).encode())


def badges(root):
    groups = root.findall(f".//{SVG}g[@class='drawing-mark']")
    return [" ".join(group.find(f"{SVG}text").itertext()) for group in groups]


@pytest.mark.parametrize(
    ("kind", "box"),
    [
        ("userTask", (0, 0, 100, 80)),
        ("exclusiveGateway", (0, 0, 50, 50)),
        ("intermediateCatchEvent", (0, 0, 36, 36)),
        ("participant", (0, 0, 600, 200)),
    ],
)
def test_mark_is_seen_and_said(drawing, kind, box):
    drawing.shape("task", "other", (0, 300, 100, 80), name="Andere")
    root = marked(drawing.shape(kind, "e", box, name="Prüfen"), {"e": Mark()})
    assert badges(root) == ["hier"]
    assert root.find(f"{SVG}desc").text.endswith("Prüfen: hier.")
    node = root.find(f".//{SVG}g[@data-element='e']")
    assert node.get("class") == "drawing-node drawing-marked"
    assert node.find(f"{SVG}title").text.endswith(": hier")
    other = root.find(f".//{SVG}g[@data-element='other']")
    assert other.get("class") == "drawing-node"


def test_mark_carries_its_own_words(drawing):
    drawing.shape("userTask", "e", (0, 0, 100, 80))
    assert badges(marked(drawing, {"e": Mark("3 Fälle <b>")})) == ["3 Fälle <b>"]


def test_mark_inside_a_collapsed_sub_process_shows_on_it_and_on_its_own_plane(drawing):
    inner = '<subProcess id="deep"><userTask id="task"/></subProcess>'
    drawing.shape("subProcess", "sub", (0, 0, 100, 80), inner=inner)
    drawing.place("task", (0, 0, 100, 80), plane="deep")
    outside = marked(drawing, {"task": Mark()})
    assert (
        outside.find(f".//{SVG}g[@class='drawing-node drawing-marked']").get("data-element")
        == "sub"
    )
    assert badges(marked(drawing, {"task": Mark()}, "plane_deep")) == ["hier"]


def test_two_marks_inside_one_sub_process_are_one_badge(drawing):
    inner = '<userTask id="one"/><userTask id="two"/>'
    drawing.shape("subProcess", "sub", (0, 0, 100, 80), inner=inner)
    assert badges(marked(drawing, {"one": Mark(), "two": Mark()})) == ["hier"]


def test_mark_of_an_element_elsewhere_is_left_out(drawing):
    drawing.shape("userTask", "e", (0, 0, 100, 80))
    assert badges(marked(drawing, {"gone": Mark(), "process": Mark()})) == []
