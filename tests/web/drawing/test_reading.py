"""Files are read with limits; what cannot be drawn is refused with a sentence that helps."""

import pytest

from engine.errors import Invalid, NotFound
from engine.hostile_xml import LARGEST
from web.drawing import NotDrawable, draw, planes
from web.drawing.reading import read


def refusal(xml):
    with pytest.raises(NotDrawable) as refused:
        read(xml).sheet("plane_process")
    return refused.value.message


def test_a_refusal_is_one_of_the_callers_categories():
    assert issubclass(NotDrawable, Invalid)


def test_read_asks_for_a_layout_where_there_is_none(drawing):
    xml = drawing.shape("task", "t", (0, 0, 100, 80)).xml()
    bare = xml[: xml.index(b"<di:BPMNDiagram")] + b"</definitions>"
    assert refusal(bare).startswith("Das Diagramm enthält keine Zeichnung. Bitte öffnen")


def test_draw_refuses_an_empty_plane(drawing):
    with pytest.raises(NotDrawable, match="Auf dieser Ebene ist nichts gezeichnet"):
        draw(drawing.xml(), "plane_process", {})


def test_draw_does_not_find_an_unknown_plane(drawing):
    xml = drawing.shape("task", "t", (0, 0, 100, 80)).xml()
    with pytest.raises(NotFound, match="Diese Ebene gibt es im Diagramm nicht"):
        draw(xml, "plane_other", {})


def test_draw_refuses_a_symbol_that_it_does_not_know(drawing):
    xml = drawing.shape("choreographyTask", "c", (0, 0, 100, 80)).xml()
    with pytest.raises(NotDrawable, match="Für das Element „c“ gibt es kein Zeichen"):
        draw(xml, "plane_process", {})


@pytest.mark.parametrize("wrong", ["nan", "inf", "-inf", "1e9", "", "viel"])
def test_read_refuses_numbers_that_no_picture_has(drawing, wrong):
    xml = drawing.shape("task", "t", (wrong, 0, 100, 80)).xml()
    assert refusal(xml) == "Die Zeichnung von „t“ hat bei „x“ keine brauchbare Zahl."


def test_read_names_a_shape_without_bounds(drawing):
    xml = drawing.shape("task", "t", (0, 0, 1, 1)).xml()
    xml = xml.replace(b'<dc:Bounds x="0" y="0" width="1" height="1"/>', b"")
    assert refusal(xml) == "Das Element „t“ hat in der Zeichnung keine Größe."


def test_read_names_a_shape_of_a_missing_element(drawing):
    drawing.place("weg", (0, 0, 10, 10))
    assert "das Element „weg“, das im Diagramm fehlt" in refusal(drawing.xml())


@pytest.mark.parametrize("count", [0, 1, 201])
def test_read_refuses_lines_with_too_few_or_too_many_points(drawing, count):
    drawing.shape("task", "a", (0, 0, 100, 80)).flow("a", "a", [(0, 0)] * count)
    assert refusal(drawing.xml()).startswith(f"Die Linie „a_a“ hat {count} Punkte")


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        (b"", "Die Datei ist kein gültiges XML"),
        (b"<a>", "Die Datei ist kein gültiges XML (Zeile 1)."),
        (b"\xff\xfe\x00", "Die Datei ist kein Text in UTF-8."),
        (b"<html/>", "Die Datei ist kein BPMN-Diagramm."),
        (b"<!DOCTYPE a><a/>", "Die Datei hat eine Dokumenttyp-Angabe"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "Die Datei hat"),
        (b" " * (LARGEST + 1), "Die Datei ist zu groß"),
        (b"<a>" * 20_000, "Die Datei ist kein gültiges XML"),
    ],
)
def test_read_survives_hostile_files(xml, sentence):
    assert refusal(xml).startswith(sentence)


def test_read_refuses_more_shapes_than_a_page_can_bear(drawing):
    for number in range(3_001):
        drawing.shape("task", f"t{number}", (0, 0, 10, 10))
    assert refusal(drawing.xml()).startswith("Eine Ebene hat mehr als 3000 Elemente")


def test_planes_name_the_whole_and_each_sub_process(drawing):
    drawing.shape("subProcess", "sub", (0, 0, 100, 80), name="Übergabe", inner='<task id="in"/>')
    drawing.place("in", (0, 0, 100, 80), plane="sub")
    assert [(p.id, p.name, p.element_id) for p in planes(drawing.xml())] == [
        ("plane_process", "Probe", "process"),
        ("plane_sub", "Übergabe", "sub"),
    ]


def test_a_collaboration_is_named_after_the_process_of_its_white_pool(drawing):
    drawing.shape("participant", "family", (0, 0, 600, 60), name="Familie")
    drawing.shape("participant", "office", (0, 80, 600, 200), name="Amt", processRef="process")
    assert [plane.name for plane in planes(drawing.xml())] == ["Probe"]
