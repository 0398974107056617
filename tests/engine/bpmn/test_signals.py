"""Signals go to everybody who waits for their name; links only save a flow (repair 6)."""

import pytest
from SpiffWorkflow.exceptions import WorkflowException

from engine import bpmn
from engine.bpmn.outcome import ThrownSignal
from engine.errors import NobodyWaits
from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    job,
    link,
    loop,
    mapping,
    message,
    node,
    parallel,
    signal,
    signals,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

SIGNAL = [signal("sig", "gesetz_neu")]


def test_wait_names_its_signal_and_no_key():
    xml = diagram(
        start(), catch("c", signals("sig")), user("z"), chain("start", "c", "z"), around=SIGNAL
    )
    run = Story(xml).begin()
    (waits,) = run.outcome.subscriptions
    assert (waits.kind, waits.message, waits.correlation) == ("signal", "gesetz_neu", "")
    assert bpmn.waits(run.outcome.snapshot) == {waits.key: "subscription"}
    with pytest.raises(NobodyWaits):
        run.deliver("c")
    assert run.hear("c", wert=1).open == ["z"]
    assert run.variables == {"wert": 1}
    with pytest.raises(NobodyWaits):
        run.command(bpmn.DeliverSignal(waits.key))


def test_message_does_not_arrive_as_a_signal():
    xml = diagram(
        start(),
        catch("c", awaits("m")),
        user("z"),
        chain("start", "c", "z"),
        around=[message("m", "msg")],
    )
    run = Story(xml).begin(fall_id=1)
    with pytest.raises(NobodyWaits):
        run.hear("c")


def test_name_may_be_an_expression():
    xml = diagram(
        start(),
        throw("t", signals("sig")),
        catch("c", signals("sig")),
        chain("start", "t", "c"),
        around=[signal("sig", '= "akte_" + nr')],
    )
    run = Story(xml).begin(nr="7")
    assert run.outcome.signals == (ThrownSignal(name="akte_7"),)
    assert run.outcome.subscriptions[0].message == "akte_7"
    assert Story(xml).begin().incident.element_id == "t"


def test_thrown_signals_take_along_what_is_mapped_and_nothing_else():
    given = mapping({"nr": "= akte.nr"})
    xml = diagram(
        start(),
        throw("t", given, signals("sig")),
        user("a"),
        end("end", signals("sig")),
        chain("start", "t", "a", "end"),
        around=SIGNAL,
    )
    run = Story(xml).begin(akte={"nr": 5}, geheim=1)
    assert run.outcome.signals == (ThrownSignal(name="gesetz_neu", variables={"nr": 5}),)
    assert run.variables == {"akte": {"nr": 5}, "geheim": 1}
    assert run.correct(x=1).outcome.signals == ()
    run.complete("a")
    assert run.outcome.signals == (ThrownSignal(name="gesetz_neu"),)
    assert run.outcome.ended_at == ("end",)


AT_TASK = diagram(
    start(),
    user("a"),
    boundary("b", "a", signals("sig"), interrupting=False),
    user("h"),
    end(),
    end("e2"),
    chain("start", "a", "end"),
    chain("b", "h", "e2"),
    around=SIGNAL,
)


def test_signal_that_does_not_interrupt_may_come_again():
    run = Story(AT_TASK).begin().hear("b").hear("b")
    assert run.open == ["a", "h", "h"]
    assert run.complete("a").outcome.subscriptions == ()


def test_signal_of_stock_spiffworkflow_comes_only_once():
    run = Stock(AT_TASK).begin().hear("gesetz_neu")
    assert run.open == ["a", "h"]
    with pytest.raises(WorkflowException):
        run.hear("gesetz_neu")


def test_interrupting_signal_ends_a_whole_loop():
    xml = diagram(
        start(),
        user("a", loop("= [1, 2]")),
        boundary("b", "a", signals("sig")),
        user("h"),
        chain("start", "a"),
        chain("b", "h"),
        around=SIGNAL,
    )
    run = Story(xml).begin()
    assert len(run.outcome.subscriptions) == 1
    assert run.hear("b").open == ["h"]


def test_signal_behind_an_event_gateway():
    xml = diagram(
        start(),
        node("eventBasedGateway", "g"),
        catch("c", signals("sig")),
        catch("t", timer("timeDuration", "P1D")),
        user("a"),
        user("b"),
        chain("start", "g", "c", "a"),
        chain("g", "t", "b"),
        around=SIGNAL,
    )
    run = Story(xml).begin().hear("c", wert=1)
    assert run.open == ["a"]
    assert run.outcome.timers == ()
    assert run.variables == {"wert": 1}


def test_too_many_signals_in_one_step_are_stopped():
    given = diagram(
        start(),
        xor("m"),
        throw("t", signals("sig")),
        xor("x", default="x_m"),
        user("z"),
        chain("start", "m", "t", "x", "m"),
        flow("x", "z", "= false"),
        around=SIGNAL,
    )
    run = Story(given).begin()
    assert run.incident.element_id == "t"
    assert run.incident.kind == "budget"
    assert len(run.outcome.signals) == 1000


def test_signal_starts_a_process():
    xml = diagram(
        start("s", signals("sig"), mapping(outputs={"von": "= wer"})),
        user("a"),
        chain("s", "a"),
        around=SIGNAL,
    )
    run = Story(xml)
    (begin,) = run.process.starts
    assert (begin.event, begin.signal) == ("signal", "gesetz_neu")
    assert run.begin("s", wer="Rat").variables == {"wer": "Rat", "von": "Rat"}


ENDING = diagram(
    start(), user("a"), end("end", signals("sig")), chain("start", "a", "end"), around=SIGNAL
)


def test_signal_end_event_throws():
    run = Story(ENDING).begin().complete("a")
    assert run.is_over
    assert run.outcome.signals == (ThrownSignal(name="gesetz_neu"),)


def test_signal_end_event_of_stock_spiffworkflow_throws_nothing():
    run = Stock(ENDING).begin().complete("a")
    assert run.workflow.is_completed()
    assert run.workflow.get_events() == []


JUMPING = diagram(
    start(),
    xor("wahl", default="wahl_rechts"),
    user("links"),
    throw("l1", link("A")),
    throw("rechts", link("A")),
    catch("ziel", link("A")),
    user("z"),
    end(),
    flow("start", "wahl"),
    flow("wahl", "links", "= n > 1"),
    flow("wahl", "rechts"),
    chain("links", "l1"),
    chain("ziel", "z", "end"),
)


def test_links_lead_from_several_places_to_one():
    assert Story(JUMPING).begin(n=1).open == ["z"]
    run = Story(JUMPING).begin(n=2).complete("links")
    assert run.open == ["z"]
    assert run.complete("z").completed() == ["start", "wahl", "links", "l1", "ziel", "z", "end"]
    assert run.is_over


def test_links_of_stock_spiffworkflow_lose_the_rest_of_the_process():
    run = Stock(JUMPING).begin(n=1)
    assert run.open == []
    assert run.workflow.is_completed()


def test_join_waits_for_a_token_that_comes_through_a_link():
    xml = diagram(
        start(),
        node("inclusiveGateway", "auf"),
        node("inclusiveGateway", "zu"),
        user("a"),
        user("b"),
        throw("l1", link("A")),
        catch("ziel", link("A")),
        user("z"),
        flow("start", "auf"),
        flow("auf", "a", "= true"),
        flow("auf", "b", "= true"),
        chain("a", "l1"),
        chain("ziel", "zu"),
        chain("b", "zu", "z"),
    )
    run = Story(xml).begin().complete("b")
    assert run.open == ["a"]
    assert run.complete("a").open == ["z"]


def test_links_of_the_same_name_in_different_planes_do_not_meet():
    inner = start("s"), throw("l2", link("A")), catch("z2", link("A")), user("innen")
    xml = diagram(
        start(),
        parallel("gabel"),
        sub("teil", *inner, chain("s", "l2"), chain("z2", "innen")),
        throw("l1", link("A")),
        catch("z1", link("A")),
        user("aussen"),
        chain("start", "gabel", "teil"),
        chain("gabel", "l1"),
        chain("z1", "aussen"),
    )
    assert Story(xml).begin().open == ["aussen", "innen"]


def test_only_who_waits_already_hears_a_signal_of_the_own_instance():
    xml = diagram(
        start(),
        parallel("gabel"),
        catch("vorher", signals("sig")),
        user("a"),
        throw("t", signals("sig")),
        catch("nachher", signals("sig")),
        chain("start", "gabel", "vorher"),
        chain("gabel", "a", "t", "nachher"),
        around=SIGNAL,
    )
    run = Story(xml).begin()
    (early,) = run.outcome.subscriptions
    run.complete("a")
    assert [each.element_id for each in run.outcome.subscriptions] == ["vorher", "nachher"]
    assert run.outcome.signals == (ThrownSignal(name="gesetz_neu", listeners=(early.key,)),)


def test_several_definitions_the_first_that_comes_decides():
    xml = diagram(
        start(),
        catch("c", signals("sig"), awaits("m"), timer("timeDuration", "P1D")),
        user("z"),
        chain("start", "c", "z"),
        around=[*SIGNAL, message("m", "msg")],
    )
    run = Story(xml).begin(fall_id=1)
    assert {each.kind for each in run.outcome.subscriptions} == {"signal", "message"}
    assert run.fire("c").open == ["z"]
    assert bpmn.waits(run.outcome.snapshot) == {run.task("z").key: "user_task"}


def both(*, interrupting):
    event = boundary("b", "a", signals("sig"), awaits("m"), interrupting=interrupting)
    event = event.replace("<bpmn:boundaryEvent ", '<bpmn:boundaryEvent parallelMultiple="true" ')
    return diagram(
        start(),
        user("a"),
        event,
        user("h"),
        chain("start", "a"),
        chain("b", "h"),
        around=[*SIGNAL, message("m", "msg")],
    )


@pytest.mark.parametrize("together", [False, True])
def test_several_definitions_behind_an_event_gateway(together):
    given = {"parallelMultiple": str(together).lower()}
    xml = diagram(
        start(),
        node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "c", signals("sig"), awaits("m"), **given),
        catch("t", timer("timeDuration", "P1D")),
        user("a"),
        user("b"),
        chain("start", "g", "c", "a"),
        chain("g", "t", "b"),
        around=[*SIGNAL, message("m", "msg")],
    )
    run = Story(xml).begin(fall_id=1).hear("c")
    assert run.open == ([] if together else ["a"])
    if together:
        assert len(run.outcome.timers) == 1
        assert run.deliver("c").open == ["a"]
    assert run.outcome.timers == ()


def test_repeating_timer_beside_a_message_keeps_its_own_rounds():
    xml = diagram(
        start(),
        user("a"),
        boundary("b", "a", awaits("m"), timer("timeCycle", "R2/P1D"), interrupting=False),
        user("h"),
        chain("start", "a"),
        chain("b", "h"),
        around=[message("m", "msg")],
    )
    run = Story(xml).begin(fall_id=1).fire("b").deliver("b").fire("b")
    assert run.open == ["a", "h", "h", "h"]
    assert run.outcome.timers == ()
    assert len(run.outcome.subscriptions) == 1


@pytest.mark.parametrize(("interrupting", "open_tasks"), [(True, ["h"]), (False, ["a", "h"])])
def test_parallel_definitions_must_all_come(interrupting, open_tasks):
    run = Story(both(interrupting=interrupting)).begin(fall_id=1)
    heard, told = sorted(run.outcome.subscriptions, key=lambda each: each.kind, reverse=True)
    run.command(bpmn.DeliverSignal(heard.key, {"x": 1}))
    assert run.open == ["a"]
    run.command(bpmn.DeliverMessage(told.key, {"y": 2}))
    assert run.open == open_tasks
    assert run.variables == {"fall_id": 1, "x": 1, "y": 2}
    assert run.outcome.subscriptions == ()


def test_several_signals_are_thrown_at_once():
    two = [signal("sig", "eins"), signal("sig2", "zwei")]
    xml = diagram(
        start(), end("end", signals("sig"), signals("sig2")), chain("start", "end"), around=two
    )
    assert [each.name for each in Story(xml).begin().outcome.signals] == ["eins", "zwei"]


def test_process_with_several_starts_in_one_event_lists_each():
    xml = diagram(
        start("s", signals("sig"), awaits("m")),
        job("j"),
        chain("s", "j"),
        around=[*SIGNAL, message("m", "msg")],
    )
    run = Story(xml)
    assert [(each.event, each.id) for each in run.process.starts] == [
        ("signal", "s"),
        ("message", "s"),
    ]
    assert len(run.begin("s").outcome.jobs) == 1
