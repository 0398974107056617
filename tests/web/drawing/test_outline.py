"""The words beside the picture follow the flow and say who, what, where to and where now."""

import pytest

from engine.errors import NotFound
from web.drawing import Mark, Way, outline

PLANE = "plane_process"


def names(steps):
    return [step.name for step in steps]


@pytest.fixture
def procedure(drawing):
    drawing.elements.append(
        '<laneSet id="lanes"><lane id="l1" name="IFK"><flowNodeRef>ask</flowNodeRef>'
        "<childLaneSet><lane id='l2' name='IFK KiBiZ'><flowNodeRef>meet</flowNodeRef></lane>"
        "</childLaneSet></lane></laneSet>"
    )
    drawing.shape("participant", "pool", (0, 0, 900, 500), name="Amt", processRef="process")
    drawing.shape("endEvent", "no", (500, 300, 36, 36), name="Kein Interesse")
    drawing.shape("userTask", "meet", (600, 100, 100, 80), name="Gespräch führen")
    drawing.shape("exclusiveGateway", "gw", (400, 115, 50, 50), name="Interesse?")
    drawing.shape("userTask", "ask", (200, 100, 100, 80), name="Vorschlagen")
    drawing.shape("exclusiveGateway", "join", (150, 115, 50, 50))
    drawing.shape("startEvent", "start", (60, 122, 36, 36))
    drawing.shape("endEvent", "done", (800, 122, 36, 36), name="Übergeben")
    drawing.shape(
        "boundaryEvent",
        "late",
        (640, 160, 36, 36),
        name="Frist vorbei",
        attachedToRef="meet",
        cancelActivity="false",
        inner="<timerEventDefinition/>",
    )
    points = [(0, 0), (1, 1)]
    drawing.flow("start", "join", points).flow("join", "ask", points).flow("ask", "gw", points)
    drawing.flow("gw", "no", points, name="nein").flow("gw", "meet", points, name="ja")
    drawing.flow("gw", "join", points, name="später").flow("meet", "done", points)
    return drawing


def test_steps_follow_the_flow_and_skip_silent_joins(procedure):
    assert names(outline(procedure.xml(), PLANE, {})) == [
        "Start",
        "Vorschlagen",
        "Interesse?",
        "Gespräch führen",
        "Übergeben",
        "Frist vorbei",
        "Kein Interesse",
    ]


def test_step_says_kind_and_lane(procedure):
    told = {step.element_id: step for step in outline(procedure.xml(), PLANE, {})}
    assert (told["ask"].kind, told["ask"].lane) == ("Aufgabe", "IFK")
    assert told["meet"].lane == "IFK KiBiZ"
    assert told["late"].kind == "Ereignis am Rand, Frist, ohne Abbruch"
    assert told["start"].lane == "Amt"


def test_question_says_where_each_answer_leads_past_silent_joins(procedure):
    told = {step.element_id: step for step in outline(procedure.xml(), PLANE, {})}
    assert set(told["gw"].ways) == {
        Way("nein", "Kein Interesse"),
        Way("ja", "Gespräch führen"),
        Way("später", "Vorschlagen"),
    }
    assert told["ask"].ways == ()


def test_current_step_is_said(procedure):
    steps = outline(procedure.xml(), PLANE, {"meet": Mark()})
    assert [(s.name, s.mark) for s in steps if s.is_current] == [("Gespräch führen", "hier")]


def test_open_sub_process_tells_its_inside_one_level_deeper(drawing):
    inner = '<task id="two" name="B"/><task id="one" name="A"/>'
    inner += '<sequenceFlow id="f" sourceRef="one" targetRef="two"/>'
    drawing.shape("subProcess", "sub", (0, 0, 300, 200), name="Phase", inner=inner)
    drawing.place("one", (10, 60, 100, 80))
    drawing.place("two", (150, 20, 100, 80))
    told = [(step.name, step.level) for step in outline(drawing.xml(), PLANE, {})]
    assert told == [("Phase", 0), ("A", 1), ("B", 1)]


def test_plane_of_a_sub_process_takes_roles_from_its_bands(drawing):
    inner = '<task id="in" name="Prüfen"/><task id="out" name="Melden"/>'
    drawing.elements.append('<category id="c"><categoryValue id="v" value="ASD"/></category>')
    drawing.shape("subProcess", "sub", (0, 0, 100, 80), name="Phase", inner=inner)
    drawing.elements.append('<group id="band" categoryValueRef="v"/>')
    drawing.elements.append(
        '<laneSet id="s"><lane id="l" name="IFK"><flowNodeRef>sub</flowNodeRef></lane></laneSet>'
    )
    drawing.place("band", (0, 0, 300, 100), plane="sub")
    drawing.place("in", (10, 10, 100, 80), plane="sub")
    drawing.place("out", (10, 210, 100, 80), plane="sub")
    told = {step.name: step.lane for step in outline(drawing.xml(), "plane_sub", {})}
    assert told == {"Prüfen": "ASD", "Melden": "IFK"}


def test_a_mere_loop_without_start_is_told_once(drawing):
    drawing.shape("task", "a", (0, 0, 100, 80), name="A").shape("task", "b", (200, 0, 100, 80))
    drawing.flow("a", "b", [(0, 0), (1, 1)]).flow("b", "a", [(0, 0), (1, 1)])
    assert names(outline(drawing.xml(), PLANE, {})) == ["A", "Aufgabe"]


def test_long_chains_are_told_without_deep_recursion(drawing):
    for number in range(1_200):
        drawing.shape("task", f"t{number}", (number, 0, 1, 1), name=f"Schritt {number}")
    for number in range(1_199):
        drawing.flow(f"t{number}", f"t{number + 1}", [(0, 0), (1, 1)])
    told = names(outline(drawing.xml(), PLANE, {}))
    assert told == [f"Schritt {number}" for number in range(1_200)]


def test_outline_does_not_find_an_unknown_plane(procedure):
    with pytest.raises(NotFound):
        outline(procedure.xml(), "plane_other", {})


def kinds(drawing):
    return {step.element_id: step.kind for step in outline(drawing.xml(), PLANE, {})}


def test_a_link_says_where_it_leads_and_what_comes_there_is_told_behind_it(drawing):
    link = '<linkEventDefinition name="Weiter"/>'
    box = (0, 0, 36, 36)
    drawing.shape("task", "b", (0, 300, 100, 80), name="Danach")
    drawing.shape("intermediateCatchEvent", "to", box, name="Ankunft", inner=link)
    drawing.shape("task", "a", (0, 0, 100, 80), name="Zuerst")
    drawing.shape("intermediateThrowEvent", "from", (200, 0, 36, 36), inner=link)
    drawing.shape("intermediateThrowEvent", "lost", (0, 400, 36, 36), inner=link.replace("W", "w"))
    drawing.flow("a", "from", [(0, 0), (1, 1)]).flow("to", "b", [(0, 0), (1, 1)])
    steps = outline(drawing.xml(), PLANE, {})
    assert [step.element_id for step in steps] == ["a", "from", "to", "b", "lost"]
    told = {step.element_id: step for step in steps}
    assert told["from"].kind == "Ereignis, Sprung, springt zu „Ankunft“"
    assert told["from"].ways == (Way("", "Danach"),)
    assert told["to"].kind == "Ziel eines Sprungs"
    assert (told["lost"].kind, told["lost"].ways) == ("Ereignis, Sprung", ())


def test_what_undoes_a_step_is_said_at_both_and_interrupts_nothing(drawing):
    undo = "<compensateEventDefinition{}/>"
    drawing.shape("task", "book", (0, 0, 100, 80), name="Buchen")
    drawing.shape("task", "void", (0, 200, 100, 80), name="Stornieren", isForCompensation="true")
    drawing.shape(
        "boundaryEvent", "at", (40, 60, 36, 36), attachedToRef="book", inner=undo.format("")
    )
    drawing.elements.append('<association id="l" sourceRef="at" targetRef="void"/>')
    drawing.elements.append('<association id="m" sourceRef="book" targetRef="nichts"/>')
    one = undo.format(' activityRef="book"')
    drawing.shape("intermediateThrowEvent", "one", (200, 0, 36, 36), inner=one)
    drawing.shape("endEvent", "all", (300, 0, 36, 36), inner=undo.format(""))
    assert kinds(drawing) == {
        "book": "Aufgabe",
        "at": "Ereignis am Rand, Rückabwicklung, rückgängig gemacht durch „Stornieren“",
        "void": "Aufgabe, Rückabwicklung, macht „Buchen“ rückgängig",
        "one": "Ereignis, Rückabwicklung, macht „Buchen“ rückgängig",
        "all": "Ende, Rückabwicklung, macht alles bisher Erledigte rückgängig",
    }


@pytest.mark.parametrize(
    ("process_id", "said"),
    [
        ("process", "ruft „Probe“ auf"),
        ("hilfe", "ruft „hilfe“ auf"),
        ("= welche", "welches, ergibt sich im Lauf"),
    ],
)
def test_a_call_names_what_it_calls(drawing, process_id, said):
    zeebe = (
        f'<z:calledElement xmlns:z="http://camunda.org/schema/zeebe/1.0" processId="{process_id}"/>'
    )
    inner = f"<extensionElements>{zeebe}</extensionElements>"
    drawing.shape("callActivity", "call", (0, 0, 100, 80), name="Planen", inner=inner)
    drawing.shape("callActivity", "bare", (0, 200, 100, 80))
    assert kinds(drawing) == {"call": f"eigenes Verfahren, {said}", "bare": "eigenes Verfahren"}


def test_the_start_of_an_event_sub_process_that_stops_nothing_says_so(drawing):
    inner = '<startEvent id="s" isInterrupting="false"><timerEventDefinition/></startEvent>'
    drawing.shape("subProcess", "e", (0, 0, 300, 200), inner=inner, triggeredByEvent="true")
    drawing.place("s", (10, 60, 36, 36))
    assert kinds(drawing)["s"] == "Start, Frist, ohne Abbruch"
