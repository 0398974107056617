"""Event sub-processes: armed with their scope, nested, repeatable, error-started (repair 5)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from engine import bpmn
from tests.engine.bpmn.drawing import (
    awaits,
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
    message,
    on_event,
    parallel,
    script,
    signal,
    signals,
    start,
    sub,
    terminates,
    throw,
    throws,
    timer,
    user,
    when,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

BEGIN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
AROUND = [
    message("m", "msg_m"),
    signal("sig", "sig_s"),
    error("e", "E1"),
    escalation("esk", "K1"),
]
LINE = (start(), user("a"), end(), chain("start", "a", "end"))


def process(*content, line=LINE):
    return diagram(*line, *content, around=AROUND)


CALLED = process(handled("ruf", awaits("m"), "u"))
REPEATED = process(handled("ruf", awaits("m"), "u", interrupting=False))


def test_interrupting_one_takes_everything_else_away():
    run = Story(CALLED).begin(fall_id=1).deliver("ruf_start")
    assert run.open == ["u"]
    assert run.outcome.subscriptions == ()
    assert run.happened("a") == ["entered", "cancelled"]
    assert run.complete("u").is_over


def test_ends_that_handlers_of_the_process_reach_are_ends_of_the_process():
    run = Story(REPEATED).begin(fall_id=1).deliver("ruf_start").complete("u").complete("a")
    assert run.outcome.ended_at == ("ruf_end", "end")
    inner = start("s0"), user("a"), chain("s0", "a"), handled("ruf", awaits("m"), "u")
    xml = diagram(start(), sub("teil", *inner), end(), chain("start", "teil", "end"), around=AROUND)
    run = Story(xml).begin(fall_id=1).deliver("ruf_start").complete("u")
    assert run.outcome.ended_at == ("end",)


def test_interrupting_one_of_stock_spiffworkflow_does_not_interrupt():
    assert Stock(CALLED).begin(fall_id=1).deliver("msg_m").open == ["a", "u"]


def test_none_keeps_the_process_open():
    run = Story(REPEATED).begin(fall_id=1).complete("a")
    assert run.is_over
    assert bpmn.waits(run.outcome.snapshot) == {}


def test_one_that_does_not_interrupt_begins_each_time():
    run = Story(REPEATED).begin(fall_id=1).deliver("ruf_start", n=1).deliver("ruf_start", n=2)
    assert run.open == ["a", "u", "u"]
    assert run.variables["n"] == 2
    run.complete("a").complete("u")
    assert not run.is_over
    assert run.outcome.subscriptions[0].element_id == "ruf_start"
    assert run.complete("u").is_over


TIMED = process(handled("frist", timer("timeDuration", '= "P1D"'), "u"))


def test_timer_waits_only_as_long_as_the_scope():
    run = Story(TIMED).begin()
    assert run.timer("frist_start").due_at == run.now + timedelta(days=1)
    assert run.complete("a").is_over
    assert Story(TIMED).begin().fire("frist_start").open == ["u"]


def test_timer_of_stock_spiffworkflow_keeps_the_process_open():
    with time_machine.travel(BEGIN, tick=False):
        run = Stock(TIMED).begin().complete("a")
        assert not run.workflow.is_completed()


def test_timer_may_repeat():
    event = timer("timeCycle", "R2/P1D")
    run = Story(process(handled("frist", event, "u", interrupting=False))).begin()
    run.fire("frist_start").fire("frist_start")
    assert run.open == ["a", "u", "u"]
    assert run.outcome.timers == ()


def test_timer_at_a_date():
    run = Story(process(handled("frist", timer("timeDate", "= stichtag"), "u")))
    run.begin(stichtag="2026-02-01")
    assert run.timer("frist_start").due_at == datetime(2026, 1, 31, 23, 0, tzinfo=UTC)


FAILING = diagram(
    start(),
    job("j"),
    end(),
    chain("start", "j", "end"),
    handled("fehler", throws("e"), "u"),
    around=AROUND,
)


def test_error_begins_it_and_takes_the_work_away():
    run = Story(FAILING).begin()
    assert run.open == []
    run.throw("j", "E1", "kaputt", grund="x")
    assert run.open == ["u"]
    assert run.variables == {"grund": "x"}
    assert run.happened("j") == ["entered", "cancelled"]


def test_error_one_of_stock_spiffworkflow_begins_with_the_process():
    xml = process(handled("fehler", throws("e"), "u"))
    assert Stock(xml).begin().open == ["a", "u"]


def test_error_with_another_code_passes_by():
    assert Story(FAILING).begin().throw("j", "E2").incident.kind == "error"


def test_error_end_event_begins_one_that_takes_all_errors():
    xml = diagram(
        start(),
        end("schluss", throws("e")),
        chain("start", "schluss"),
        handled("fehler", "<bpmn:errorEventDefinition/>", "u"),
        around=AROUND,
    )
    run = Story(xml).begin()
    assert run.open == ["u"]
    assert run.happened("schluss") == ["entered", "completed"]


def test_error_inside_a_handler_goes_further_out():
    again = on_event(
        "fehler", throws("e"), end("weiter", throws("e")), chain("fehler_start", "weiter")
    )
    xml = diagram(
        start(),
        sub("teil", start("s"), job("j"), chain("s", "j"), again),
        boundary("b", "teil", throws("e")),
        user("aussen"),
        chain("start", "teil"),
        chain("b", "aussen"),
        around=AROUND,
    )
    run = Story(xml).begin().throw("j", "E1")
    assert run.open == ["aussen"]
    assert run.completed() == ["start", "s", "fehler_start", "weiter", "b"]


@pytest.mark.parametrize(("interrupting", "open_tasks"), [(True, ["u"]), (False, ["a", "u"])])
def test_escalation_begins_it(interrupting, open_tasks):
    xml = diagram(
        start(),
        throw("melden", escalates("esk")),
        user("a"),
        chain("start", "melden", "a"),
        handled("ruf", escalates("esk"), "u", interrupting=interrupting),
        around=AROUND,
    )
    run = Story(xml).begin()
    assert run.open == open_tasks
    assert run.outcome.escalations == ()


def test_signal_and_condition_begin_it():
    xml = process(
        handled("ruf", signals("sig"), "u", interrupting=False),
        handled("wert", when("= betrag > 100"), "v", interrupting=False),
    )
    run = Story(xml).begin(betrag=1).hear("ruf_start")
    assert run.open == ["a", "u"]
    assert run.correct(betrag=200).open == ["a", "u", "v"]


def nested(depth, inner):
    for level in range(depth):
        first = f"s{level}"
        following = inner if level == 0 else sub(f"teil{level - 1}", inner)
        name = "a" if level == 0 else f"teil{level - 1}"
        inner = start(first) + following + chain(first, name)
    return inner


@pytest.mark.parametrize("depth", [1, 3])
def test_one_in_a_sub_process_ends_only_that(depth):
    inner = user("a") + handled("ruf", awaits("m"), "u")
    last = f"teil{depth - 1}"
    xml = diagram(
        start(),
        parallel("gabel"),
        sub(last, nested(depth, inner)),
        user("daneben"),
        user("danach"),
        chain("start", "gabel", last, "danach"),
        chain("gabel", "daneben"),
        around=AROUND,
    )
    run = Story(xml).begin(fall_id=1).deliver("ruf_start")
    assert run.open == ["daneben", "u"]
    assert run.complete("u").open == ["danach", "daneben"]


NESTED = diagram(
    start(),
    sub(
        "teil",
        start("s"),
        user("a"),
        end("e1"),
        chain("s", "a", "e1"),
        handled("ruf", awaits("m"), "u"),
    ),
    end(),
    chain("start", "teil", "end"),
    around=AROUND,
)


def test_nested_one_of_stock_spiffworkflow_never_begins():
    run = Stock(NESTED).begin(fall_id=1)
    with pytest.raises(Exception, match="not waiting"):
        run.deliver("msg_m")
    assert Story(NESTED).begin(fall_id=1).deliver("ruf_start").open == ["u"]


def test_one_inside_another():
    inner = handled("innen", signals("sig"), "v")
    xml = process(on_event("ruf", awaits("m"), user("u"), chain("ruf_start", "u"), inner))
    run = Story(xml).begin(fall_id=1)
    assert [each.element_id for each in run.outcome.subscriptions] == ["ruf_start"]
    run.deliver("ruf_start").hear("innen_start")
    assert run.open == ["v"]
    assert run.complete("v").is_over


def test_each_item_of_a_loop_has_its_own():
    event = handled("ruf", awaits("kind"), "u")
    xml = diagram(
        start(),
        sub(
            "teil",
            loop("= [7, 8]", inputElement="k"),
            start("s"),
            user("a"),
            chain("s", "a"),
            event,
        ),
        user("danach"),
        chain("start", "teil", "danach"),
        around=[message("kind", "msg_kind", "= k")],
    )
    run = Story(xml).begin()
    assert [each.correlation for each in run.outcome.subscriptions] == ["7", "8"]
    run.deliver("ruf_start")
    assert run.open == ["a", "u"]
    assert run.complete("u").complete("a").open == ["danach"]


def test_boundary_events_of_the_scope_stay_while_a_handler_runs():
    xml = diagram(
        start(),
        sub("teil", start("s"), user("a"), chain("s", "a"), handled("ruf", awaits("m"), "u")),
        boundary("frist", "teil", timer("timeDuration", "P1D")),
        user("zu_spaet"),
        chain("start", "teil"),
        chain("frist", "zu_spaet"),
        around=AROUND,
    )
    run = Story(xml).begin(fall_id=1).deliver("ruf_start").fire("frist")
    assert run.open == ["zu_spaet"]
    assert run.happened("u") == ["entered", "cancelled"]


def test_interrupting_one_ends_handlers_that_run_beside():
    xml = process(
        handled("neben", signals("sig"), "v", interrupting=False), handled("ruf", awaits("m"), "u")
    )
    run = Story(xml).begin(fall_id=1).hear("neben_start").deliver("ruf_start")
    assert run.open == ["u"]
    assert run.outcome.subscriptions == ()


def test_terminate_inside_ends_only_the_handler():
    inner = user("u"), user("v"), end("aus", terminates())
    flows = flow("ruf_start", "u"), chain("ruf_start", "v", "aus")
    xml = process(on_event("ruf", awaits("m"), *inner, *flows, interrupting=False))
    run = Story(xml).begin(fall_id=1).deliver("ruf_start")
    assert run.open == ["a", "u", "v"]
    assert run.complete("v").open == ["a"]


def test_terminate_in_the_process_ends_the_handlers_too():
    line = start(), user("a"), end("end", terminates()), chain("start", "a", "end")
    xml = process(handled("ruf", awaits("m"), "u", interrupting=False), line=line)
    run = Story(xml).begin(fall_id=1).deliver("ruf_start").complete("a")
    assert run.is_over
    assert run.happened("u") == ["entered", "cancelled"]


def test_handler_has_variables_of_its_own_and_sees_those_of_the_scope():
    inner = (mapping({"nur_hier": "= aussen + 1"}, {"ergebnis": "= nur_hier"}), user("u"))
    event = on_event("ruf", awaits("m"), *inner, chain("ruf_start", "u"), interrupting=False)
    run = Story(process(event)).begin(fall_id=1, aussen=1).deliver("ruf_start")
    seen = bpmn.variables(run.outcome.snapshot, run.task("u").key)
    assert seen == {"fall_id": 1, "aussen": 1, "nur_hier": 2}
    assert run.complete("u", nur_hier=5).variables == {"fall_id": 1, "aussen": 1, "ergebnis": 5}


def test_start_event_maps_what_came():
    extra = mapping(outputs={"von": "= absender.name"})
    run = Story(process(handled("ruf", awaits("m"), "u", extra=extra))).begin(fall_id=1)
    assert run.deliver("ruf_start", absender={"name": "Ö"}).variables == {"fall_id": 1, "von": "Ö"}


def test_error_tells_its_code_and_message_to_the_mapping():
    extra = mapping(outputs={"grund": '= errorCode + ": " + errorMessage'})
    xml = diagram(
        start(),
        job("j"),
        chain("start", "j"),
        handled("fehler", throws("e"), "u", extra=extra),
        around=AROUND,
    )
    assert Story(xml).begin().throw("j", "E1", "leer").variables == {"grund": "E1: leer"}


def test_what_cannot_be_armed_is_an_incident_at_the_start_and_nothing_is_armed():
    xml = process(
        handled("ruf", awaits("m"), "u"), handled("frist", timer("timeDate", "= wann"), "v")
    )
    run = Story(xml).begin(fall_id=1)
    assert run.incident.element_id == "start"
    assert run.outcome.subscriptions == ()
    run.correct(wann="2026-02-01").retry()
    assert run.open == ["a"]
    assert len(run.outcome.subscriptions) == len(run.outcome.timers) == 1


def test_scope_that_cannot_hand_on_its_results_no_longer_listens():
    inner = start("s0"), user("a"), chain("s0", "a"), handled("ruf", awaits("m"), "u")
    part = sub("teil", mapping(outputs={"x": "= assert(fehlt, fehlt != null)"}), *inner)
    xml = diagram(start(), part, user("z"), chain("start", "teil", "z"), around=AROUND)
    run = Story(xml).begin(fall_id=1).complete("a")
    assert run.incident.element_id == "teil"
    assert run.outcome.subscriptions == ()
    assert run.correct(fehlt=1).retry().open == ["z"]


def test_message_of_the_start_is_there_when_the_scope_begins_to_listen():
    line = start("start", awaits("m"), mapping(outputs={"fall_id": "= nr"})), *LINE[1:]
    run = Story(process(handled("ruf", awaits("m"), "u"), line=line)).begin("start", nr=4)
    assert run.outcome.subscriptions[0].correlation == "4"


def test_handler_runs_on_after_a_wait_within_its_own_steps():
    body = script("rechnen", "= n + 1", "n"), user("u"), chain("ruf_start", "rechnen", "u")
    run = Story(process(on_event("ruf", awaits("m"), *body, interrupting=False)))
    run.begin(fall_id=1, n=0).deliver("ruf_start").deliver("ruf_start")
    assert run.variables["n"] == 2
