"""A call activity asks for a child instance: what it gets, what comes back, how it fails."""

import pytest

from engine import bpmn
from engine.errors import NobodyWaits
from tests.engine.bpmn.drawing import (
    boundary,
    call,
    chain,
    diagram,
    end,
    error,
    flow,
    loop,
    mapping,
    script,
    start,
    sub,
    throws,
    timer,
    user,
)
from tests.engine.bpmn.story import Story


def one(*content, around=()):
    return diagram(start(), *content, end(), chain("start", "x", "end"), around=around)


def test_call_asks_for_a_child_with_everything_it_sees():
    given = mapping({"nur_hier": "= n + 1"})
    run = Story(one(call("x", "anderes", given))).begin(n=1)
    waiting = run.call("x")
    assert (waiting.process_id, waiting.binding, waiting.version_tag) == ("anderes", "latest", None)
    assert waiting.variables == {"n": 1, "nur_hier": 2}
    assert waiting.catches == frozenset()
    assert bpmn.waits(run.outcome.snapshot) == {waiting.key: "call"}


@pytest.mark.parametrize("binding", [{"bindingType": "deployment"}, {"bindingType": "latest"}])
def test_call_says_which_version(binding):
    run = Story(one(call("x", "= art", **binding))).begin(art="anderes")
    assert run.call("x").process_id == "anderes"
    assert run.call("x").binding == binding["bindingType"]


def test_call_names_a_version_tag():
    run = Story(one(call("x", "v", bindingType="versionTag", versionTag="2.1"))).begin()
    assert (run.call("x").binding, run.call("x").version_tag) == ("versionTag", "2.1")


def test_child_may_see_only_what_is_mapped():
    given = mapping({"kind": "= name"})
    run = Story(one(call("x", "v", given, propagateAllParentVariables="false")))
    assert run.begin(name="Kim", geheim=1).call("x").variables == {"kind": "Kim"}


def test_child_gets_what_was_true_when_it_began():
    xml = diagram(
        start(),
        call("x", "v"),
        script("danach", "= n + 1", "n"),
        end(),
        flow("start", "x"),
        flow("start", "danach"),
        flow("x", "end"),
    )
    run = Story(xml).begin(n=1)
    assert run.variables == {"n": 2}
    assert run.call("x").variables == {"n": 1}
    key = run.call("x").key
    assert run.correct(n=7).call("x").key == key


def test_everything_comes_back_unless_mappings_choose():
    assert Story(one(call("x", "v"))).begin(n=1).returned("x", n=5, m=6).variables == {
        "n": 5,
        "m": 6,
    }
    chosen = call("x", "v", mapping(outputs={"ergebnis": "= m * 2"}))
    run = Story(one(chosen)).begin(n=1).returned("x", n=5, m=6)
    assert run.is_over
    assert run.variables == {"n": 1, "ergebnis": 12}


def test_nothing_comes_back_when_the_call_says_so():
    closed = {"propagateAllChildVariables": "false"}
    run = Story(one(call("x", "v", **closed))).begin(n=1).returned("x", n=5)
    assert run.is_over
    assert run.variables == {"n": 1}
    mapped = call("x", "v", mapping(outputs={"m": "= n"}), **closed)
    assert Story(one(mapped)).begin(n=1).returned("x", n=5).variables == {"n": 1, "m": 5}


def test_every_item_of_a_loop_calls_a_child_of_its_own():
    given = loop(
        "= kinder", inputElement="kind", outputCollection="alle", outputElement="= ergebnis"
    )
    run = Story(one(call("x", "v", given, propagateAllParentVariables="false")))
    run.begin(kinder=["a", "b"])
    first, second = run.outcome.calls
    assert [each.variables["kind"] for each in (first, second)] == ["a", "b"]
    run.command(bpmn.CompleteCall(second.key, {"ergebnis": "B"}))
    run.command(bpmn.CompleteCall(first.key, {"ergebnis": "A"}))
    assert run.is_over
    assert run.variables == {"kinder": ["a", "b"], "alle": ["A", "B"]}


def test_event_at_a_call_takes_it_away():
    late = boundary("frist", "x", timer("timeDuration", "P1D"))
    xml = diagram(start(), call("x", "v"), late, user("z"), flow("start", "x"), flow("frist", "z"))
    run = Story(xml).begin()
    key = run.call("x").key
    run.fire("frist")
    assert run.open == ["z"]
    assert run.outcome.calls == ()
    with pytest.raises(NobodyWaits):
        run.command(bpmn.CompleteCall(key))


CAUGHT = diagram(
    start(),
    sub(
        "teil",
        start("s"),
        call("x", "v"),
        boundary("eigener", "x", throws("e1")),
        end("e"),
        end("f"),
        chain("s", "x", "e"),
        flow("eigener", "f"),
    ),
    boundary("aussen", "teil", throws("e2"), mapping(outputs={"warum": "= grund"})),
    boundary("jeder", "teil", "<bpmn:errorEventDefinition/>"),
    user("z"),
    user("y"),
    chain("start", "teil"),
    flow("aussen", "z"),
    flow("jeder", "y"),
    around=[error("e1", "E1"), error("e2", "E2")],
)


def test_child_learns_what_is_caught_on_every_level_around_it():
    run = Story(CAUGHT).command(bpmn.Start(catches=frozenset({("escalation", "W")})))
    inherited = {("error", "E1"), ("error", "E2"), ("error", None), ("escalation", "W")}
    assert run.call("x").catches == inherited
    assert run.correct(n=1).call("x").catches == inherited


@pytest.mark.parametrize(("code", "goes_to"), [("E2", ["z"]), ("E9", ["y"]), ("E1", [])])
def test_error_of_a_child_is_caught_where_it_is_meant(code, goes_to):
    run = Story(CAUGHT).begin()
    run.command(bpmn.ThrowError(run.call("x").key, code, "", {"grund": "weil"}))
    assert run.open == goes_to
    assert run.variables == ({"warum": "weil"} if code == "E2" else {})
    assert run.is_over == (not goes_to)


def test_child_that_cannot_begin_is_an_incident_and_asked_for_again():
    run = Story(one(call("x", "= art"))).begin(art="alt")
    key = run.call("x").key
    run.command(bpmn.FailJob(key, "Das Verfahren „alt“ gibt es nicht.", 0))
    assert run.outcome.calls == ()
    assert (run.incident.kind, run.incident.element_id) == ("call", "x")
    again = run.correct(art="neu").retry().call("x")
    assert (again.key, again.process_id, again.variables) == (key, "neu", {"art": "neu"})


@pytest.mark.parametrize("value", [None, "", 5])
def test_call_without_a_process_is_an_incident(value):
    run = Story(one(call("x", "= art"))).begin(art=value)
    assert run.incident.kind == "call"
    assert run.correct(art="v").retry().call("x").process_id == "v"
