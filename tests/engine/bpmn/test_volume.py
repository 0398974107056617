"""Variables have a limit in size, and keep their types over save and load."""

import pytest

from engine import bpmn
from engine.bpmn.volume import LARGEST
from engine.errors import Invalid
from tests.engine.bpmn.drawing import (
    again,
    call,
    chain,
    diagram,
    end,
    job,
    loop,
    mapping,
    node,
    script,
    start,
    undone_by,
    user,
)
from tests.engine.bpmn.story import Story

HALF = "x" * (LARGEST // 2 - 100)
MOST = "x" * (LARGEST - 100)
TOO_MUCH = "x" * LARGEST


def one(*content):
    return diagram(start(), *content, end(), chain("start", "x", "end"))


ASK = one(user("x", again("= x.weiter")))


def test_too_much_is_refused_before_anything_happens():
    with pytest.raises(Invalid, match="1 MB"):
        Story(ASK).begin(text=TOO_MUCH)
    run = Story(ASK).begin(text=MOST)
    for attempt in (bpmn.SetVariables({"mehr": HALF}), bpmn.SetVariables({"mehr": TOO_MUCH})):
        with pytest.raises(Invalid, match="1 MB"):
            run.command(attempt)
    with pytest.raises(Invalid, match="1 MB"):
        run.complete("x", x=TOO_MUCH)
    assert run.open == ["x"]


def test_variables_of_what_is_begun_by_hand_count():
    run = Story(ASK).begin(text=HALF)
    begun = bpmn.Activation("x", None, {"a": HALF})
    run.command(bpmn.Modify(activate=(begun,)))
    with pytest.raises(Invalid, match="1 MB"):
        run.command(bpmn.Modify(activate=(begun,)))


def test_value_may_be_replaced_by_one_of_the_same_size():
    run = Story(ASK).begin(x=HALF)
    for _ in range(4):
        run.correct(text=HALF)
    assert run.complete("x", x={"weiter": True}).correct(x={"weiter": False}).open == ["x"]


def test_what_a_person_entered_is_kept_until_there_is_room():
    run = Story(ASK).begin(text=MOST).complete("x", x={"n": HALF, "weiter": False})
    assert run.incident.kind == "size"
    assert run.correct(text="").retry().is_over
    assert run.variables["x"]["n"] == HALF


def test_script_that_gives_too_much_is_an_incident_and_writes_nothing():
    run = Story(one(script("x", "= [text, text, text]", "gross"))).begin(text=HALF)
    assert (run.incident.kind, run.incident.element_id) == ("size", "x")
    assert set(run.variables) == {"text"}
    assert run.correct(text="a").retry().variables == {"text": "a", "gross": ["a", "a", "a"]}


@pytest.mark.parametrize("task", [job("x"), call("x", "v")])
def test_results_from_outside_are_admitted_when_they_are_written(task):
    run = Story(one(task)).begin(text=MOST)
    if run.outcome.jobs:
        run.work("x", mehr=HALF)
    else:
        run.returned("x", mehr=HALF)
    assert run.incident.kind == "size"
    assert set(run.variables) == {"text"}
    assert run.correct(text="").retry().variables == {"text": "", "mehr": HALF}


def test_what_is_kept_to_be_undone_counts():
    undo = node("userTask", "storno", isForCompensation="true")
    body = user("x", mapping({"kopie": "= text"})), undone_by("x", "storno"), undo
    way = chain("start", "x", "x")
    run = Story(diagram(start(), *body, way)).begin(text=HALF[: LARGEST // 10])
    for _ in range(20):
        if run.open:
            run.complete("x")
    assert run.incident.kind == "size"
    assert len(run.outcome.snapshot) < LARGEST + 1000


def test_local_variables_and_collected_results_count():
    run = Story(one(user("x", mapping({"a": "= text", "b": "= text"})))).begin(text=HALF)
    assert run.incident.kind == "size"
    given = {"outputCollection": "alle", "outputElement": "= text + text2"}
    task = script("x", "= 1", "n").replace("</bpmn:s", loop("= [1, 2]", **given) + "</bpmn:s")
    run = Story(one(task)).begin(text=HALF, text2="")
    assert run.incident.kind == "size"
    assert run.correct(text="a").retry().variables == {
        "text": "a",
        "text2": "",
        "n": 1,
        "alle": [HALF, "a"],
    }


@pytest.mark.parametrize(
    "value",
    [
        '= date("2026-01-31")',
        '= date and time("2026-03-29T02:30:00+01:00")',
        "= [0.1 + 0.2, 1.10, 12345678901234, -0.5]",
        '= [[1, [2.5, null]], {a: [true, {b: "§ 20"}]}]',
        '= {tag: date("2026-02-28"), liste: [date("2024-02-29")]}',
    ],
)
def test_types_survive_storage(value):
    xml = diagram(
        start(),
        script("s", value, "erst"),
        user("x"),
        script("t", f"= erst = {value[1:]}", "gleich"),
        end(),
        chain("start", "s", "x", "t", "end"),
    )
    assert Story(xml).begin().complete("x").variables["gleich"] is True
