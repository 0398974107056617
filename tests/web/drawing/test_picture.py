"""Every symbol of the dialect is drawn, safe under a strict policy and with words for everybody."""

import pytest
from lxml import etree

from web.drawing import Mark, draw, outline, paint, read, tell
from web.drawing.icons import EVENTS, GATEWAYS, MARKERS, TASKS

SVG = "{http://www.w3.org/2000/svg}"
PLANE = "plane_process"
TASK_KINDS = ["task", *TASKS, "callActivity", "subProcess", "adHocSubProcess", "transaction"]
EVENT_KINDS = [
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "endEvent",
]


def picture(drawing, marks=None):
    return etree.fromstring(draw(drawing.xml(), PLANE, marks or {}).encode())


def shape(drawing, element_id="e"):
    return picture(drawing).find(f".//{SVG}g[@data-element='{element_id}']")


def said(node):
    return [text for text in (" ".join(t.itertext()) for t in node.iter(f"{SVG}text")) if text]


def paths(node):
    return [path.get("d") for path in node.iter(f"{SVG}path")]


@pytest.mark.parametrize("kind", TASK_KINDS)
def test_activity_has_a_frame_its_name_and_its_type(drawing, kind):
    node = shape(drawing.shape(kind, "e", (10, 20, 100, 80), name="Akte anlegen"))
    frame = node.find(f"{SVG}rect")
    assert [frame.get(key) for key in ("x", "y", "width", "height")] == ["10", "20", "100", "80"]
    assert said(node) == ["Akte anlegen"]
    if kind in TASKS:
        icon = TASKS[kind]
        assert set(paths(node)) == {part for part in (icon.lines, icon.solid, icon.cut) if part}


def test_task_types_differ():
    pictures = [(icon.lines, icon.solid, icon.cut) for icon in TASKS.values()]
    assert len(set(pictures)) == len(TASKS) == 7


def test_call_activity_has_a_thick_frame_and_a_transaction_a_double_one(drawing):
    call = shape(drawing.shape("callActivity", "e", (0, 0, 100, 80)))
    assert float(call.find(f"{SVG}rect").get("stroke-width")) > 3
    twice = shape(drawing.shape("transaction", "t", (0, 0, 100, 80)), "t")
    assert len(twice.findall(f"{SVG}rect")) == 2


@pytest.mark.parametrize(
    ("inner", "marker"),
    [
        ("<multiInstanceLoopCharacteristics/>", "parallel"),
        ('<multiInstanceLoopCharacteristics isSequential="true"/>', "sequential"),
        ("<standardLoopCharacteristics/>", "loop"),
    ],
)
def test_repetition_is_marked(drawing, inner, marker):
    node = shape(drawing.shape("userTask", "e", (0, 0, 100, 80), inner=inner))
    assert MARKERS[marker].lines in paths(node)


def test_compensation_is_marked(drawing):
    node = shape(drawing.shape("task", "e", (0, 0, 100, 80), isForCompensation="true"))
    assert MARKERS["compensation"].lines in paths(node)


def test_only_a_collapsed_sub_process_carries_the_plus(drawing):
    drawing.shape("subProcess", "shut", (0, 0, 100, 80))
    drawing.shape("subProcess", "open", (200, 0, 300, 200), drawn={"isExpanded": "true"})
    root = picture(drawing)
    plus = MARKERS["collapsed"].lines
    assert plus in paths(root.find(f".//{SVG}g[@data-element='shut']"))
    assert plus not in paths(root.find(f".//{SVG}g[@data-element='open']"))


def test_ad_hoc_sub_process_carries_the_tilde(drawing):
    node = shape(drawing.shape("adHocSubProcess", "e", (0, 0, 100, 80)))
    assert {MARKERS["adhoc"].lines, MARKERS["collapsed"].lines} <= set(paths(node))


def test_event_sub_process_has_a_dotted_frame(drawing):
    plain = shape(drawing.shape("subProcess", "e", (0, 0, 100, 80)))
    event = shape(drawing.shape("subProcess", "v", (0, 0, 90, 80), triggeredByEvent="true"), "v")
    assert plain.find(f"{SVG}rect").get("stroke-dasharray") is None
    assert event.find(f"{SVG}rect").get("stroke-dasharray")


@pytest.mark.parametrize("kind", EVENT_KINDS)
@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"multiple", "parallelMultiple"}))
def test_event_shows_what_it_is_about(drawing, kind, event):
    inner = f"<{event}EventDefinition/>"
    node = shape(drawing.shape(kind, "e", (0, 0, 36, 36), inner=inner))
    drawn = " ".join(paths(node))
    assert (EVENTS[event].lines or EVENTS[event].solid) in drawn
    rings = 1 if kind in {"startEvent", "endEvent"} else 2
    assert len(node.findall(f"{SVG}circle")) == rings


def test_throwing_event_is_filled_and_catching_one_is_open(drawing):
    inner = "<signalEventDefinition/>"
    drawing.shape("intermediateThrowEvent", "throw", (0, 0, 36, 36), inner=inner)
    drawing.shape("intermediateCatchEvent", "catch", (50, 0, 36, 36), inner=inner)
    root = picture(drawing)
    fills = {
        key: root.find(f".//{SVG}g[@data-element='{key}']//{SVG}path").get("fill")
        for key in ("throw", "catch")
    }
    assert fills["catch"] == "none"
    assert fills["throw"] not in {"none", "#ffffff"}


def test_plain_events_differ_by_their_rings(drawing):
    drawing.shape("startEvent", "start", (0, 0, 36, 36)).shape("endEvent", "end", (50, 0, 36, 36))
    root = picture(drawing)
    widths = {
        key: root.find(f".//{SVG}g[@data-element='{key}']/{SVG}circle").get("stroke-width")
        for key in ("start", "end")
    }
    assert float(widths["end"]) > 2 * float(widths["start"])


@pytest.mark.parametrize(
    ("kind", "given"),
    [("startEvent", {"isInterrupting": "false"}), ("boundaryEvent", {"cancelActivity": "false"})],
)
def test_event_that_does_not_interrupt_is_dashed(drawing, kind, given):
    drawing.shape(kind, "soft", (0, 0, 36, 36), **given).shape(kind, "hard", (50, 0, 36, 36))
    root = picture(drawing)
    soft, hard = (
        root.findall(f".//{SVG}g[@data-element='{key}']/{SVG}circle") for key in ("soft", "hard")
    )
    assert all(ring.get("stroke-dasharray") for ring in soft)
    assert not any(ring.get("stroke-dasharray") for ring in hard)


def test_several_event_definitions_are_drawn_as_one_sign(drawing):
    inner = "<messageEventDefinition/><timerEventDefinition/>"
    node = shape(drawing.shape("intermediateCatchEvent", "e", (0, 0, 36, 36), inner=inner))
    assert paths(node) == [EVENTS["multiple"].lines]


@pytest.mark.parametrize("kind", sorted(GATEWAYS))
def test_gateway_is_a_diamond_with_its_sign(drawing, kind):
    node = shape(drawing.shape(kind, "e", (0, 0, 50, 50), name="Alle da?"))
    assert paths(node)[0] == "M 25 0 L 50 25 L 25 50 L 0 25 Z"
    assert GATEWAYS[kind].lines in paths(node)
    assert said(node) == ["Alle da?"]


def test_event_based_gateway_has_two_rings_and_one_where_it_starts_a_process(drawing):
    wait = shape(drawing.shape("eventBasedGateway", "e", (0, 0, 50, 50)))
    start = drawing.shape("eventBasedGateway", "s", (90, 0, 50, 50), instantiate="true")
    assert len(wait.findall(f"{SVG}circle")) == 2
    assert len(shape(start, "s").findall(f"{SVG}circle")) == 1


def test_gateway_leaves_its_sign_out_where_the_diagram_hides_it(drawing):
    hidden = {"isMarkerVisible": "false"}
    node = shape(drawing.shape("exclusiveGateway", "e", (0, 0, 50, 50), drawn=hidden))
    assert len(paths(node)) == 1


def test_pool_and_lane_carry_their_names_upright(drawing):
    drawing.shape("participant", "office", (0, 0, 800, 200), name="Jobcenter", processRef="process")
    drawing.elements.append('<laneSet id="lanes"><lane id="lane" name="Teamleitung"/></laneSet>')
    drawing.place("lane", (30, 0, 770, 200))
    root = picture(drawing)
    for key, x in (("office", "15"), ("lane", "45")):
        name = root.find(f".//{SVG}g[@data-element='{key}']/{SVG}text")
        assert name.get("transform") == f"rotate(-90 {x} 100)"


def test_vertical_pool_carries_its_name_on_top(drawing):
    upright = {"isHorizontal": "false"}
    box = (0, 0, 200, 800)
    drawing.shape("participant", "p", box, name="Amt", processRef="process", drawn=upright)
    assert shape(drawing, "p").find(f"{SVG}text").get("transform") is None


def test_closed_pool_has_its_name_in_the_middle(drawing):
    drawing.shape(
        "participant", "e", (0, 0, 600, 60), name="Familie", inner="<participantMultiplicity/>"
    )
    node = shape(drawing)
    assert node.find(f".//{SVG}tspan").get("x") == "300"
    assert MARKERS["parallel"].lines in paths(node)


def test_group_annotation_and_data_are_drawn(drawing):
    drawing.elements.append('<category id="c"><categoryValue id="v" value="Rolle"/></category>')
    drawing.elements.append('<dataObject id="many" isCollection="true"/>')
    drawing.shape("group", "group", (0, 0, 300, 200), categoryValueRef="v")
    drawing.shape("textAnnotation", "note", (0, 0, 200, 60), inner="<text>§ 16 SGB VIII</text>")
    drawing.shape("dataObjectReference", "plan", (0, 0, 36, 50), name="Plan", dataObjectRef="many")
    drawing.shape("dataStoreReference", "store", (0, 0, 50, 50), name="Akte")
    root = picture(drawing)
    found = {g.get("data-element"): g for g in root.iter(f"{SVG}g") if g.get("data-element")}
    assert {key: said(g) for key, g in found.items()} == {
        "group": ["Rolle"],
        "note": ["§ 16 SGB VIII"],
        "plan": ["Plan"],
        "store": ["Akte"],
    }
    assert found["group"].find(f"{SVG}rect").get("stroke-dasharray")
    assert MARKERS["parallel"].lines in paths(found["plan"])


def test_diagram_colours_are_used_and_text_stays_readable(drawing):
    dark = {"color:background-color": "#052c65", "color:border-color": "#0a0a0a"}
    drawing.shape("userTask", "dark", (0, 0, 100, 80), name="dunkel", drawn=dark)
    light = {"bioc:fill": "#fff3cd", "bioc:stroke": "#664d03"}
    drawing.shape("userTask", "light", (200, 0, 100, 80), name="hell", drawn=light)
    root = picture(drawing)
    for key, fill, ink in (("dark", "#052c65", "#ffffff"), ("light", "#fff3cd", "#22242a")):
        node = root.find(f".//{SVG}g[@data-element='{key}']")
        assert node.find(f"{SVG}rect").get("fill") == fill
        assert node.find(f"{SVG}text").get("fill") == ink


@pytest.mark.parametrize("colour", ["red", "url(#a)", '#fff" onload="x', "expression(1)"])
def test_colours_that_are_not_plain_are_left_out(drawing, colour):
    drawn = {"bioc:fill": colour, "bioc:stroke": colour}
    frame = shape(drawing.shape("task", "e", (0, 0, 100, 80), drawn=drawn)).find(f"{SVG}rect")
    assert (frame.get("fill"), frame.get("stroke")) == ("#ffffff", "#22242a")


HOSTILE = '"><script>alert(1)</script><a href=\'x\' onload="y">&amp;&#8238;'


def everything(drawing, name):
    drawing.shape("participant", "pool", (0, 0, 800, 400), name=name, processRef="process")
    drawing.shape("userTask", "task", (40, 40, 100, 80), name=name)
    drawing.shape("endEvent", "end", (240, 62, 36, 36), name=name)
    drawing.shape("exclusiveGateway", "gw", (340, 55, 50, 50), name=name)
    return drawing.flow("task", "end", [(140, 80), (240, 80)], name=name)


def test_hostile_names_stay_text(drawing):
    root = picture(everything(drawing, HOSTILE))
    assert {etree.QName(node).localname for node in root.iter()} <= {
        "svg", "g", "title", "desc", "text", "tspan", "path", "rect", "circle",
    }  # fmt: skip
    assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]


def test_hostile_ids_stay_attribute_values(drawing):
    root = picture(drawing.shape("task", '" onload="alert(1)', (0, 0, 100, 80)))
    assert root.find(f"{SVG}g").get("data-element") == '" onload="alert(1)'


def test_picture_needs_nothing_that_a_strict_policy_forbids(drawing):
    root = picture(everything(drawing, "Name"))
    forbidden = {"style", "id", "href", "{http://www.w3.org/1999/xlink}href"}
    assert not forbidden & {key for node in root.iter() for key in node.attrib}
    assert root.find(f".//{SVG}style") is None


def test_picture_says_what_it_is(drawing):
    root = picture(everything(drawing, "Akte anlegen"))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Ablaufbild: Probe"
    assert root.find(f"{SVG}desc").text == "Ein Schritt."
    titles = [node.text for node in root.iterfind(f".//{SVG}g/{SVG}title")]
    assert "Akte anlegen (Aufgabe)" in titles


def test_view_box_holds_shapes_lines_and_labels(drawing):
    drawing.shape("endEvent", "e", (100, 100, 36, 36), name="Familie hat kein Interesse an KiBiZ")
    drawing.flow("e", "e", [(118, 136), (118, 400), (-50, 400), (-50, 118), (100, 118)])
    left, top, width, height = map(float, picture(drawing).get("viewBox").split())
    assert left <= -50
    assert left + width >= 118 + 30
    assert top <= 100
    assert top + height >= 400


def test_planes_are_drawn_one_by_one(drawing):
    drawing.shape("subProcess", "sub", (0, 0, 100, 80), name="außen", inner='<task id="in"/>')
    drawing.place("in", (0, 0, 100, 80), plane="sub")
    outer = draw(drawing.xml(), "plane_process", {})
    inner = draw(drawing.xml(), "plane_sub", {})
    assert ('data-element="sub"' in outer, 'data-element="in"' in outer) == (True, False)
    assert ('data-element="sub"' in inner, 'data-element="in"' in inner) == (False, True)


def test_a_file_read_once_gives_the_same_pictures_and_words(drawing):
    xml = everything(drawing, "Akte anlegen").xml()
    diagram, marks = read(xml), {"task": Mark()}
    assert [plane.id for plane in diagram.planes] == [PLANE]
    assert paint(diagram, PLANE, marks) == draw(xml, PLANE, marks)
    assert tell(diagram, PLANE, marks) == outline(xml, PLANE, marks)


def test_a_label_keeps_the_place_that_the_diagram_gives_it(drawing):
    drawing.elements.append('<endEvent id="e" name="fertig"/>')
    drawing.place("e", (0, 0, 36, 36), label=(200, 300, 60, 14))
    assert shape(drawing).find(f".//{SVG}tspan").get("x") == "230"
