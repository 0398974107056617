"""A step: commands that fit, commands that do not, and limits that hold."""

from itertools import pairwise

import pytest

from engine import bpmn
from engine.bpmn.outcome import HistoryKind
from engine.errors import Invalid, NobodyWaits
from tests.engine.bpmn.drawing import (
    chain,
    diagram,
    end,
    flow,
    job,
    loop,
    node,
    parallel,
    script,
    start,
    sub,
    terminates,
    timer,
    user,
    xor,
)
from tests.engine.bpmn.story import Story

SIMPLE = diagram(start(), user("a", name="Erste\nAufgabe"), end(), chain("start", "a", "end"))


def test_instance_runs_from_start_to_end():
    run = Story(SIMPLE).begin(n=1)
    assert run.task("a").name == "Erste Aufgabe"
    run.complete("a", a={"x": 1})
    assert run.is_over
    assert run.outcome.ended_at == ("end",)
    assert run.variables == {"n": 1, "a": {"x": 1}}


def test_history_tells_each_element_in_order_with_its_key():
    run = Story(SIMPLE).begin().complete("a")
    assert [(each.element_id, str(each.kind)) for each in run.past] == [
        ("start", "entered"),
        ("start", "completed"),
        ("a", "entered"),
        ("a", "completed"),
        ("end", "entered"),
        ("end", "completed"),
    ]
    assert [each.element_type for each in run.past[2:4]] == ["userTask", "userTask"]
    assert run.past[2].key == run.past[3].key
    assert all(each.at == run.now for each in run.past)
    assert all(each.key >= 2**51 for each in run.past)


def test_key_stays_from_entering_to_leaving():
    xml = diagram(start(), user("a"), user("b"), flow("start", "a"), flow("start", "b"))
    run = Story(xml).begin()
    key = run.task("b").key
    assert run.complete("a").task("b").key == key


@pytest.mark.parametrize(
    "command",
    [
        bpmn.CompleteUserTask(5),
        bpmn.FireTimer(5),
        bpmn.DeliverMessage(5),
        bpmn.CompleteJob(5),
        bpmn.FailJob(5, "", 0),
        bpmn.ThrowError(5, "x"),
        bpmn.Retry(5),
    ],
)
def test_command_for_something_that_does_not_wait_is_refused(command):
    with pytest.raises(NobodyWaits):
        Story(SIMPLE).begin().command(command)


def test_key_of_another_kind_is_refused():
    run = Story(SIMPLE).begin()
    with pytest.raises(NobodyWaits):
        run.command(bpmn.CompleteJob(run.task("a").key))


def test_ended_instance_takes_no_command():
    run = Story(SIMPLE).begin().complete("a")
    for command in (bpmn.Cancel(), bpmn.SetVariables({}), bpmn.CompleteUserTask(1)):
        with pytest.raises(NobodyWaits):
            run.command(command)


def test_instance_starts_only_once_and_only_at_a_start():
    run = Story(SIMPLE).begin()
    with pytest.raises(Invalid):
        run.command(bpmn.Start())
    with pytest.raises(Invalid):
        Story(SIMPLE).begin("a")
    with pytest.raises(NobodyWaits):
        Story(SIMPLE).command(bpmn.Cancel())


def test_cancel_takes_everything_away():
    body = sub("teil", start("s"), user("innen"), job("j"), flow("s", "innen"), flow("s", "j"))
    xml = diagram(start(), body, user("a"), flow("start", "teil"), flow("start", "a"))
    run = Story(xml).begin().command(bpmn.Cancel())
    assert run.outcome.state == bpmn.State.CANCELLED
    assert bpmn.waits(run.outcome.snapshot) == {}
    cancelled = [each.element_id for each in run.outcome.history]
    assert cancelled == ["a", "j", "innen", "teil"]
    assert {each.kind for each in run.outcome.history} == {HistoryKind.CANCELLED}


def test_choice_without_a_match_is_an_incident_and_chooses_after_correction():
    xml = diagram(
        start(),
        xor("g"),
        user("a"),
        user("b"),
        flow("start", "g"),
        flow("g", "a", '= weg = "a"'),
        flow("g", "b", '= weg = "b"'),
    )
    run = Story(xml).begin(weg="c")
    assert (run.incident.element_id, run.incident.kind) == ("g", "gateway")
    assert run.correct(weg="b").retry().open == ["b"]
    (entry,) = [e for e in run.past if e.element_id == "g" and e.kind == HistoryKind.COMPLETED]
    assert entry.detail["fluesse"] == ["g_b"]


@pytest.mark.parametrize("value", [None, "ja", 1])
def test_condition_that_is_not_true_or_false_is_an_incident(value):
    xml = diagram(
        start(),
        xor("g", default="g_a"),
        user("a"),
        end(),
        chain("start", "g", "a"),
        flow("g", "end", "= ok"),
    )
    run = Story(xml).begin(ok=value)
    assert run.incident.element_id == "g"
    assert run.open == []


def test_circle_without_a_wait_is_stopped():
    xml = diagram(start(), xor("m"), script("s", "= n + 1", "n"), chain("start", "m", "s", "m"))
    run = Story(xml).begin(n=0)
    assert run.incident.kind == "budget"
    assert run.variables["n"] > 1000


def test_tokens_that_multiply_are_stopped():
    xml = diagram(
        start(),
        xor("m"),
        parallel("teilen"),
        user("u"),
        chain("start", "m", "teilen", "m"),
        flow("teilen", "u"),
        flow("teilen", "m", id="again"),
    )
    run = Story(xml).begin()
    assert {each.kind for each in run.outcome.incidents} == {"budget"}
    assert len(run.outcome.user_tasks) < 5000


def test_terminate_end_ends_its_own_scope_only():
    body = sub(
        "teil",
        start("s"),
        user("innen"),
        user("auch"),
        end("schluss", terminates()),
        flow("s", "innen"),
        flow("s", "auch"),
        flow("innen", "schluss"),
    )
    xml = diagram(
        start(),
        body,
        user("a"),
        user("b"),
        flow("start", "teil"),
        flow("start", "a"),
        flow("teil", "b"),
    )
    run = Story(xml).begin().complete("innen")
    assert run.open == ["a", "b"]


def test_terminate_end_on_top_ends_the_instance():
    xml = diagram(
        start(),
        user("a"),
        user("b"),
        end("schluss", terminates()),
        flow("start", "a"),
        chain("start", "b", "schluss"),
    )
    run = Story(xml).begin().complete("b")
    assert run.is_over
    assert run.outcome.ended_at == ("schluss",)


def test_sub_processes_nest():
    inner = sub("innen", start("s2"), user("u"), flow("s2", "u"))
    outer = sub("aussen", start("s1"), inner, flow("s1", "innen"))
    run = Story(diagram(start(), outer, user("z"), chain("start", "aussen", "z"))).begin()
    assert run.complete("u").open == ["z"]


def test_waits_lists_every_key_that_a_command_may_name():
    xml = diagram(
        start(),
        user("a"),
        job("j"),
        node("intermediateCatchEvent", "t", timer("timeDuration", "P1D")),
        script("s", "= fehlt.x", "r"),
        *(flow("start", each) for each in ("a", "j", "t", "s")),
    )
    outcome = Story(xml).begin().outcome
    assert dict(bpmn.waits(outcome.snapshot)) == {
        outcome.user_tasks[0].key: "user_task",
        outcome.jobs[0].key: "job",
        outcome.timers[0].key: "timer",
        outcome.incidents[0].key: "incident",
    }


def test_keys_are_never_used_twice():
    xml = diagram(start(), user("a", loop("= [1, 2, 3]")), end(), chain("start", "a", "end"))
    run = Story(xml).begin()
    keys = sorted({each.key for each in run.past})
    assert all(one < other for one, other in pairwise(keys))
    assert len({task.key for task in run.outcome.user_tasks}) == 3


def test_start_of_one_pool_leaves_the_other_alone():
    first = diagram(start("s1"), user("a"), flow("s1", "a"), process="eins")
    second = diagram(start("s2"), user("b"), flow("s2", "b"), process="zwei")
    both = first.replace(b"</bpmn:definitions>", second[second.index(b"<bpmn:process") :])
    assert Story(both, process="zwei").begin().open == ["b"]
