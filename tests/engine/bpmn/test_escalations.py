"""Escalations and errors reach the nearest catcher around the thrower, or the callers."""

import pytest

from engine import bpmn
from engine.bpmn import boundaries, snapshot
from engine.bpmn.outcome import ThrownEscalation, Uncaught
from tests.engine.bpmn.drawing import (
    boundary,
    chain,
    diagram,
    end,
    error,
    escalates,
    escalation,
    flow,
    handled,
    job,
    loop,
    mapping,
    on_event,
    parallel,
    signal,
    signals,
    start,
    sub,
    throw,
    throws,
    timer,
    user,
)
from tests.engine.bpmn.story import Story

AROUND = [escalation("esk", "K1"), error("e", "E1")]
ALL = "<bpmn:escalationEventDefinition/>"


def in_part(event, *, interrupting=True, last=None):
    last = last or throw("melden", escalates("esk")) + user("weiter") + flow("melden", "weiter")
    return diagram(
        start(),
        parallel("gabel"),
        sub("teil", start("s"), user("a"), last, chain("s", "a", "melden")),
        sub("neben", start("s2"), user("n"), chain("s2", "n")),
        boundary("b", "teil", event, interrupting=interrupting),
        boundary("b2", "neben", event, interrupting=interrupting),
        user("h"),
        user("h2"),
        chain("start", "gabel", "teil"),
        chain("gabel", "neben"),
        chain("b", "h"),
        chain("b2", "h2"),
        around=AROUND,
    )


@pytest.mark.parametrize("event", [escalates("esk"), ALL])
def test_boundary_takes_the_sub_process_away_or_runs_beside_it(event):
    assert Story(in_part(event)).begin().complete("a").open == ["h", "n"]
    run = Story(in_part(event, interrupting=False)).begin().complete("a")
    assert run.open == ["h", "n", "weiter"]
    assert run.outcome.escalations == ()


def test_end_event_throws_and_ends_its_own_token():
    xml = in_part(escalates("esk"), interrupting=False, last=end("melden", escalates("esk")))
    assert Story(xml).begin().complete("a").open == ["h", "n"]


def test_escalation_that_nobody_catches_leaves_and_the_instance_goes_on():
    given = mapping({"betrag": "= b"})
    xml = diagram(
        start(),
        throw("t", given, escalates("esk")),
        user("a"),
        chain("start", "t", "a"),
        around=AROUND,
    )
    run = Story(xml).begin(b=5)
    assert run.open == ["a"]
    assert run.outcome.escalations == (ThrownEscalation(code="K1", variables={"betrag": 5}),)
    (entry,) = [each for each in run.past if each.element_id == "t" and each.detail]
    assert entry.detail == {"eskalation": "K1", "gefangen": False, "fluesse": ["t_a"]}


def test_exact_code_goes_before_all_and_the_nearest_before_the_exact():
    xml = diagram(
        start(),
        sub(
            "aussen",
            start("s"),
            job("j"),
            boundary("nah", "j", ALL),
            user("h"),
            chain("s", "j"),
            chain("nah", "h"),
        ),
        boundary("b", "aussen", escalates("esk")),
        user("h2"),
        chain("start", "aussen"),
        chain("b", "h2"),
        around=AROUND,
    )
    assert Story(xml).begin().escalate("j", "K1").open == ["h"]
    xml = diagram(
        start(),
        job("j"),
        boundary("alle", "j", ALL),
        boundary("genau", "j", escalates("esk")),
        user("h"),
        user("h2"),
        chain("start", "j"),
        chain("alle", "h"),
        chain("genau", "h2"),
        around=AROUND,
    )
    assert Story(xml).begin().escalate("j", "K1").open == ["h2"]
    assert Story(xml).begin().escalate("j", "K2").open == ["h"]


def test_work_goes_on_when_its_escalation_does_not_interrupt():
    mapped = mapping(outputs={"stand": "= prozent"})
    xml = diagram(
        start(),
        job("j"),
        boundary("b", "j", escalates("esk"), mapped, interrupting=False),
        user("h"),
        end(),
        chain("start", "j", "end"),
        chain("b", "h"),
        around=AROUND,
    )
    run = Story(xml).begin().escalate("j", "K1", prozent=50).escalate("j", "K1", prozent=80)
    assert run.open == ["h", "h"]
    assert run.variables == {"stand": 80}
    assert run.work("j").complete("h").complete("h").is_over


@pytest.mark.parametrize(
    ("interrupting", "open_tasks"), [(True, ["h"]), (False, ["a", "h", "weiter"])]
)
def test_one_item_of_a_loop_reaches_the_boundary_around_the_loop(interrupting, open_tasks):
    inner = start("s"), user("a"), throw("t", escalates("esk")), user("weiter")
    xml = diagram(
        start(),
        sub("teil", loop("= [1, 2]"), *inner, chain("s", "a", "t", "weiter")),
        boundary("b", "teil", escalates("esk"), interrupting=interrupting),
        user("h"),
        chain("start", "teil"),
        chain("b", "h"),
        around=AROUND,
    )
    assert Story(xml).begin().complete("a").open == open_tasks


def test_signals_go_out_even_if_an_escalation_then_takes_the_thrower_away():
    inner = start("s"), end("schluss", escalates("esk"), signals("sig"), escalates("esk"))
    xml = diagram(
        start(),
        sub("teil", *inner, chain("s", "schluss")),
        boundary("b", "teil", escalates("esk")),
        user("h"),
        chain("start", "teil"),
        chain("b", "h"),
        around=[*AROUND, signal("sig", "alle")],
    )
    run = Story(xml).begin()
    assert run.open == ["h"]
    assert [each.name for each in run.outcome.signals] == ["alle"]
    assert run.outcome.escalations == ()


def test_code_of_a_thrown_error_or_escalation_may_be_an_expression():
    xml = diagram(
        start(),
        sub("teil", start("s"), end("schluss", throws("frei")), chain("s", "schluss")),
        boundary("b", "teil", throws("e")),
        user("h"),
        chain("start", "teil"),
        chain("b", "h"),
        around=[*AROUND, error("frei", '= "E" + nr')],
    )
    assert Story(xml).begin(nr="1").open == ["h"]
    assert Story(xml).begin(nr="2").incident.kind == "error"
    assert Story(xml).begin().incident.kind == "expression"


JOB = diagram(
    start(),
    job("j", loop("= [1, 2]")),
    boundary("b", "j", throws("e"), mapping(outputs={"grund": "= errorMessage", "wert": "= w"})),
    user("h"),
    boundary("b2", "j", "<bpmn:errorEventDefinition/>"),
    user("h2"),
    chain("start", "j"),
    chain("b", "h"),
    chain("b2", "h2"),
    around=AROUND,
)


def test_what_came_with_an_error_is_only_handed_on_by_a_mapping():
    run = Story(JOB).begin(w=0).throw("j", "E1", "leer", w=7, geheim=1)
    assert run.open == ["h"]
    assert run.variables == {"w": 0, "grund": "leer", "wert": 7}
    assert Story(JOB).begin().throw("j", "E2", "leer", geheim=1).variables == {}


def called(xml, *catches):
    run = Story(xml)
    return run.command(bpmn.Start(None, {"n": 1}, frozenset(catches)))


FAILS = diagram(
    start(),
    user("a"),
    boundary("frist", "a", timer("timeDuration", "P1D"), interrupting=False),
    user("r"),
    end("schluss", mapping({"warum": "= n"}), throws("e")),
    chain("start", "a", "schluss"),
    chain("frist", "r"),
    around=AROUND,
)


@pytest.mark.parametrize("catch", [("error", "E1"), ("error", None)])
def test_error_that_only_a_caller_catches_ends_the_instance(catch):
    run = called(FAILS, catch).fire("frist").complete("a")
    assert run.outcome.state == bpmn.State.TERMINATED
    assert run.outcome.uncaught == Uncaught(code="E1", variables={"warum": 1})
    assert run.happened("r") == ["entered", "cancelled"]
    assert bpmn.waits(run.outcome.snapshot) == {}
    assert run.outcome.incidents == ()


@pytest.mark.parametrize("catches", [(), (("error", "E2"),), (("escalation", None),)])
def test_error_that_no_caller_catches_is_an_incident(catches):
    run = called(FAILS, *catches).complete("a")
    assert run.incident.element_id == "schluss"
    assert run.outcome.uncaught is None


def test_error_of_a_job_goes_to_the_caller_too():
    xml = diagram(start(), job("j"), chain("start", "j"))
    run = called(xml, ("error", None)).throw("j", "E9", "aus", w=1)
    assert run.outcome.uncaught == Uncaught(code="E9", message="aus", variables={"w": 1})


def test_catchable_tells_what_all_levels_and_the_callers_would_catch():
    xml = diagram(
        start(),
        sub("teil", start("s"), job("j"), chain("s", "j"), handled("ruf", escalates("esk"), "u")),
        boundary("b", "teil", throws("e")),
        boundary("b2", "teil", timer("timeDuration", "P1D")),
        user("h"),
        chain("start", "teil"),
        chain("b", "h"),
        chain("b2", "h"),
        around=AROUND,
    )
    run = called(xml, ("escalation", None))
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    instance = snapshot.load(run.outcome.snapshot, run.process, moment)
    (work,) = run.outcome.jobs
    expected = {("escalation", "K1"), ("error", "E1"), ("escalation", None)}
    assert boundaries.catchable(instance.tasks[work.key]) == expected


def test_escalation_inside_its_own_handler_goes_further_out():
    body = throw("nochmal", escalates("esk")), user("u"), chain("ruf_start", "nochmal", "u")
    xml = diagram(
        start(),
        throw("t", escalates("esk")),
        chain("start", "t"),
        on_event("ruf", escalates("esk"), *body, interrupting=False),
        around=AROUND,
    )
    run = Story(xml).begin()
    assert run.open == ["u"]
    assert run.outcome.escalations == (ThrownEscalation(code="K1"),)
