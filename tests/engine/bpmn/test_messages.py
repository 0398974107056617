"""A message reaches the wait that it was correlated to, and no other (repair 10)."""

import pytest

from engine import bpmn
from engine.errors import NobodyWaits
from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    loop,
    mapping,
    message,
    node,
    start,
    sub,
    timer,
    user,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

ANSWER = [message("m", "msg_antwort")]
TWO = diagram(
    start(),
    catch("warten", awaits("m")),
    user("z"),
    chain("start", "warten", "z"),
    around=ANSWER,
)


def test_wait_names_its_message_and_its_key():
    (waits,) = Story(TWO).begin(fall_id=4711).outcome.subscriptions
    assert (waits.message, waits.correlation, waits.element_id) == ("msg_antwort", "4711", "warten")


def test_wait_of_stock_spiffworkflow_takes_the_first_message_with_any_key():
    run = Stock(TWO).begin(fall_id="4711")
    assert run.deliver("msg_antwort", fall={"fall_id": "9999"}).open == ["z"]


def test_message_goes_only_where_its_key_says():
    run = Story(TWO).begin(fall_id="1")
    with pytest.raises(NobodyWaits):
        run.command(bpmn.DeliverMessage(1, {"wert": 1}))
    assert run.deliver("warten", wert=1).open == ["z"]
    assert run.variables == {"fall_id": "1", "wert": 1}


def test_same_delivery_twice_is_refused():
    run = Story(TWO).begin(fall_id="1")
    (waits,) = run.outcome.subscriptions
    run.deliver("warten")
    with pytest.raises(NobodyWaits):
        run.command(bpmn.DeliverMessage(waits.key, {}))


@pytest.mark.parametrize("value", [None, "", True, [1], {"a": 1}])
def test_missing_key_is_an_incident_and_never_matches_everything(value):
    run = Story(TWO).begin(fall_id=value)
    assert run.outcome.subscriptions == ()
    assert run.incident.element_id == "warten"
    assert run.correct(fall_id="5").retry().outcome.subscriptions[0].correlation == "5"


@pytest.mark.parametrize("value", [None, ""])
def test_incident_about_an_empty_key_says_that_it_is_empty(value):
    assert "leer" in Story(TWO).begin(fall_id=value).incident.message


def test_name_of_the_message_may_be_an_expression():
    xml = diagram(
        start(),
        catch("warten", awaits("m")),
        user("z"),
        chain("start", "warten", "z"),
        around=[message("m", '= "antwort_" + art')],
    )
    run = Story(xml).begin(fall_id=1, art="kita")
    assert run.outcome.subscriptions[0].message == "antwort_kita"
    assert Story(xml).begin(fall_id=1).incident.element_id == "warten"


def test_output_mapping_takes_only_what_it_names():
    xml = diagram(
        start(),
        catch("warten", awaits("m"), mapping(outputs={"status": "= antwort.status"})),
        user("z"),
        chain("start", "warten", "z"),
        around=ANSWER,
    )
    run = Story(xml).begin(fall_id="1").deliver("warten", antwort={"status": "ja"}, geheim=1)
    assert run.variables == {"fall_id": "1", "status": "ja"}


def test_message_start_takes_its_payload_and_its_mapping():
    xml = diagram(
        start("von_hand"),
        start("von_aussen", awaits("m"), mapping(outputs={"hinweis": "= true"})),
        user("a"),
        flow("von_hand", "a"),
        flow("von_aussen", "a"),
        around=ANSWER,
    )
    run = Story(xml)
    assert [each.message for each in run.process.starts] == [None, "msg_antwort"]
    run.begin("von_aussen", bg_nummer="12")
    assert run.open == ["a"]
    assert run.variables == {"bg_nummer": "12", "hinweis": True}


def test_message_on_a_sub_process_ends_everything_inside():
    xml = diagram(
        start(),
        sub(
            "teil",
            start("s"),
            user("a"),
            boundary("frist", "a", timer("timeDuration", "P1D"), interrupting=False),
            user("erinnern"),
            chain("s", "a"),
            chain("frist", "erinnern"),
        ),
        boundary("zieht_zurueck", "teil", awaits("m")),
        end("end_zurueckgezogen"),
        user("danach"),
        chain("start", "teil", "danach"),
        flow("zieht_zurueck", "end_zurueckgezogen"),
        around=ANSWER,
    )
    run = Story(xml).begin(fall_id="1").fire("frist").deliver("zieht_zurueck")
    assert run.is_over
    assert run.outcome.ended_at == ("end_zurueckgezogen",)
    assert run.happened("a") == ["entered", "cancelled"]
    assert run.happened("teil") == ["entered", "cancelled"]
    assert bpmn.waits(run.outcome.snapshot) == {}


def test_gateway_forgets_the_timer_when_the_message_comes():
    xml = diagram(
        start(),
        node("eventBasedGateway", "ebg"),
        catch("rcv", awaits("m")),
        catch("tm", timer("timeDuration", "P14D")),
        user("a"),
        user("b"),
        chain("start", "ebg", "rcv", "a"),
        chain("ebg", "tm", "b"),
        around=ANSWER,
    )
    run = Story(xml).begin(fall_id="1").deliver("rcv", zustimmung="ja")
    assert run.open == ["a"]
    assert run.outcome.timers == ()
    assert run.variables["zustimmung"] == "ja"
    assert run.completed() == ["start", "ebg", "rcv"]


def test_receive_tasks_in_a_loop_wait_each_with_a_key_of_its_own():
    task = node("receiveTask", "rcv", loop("= [7, 8]", inputElement="kind"), messageRef="m")
    xml = diagram(
        start(),
        task,
        user("z"),
        chain("start", "rcv", "z"),
        around=[message("m", "msg_kind", "= kind")],
    )
    run = Story(xml).begin()
    assert [each.correlation for each in run.outcome.subscriptions] == ["7", "8"]
    assert run.deliver("rcv").open == []
    assert run.deliver("rcv").open == ["z"]
