"""Standard loops, numbers of times, conditions on the flows out of a task."""

import pytest

from engine import bpmn
from tests.engine.bpmn.drawing import (
    again,
    awaits,
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    job,
    loop,
    mapping,
    message,
    node,
    script,
    start,
    sub,
    timer,
    times,
    user,
    zeebe,
)
from tests.engine.bpmn.story import Story


def one(*content, around=()):
    return diagram(start(), *content, end(), chain("start", "x", "end"), around=around)


def test_loop_goes_on_while_its_condition_holds():
    run = Story(one(user("x", again("= x.nochmal")))).begin()
    assert run.task("x").local == {"loopCounter": 1}
    assert run.complete("x", x={"nochmal": True}).task("x").local == {"loopCounter": 2}
    assert run.complete("x", x={"nochmal": False}).is_over
    assert run.variables == {"x": {"nochmal": False}}
    assert run.happened("x").count("completed") == 3


def test_loop_may_be_tested_before_its_first_round():
    xml = one(user("x", again("= n > loopCounter", testBefore="true")))
    assert Story(xml).begin(n=0).is_over
    run = Story(xml).begin(n=2)
    assert run.complete("x").open == ["x"]
    assert run.complete("x").is_over


def test_loop_ends_at_its_maximum():
    run = Story(one(user("x", again(loopMaximum=2)))).begin()
    assert run.complete("x").complete("x").is_over
    assert Story(one(user("x", again("= true", loopMaximum=1)))).begin().complete("x").is_over


def test_rounds_of_a_script_build_on_each_other():
    task = script("x", "= n * 2", "n").replace("</bpmn:s", again("= n < 100") + "</bpmn:s")
    run = Story(one(task)).begin(n=3)
    assert run.is_over
    assert run.variables == {"n": 192}


def test_endless_loop_without_a_wait_stops_as_an_incident():
    run = Story(one(node("task", "x", again("= true")))).begin()
    assert run.incident.kind == "budget"


def test_loop_over_a_sub_process_arms_its_event_once():
    late = boundary("frist", "x", timer("timeDuration", "P1D"))
    body = sub("x", again("= weiter"), start("s"), user("u"), chain("s", "u"))
    xml = diagram(
        start(), body, late, user("z"), end(), chain("start", "x", "end"), flow("frist", "z")
    )
    run = Story(xml).begin()
    armed = run.timer("frist")
    run.complete("u", weiter=True)
    assert run.outcome.timers == (armed,)
    assert run.fire("frist").open == ["z"]


def test_failing_loop_condition_is_an_incident_until_corrected():
    run = Story(one(user("x", again("= fertig")))).begin().complete("x")
    assert run.incident.message.startswith("Schleifenbedingung")
    assert run.correct(fertig=True).retry().open == ["x"]
    assert run.complete("x", fertig=False).is_over


def test_inputs_are_read_again_in_every_round():
    task = job("x", mapping({"nr": "= n"}, {"n": "= nr + 1"}), again("= n < 2"))
    run = Story(one(task)).begin(n=0)
    assert run.outcome.jobs[0].variables == {"nr": 0}
    assert run.work("x").outcome.jobs[0].variables == {"nr": 1}
    assert run.work("x").is_over


@pytest.mark.parametrize("sequential", [True, False])
def test_number_says_how_often(sequential):
    run = Story(one(user("x", times("= n + 1", sequential=sequential)))).begin(n=1)
    counters = [task.local["loopCounter"] for task in run.outcome.user_tasks]
    assert counters == ([1] if sequential else [1, 2])
    assert run.complete("x").complete("x").is_over


def test_plain_number_is_allowed_and_zero_passes():
    assert len(Story(one(user("x", times("3")))).begin().outcome.user_tasks) == 3
    assert Story(one(user("x", times("0")))).begin().is_over


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "multi_instance"), (-1, "multi_instance"), (1.5, "multi_instance"), (10**15, "budget")],
)
def test_unusable_number_is_an_incident(value, kind):
    run = Story(one(user("x", times("= n")))).begin(n=value)
    assert run.incident.kind == kind
    assert run.correct(n=1).retry().open == ["x"]


def ways(*flows, **attributes):
    shapes = user("x", **attributes), user("a"), user("b"), user("c")
    return diagram(start(), *shapes, flow("start", "x"), *flows)


CHOICE = ways(
    flow("x", "a", "= x.a"), flow("x", "b", "= x.b"), flow("x", "c", id="sonst"), default="sonst"
)


@pytest.mark.parametrize(
    ("given", "goes_to"),
    [((True, False), ["a"]), ((True, True), ["a", "b"]), ((False, False), ["c"])],
)
def test_conditions_on_flows_out_of_a_task_choose_like_an_inclusive_gateway(given, goes_to):
    run = Story(CHOICE).begin().complete("x", x={"a": given[0], "b": given[1]})
    assert run.open == goes_to


def test_flow_without_a_condition_is_always_taken():
    run = Story(ways(flow("x", "a", "= false"), flow("x", "b", "= true"), flow("x", "c"))).begin()
    assert run.complete("x").open == ["b", "c"]
    assert run.outcome.history[0].detail == {"fluesse": ["x_b", "x_c"]}


def test_no_open_flow_is_an_incident_and_nothing_is_done_twice():
    xml = ways(flow("x", "a", "= a"), flow("x", "b", "= b"), flow("a", "c"))
    run = Story(xml).begin(a=False, b=False).complete("x", x={"n": 1})
    assert run.incident.kind == "gateway"
    assert run.correct(a=True).retry().open == ["a"]
    assert run.completed("x") == 1


def test_conditions_are_asked_once_behind_a_loop():
    given = loop("= [1, 2]", outputCollection="alle", outputElement="= x")
    xml = diagram(
        start(),
        user("x", given, default="x_b"),
        user("a"),
        user("b"),
        flow("start", "x"),
        flow("x", "a", "= sum(alle) = 5"),
        flow("x", "b"),
    )
    run = Story(xml).begin().complete("x", x=2)
    assert run.open == ["x"]
    assert run.complete("x", x=3).open == ["a"]


RECEIVE = diagram(
    start(),
    node("eventBasedGateway", "g"),
    node("receiveTask", "r", mapping(outputs={"n": "= wert + 1"}), messageRef="m"),
    catch("t", timer("timeDuration", "P1D")),
    catch("t2", timer("timeDuration", "P2D")),
    catch("k", awaits("m2")),
    user("z"),
    chain("start", "g", "r", "z"),
    chain("g", "t", "z"),
    chain("g", "t2", "z"),
    chain("g", "k", "z"),
    around=[message("m", "msg_a"), message("m2", "msg_b")],
)


def test_receive_task_behind_an_event_based_gateway_decides():
    run = Story(RECEIVE).begin(fall_id="7")
    assert [each.message for each in run.outcome.subscriptions] == ["msg_a", "msg_b"]
    run.deliver("r", wert=1)
    assert run.open == ["z"]
    assert run.variables == {"fall_id": "7", "n": 2}
    assert run.outcome.timers == run.outcome.subscriptions == ()
    assert run.happened("r") == ["entered", "completed"]


@pytest.mark.parametrize("first", ["t", "t2"])
def test_first_of_several_timers_decides(first):
    run = Story(RECEIVE).begin(fall_id="7").fire(first)
    assert run.open == ["z"]
    assert run.completed() == ["start", "g", first]
    assert run.outcome.timers == run.outcome.subscriptions == ()


def test_every_kind_of_task_passes_its_token_on():
    xml = diagram(
        start(),
        node("task", "offen"),
        node("manualTask", "von_hand"),
        job("dienst"),
        job("senden", kind="sendTask"),
        script("rechnen", "= 1", "n"),
        node("receiveTask", "empfangen", messageRef="m"),
        job("regel", kind="businessRuleTask"),
        user("mensch"),
        end(),
        chain("start", "offen", "von_hand", "dienst", "senden", "rechnen", "empfangen"),
        chain("empfangen", "regel", "mensch", "end"),
        around=[message("m", "msg_a")],
    )
    run = Story(xml).begin(fall_id=1).work("dienst").work("senden").deliver("empfangen")
    assert run.work("regel").complete("mensch").is_over
    assert run.variables == {"fall_id": 1, "n": 1}


def test_round_that_a_person_takes_away_takes_the_loop_with_it():
    run = Story(diagram(start(), user("x", again("= true")), user("z"), chain("start", "x", "z")))
    key = run.begin().task("x").key
    run.command(bpmn.Modify((key,), (bpmn.Activation("z"),)))
    assert run.open == ["z"]
    assert [each.element_id for each in bpmn.active(run.outcome.snapshot)] == ["z"]


def test_headers_and_retries_reach_the_job_of_every_round():
    task = node(
        "serviceTask",
        "x",
        zeebe("taskDefinition", type="t", retries="= n"),
        zeebe("taskHeaders", zeebe("header", key="k", value="v")),
        again(loopMaximum=2),
    )
    run = Story(one(task)).begin(n=4)
    assert (run.outcome.jobs[0].retries, run.outcome.jobs[0].headers) == (4, {"k": "v"})
    assert run.correct(n=5).work("x").outcome.jobs[0].retries == 5
