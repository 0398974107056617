"""Messages find who waits for them by name and key, or are kept until somebody does."""

from datetime import timedelta

import pytest

from engine import bpmn, messages
from engine.casefile import cases, family
from engine.errors import NobodyWaits
from engine.instances import TooManySteps
from engine.model.case import Case
from engine.model.instance import Instance
from engine.model.message import BufferedMessage, Subscription
from tests.engine.bpmn.drawing import (
    awaits,
    catch,
    chain,
    end,
    flow,
    job,
    message,
    node,
    signal,
    signals,
    start,
    zeebe,
)
from tests.engine.office import task

ANSWER = [message("m", "msg_antwort")]
OTHER = [message("n", "msg_absage")]


def waiting(result="z"):
    """A process that waits for an answer and then gives a task."""
    return (start(), catch("warten", awaits("m")), task(result), chain("start", "warten", result))


def begun_by_message(result="z"):
    return (start("neu", awaits("m")), task(result), chain("neu", result))


@pytest.fixture
def waits(office):
    office.deploy(*waiting(), around=ANSWER)
    return office.begin()


def test_publish_wakes_who_waits_for_the_name_and_the_key(office, waits):
    assert office.publish("msg_antwort") is True
    assert office.open() == ["z"]
    assert office.rows(Subscription) == []


@pytest.mark.parametrize("name, key", [("msg_antwort", "4711"), ("msg_absage", None)])
def test_publish_leaves_others_alone(office, waits, name, key):
    assert office.publish(name, key) is False
    assert office.open() == []
    assert len(office.rows(BufferedMessage)) == 1


def test_a_message_that_came_too_early_is_kept_and_delivered_once(office):
    office.deploy(*waiting(), around=ANSWER)
    office.publish("msg_antwort", ergebnis="ja")
    first, second = office.begin(), office.begin()
    assert office.rows(BufferedMessage) == []
    assert office.open() == ["z"]
    assert office.task("z").instance_id == first
    assert [row.instance_id for row in office.rows(Subscription)] == [second]


def test_kept_messages_are_taken_in_the_order_of_their_sending(office):
    office.deploy(*waiting(), around=ANSWER)
    office.publish("msg_antwort", ergebnis="erste")
    office.publish("msg_antwort", ergebnis="zweite")
    office.begin()
    (left,) = office.rows(BufferedMessage)
    assert left.variables["ergebnis"] == "zweite"


def test_a_message_is_kept_until_its_time_to_live_is_over(office):
    office.deploy(*waiting(), around=ANSWER)
    office.publish("msg_antwort", ttl=timedelta(days=1))
    office.travel(days=1)
    office.begin()
    assert office.open() == []
    messages.forget_expired(office.session, now=office.now)
    assert office.rows(BufferedMessage) == []


def test_a_kept_message_lives_until_the_last_moment_of_its_time(office):
    office.deploy(*waiting(), around=ANSWER)
    office.publish("msg_antwort", ttl=timedelta(days=1))
    office.travel(hours=23, minutes=59)
    messages.forget_expired(office.session, now=office.now)
    office.begin()
    assert office.open() == ["z"]


# --- once per sender's number -------------------------------------------------------------------


def test_the_same_number_is_taken_once_also_after_delivery(office, waits):
    office.begin()
    assert office.publish("msg_antwort", id="a1")
    assert office.publish("msg_antwort", id="a1")
    assert office.open() == ["z"]
    assert office.publish("msg_antwort", id="a2")
    assert office.open() == ["z", "z"]


def test_the_same_number_is_kept_once(office):
    office.publish("msg_antwort", id="a1")
    assert office.publish("msg_antwort", id="a1") is True
    assert len(office.rows(BufferedMessage)) == 1


def test_the_same_number_counts_anew_for_another_key(office):
    office.publish("msg_antwort", "1", id="a1")
    office.publish("msg_antwort", "2", id="a1")
    assert len(office.rows(BufferedMessage)) == 2


def test_messages_without_a_number_are_all_taken(office):
    office.publish("msg_antwort")
    office.publish("msg_antwort")
    assert len(office.rows(BufferedMessage)) == 2


def test_a_number_is_forgotten_after_a_year(office):
    office.publish("msg_antwort", id="a1", ttl=timedelta(hours=1))
    office.travel(days=366)
    messages.forget_expired(office.session, now=office.now)
    office.publish("msg_antwort", id="a1")
    assert len(office.rows(BufferedMessage)) == 1


def test_a_number_is_remembered_as_long_as_its_message_is_kept(office):
    office.publish("msg_antwort", id="a1", wert=1)
    office.travel(days=366)
    messages.forget_expired(office.session, now=office.now)
    assert office.publish("msg_antwort", id="a1", wert=2) is True
    (kept,) = office.rows(BufferedMessage)
    assert kept.variables == {"wert": 1}


def test_a_message_without_time_to_live_reaches_only_who_waits_already(office):
    assert office.publish("msg_antwort", id="a1", ttl=timedelta()) is False
    office.deploy(*waiting(), around=ANSWER)
    office.begin()
    assert office.open() == []
    assert office.publish("msg_antwort", id="a2", ttl=timedelta()) is True
    assert office.open() == ["z"]
    messages.forget_expired(office.session, now=office.now)
    assert office.rows(BufferedMessage) == []


# --- whom a message reaches ---------------------------------------------------------------------


def test_a_message_reaches_one_instance_of_a_process(office, waits):
    office.begin()
    office.publish("msg_antwort")
    assert office.open() == ["z"]
    assert office.task("z").instance_id == waits


def test_a_message_reaches_every_process_that_waits_for_it(office, waits):
    office.deploy(*waiting("q"), around=ANSWER, process="andere")
    office.begin("andere")
    office.publish("msg_antwort")
    assert office.open() == ["q", "z"]


def test_an_instance_that_waits_goes_before_a_start_of_its_process(office):
    office.deploy(*waiting(), start("neu", awaits("m")), flow("neu", "z"), around=ANSWER)
    number = office.begin(element_id="start")
    office.publish("msg_antwort")
    assert [row.id for row in office.rows(Instance)] == [number]
    office.publish("msg_antwort")
    assert len(office.rows(Instance)) == 2


def test_two_kept_messages_reach_two_waits_that_begin_together(office):
    fork = (node("parallelGateway", "auf"), catch("a", awaits("m")), catch("b", awaits("m")))
    flows = (flow("start", "auf"), chain("auf", "a", "x"), chain("auf", "b", "y"))
    office.deploy(start(), *fork, task("x"), task("y"), *flows, around=ANSWER)
    office.publish("msg_antwort")
    office.publish("msg_antwort")
    office.begin()
    assert office.open() == ["x", "y"]


def test_of_two_kept_messages_the_second_comes_too_late_when_the_first_decides(office):
    office.deploy(*either(), around=ANSWER + OTHER)
    office.publish("msg_absage")
    office.publish("msg_antwort")
    office.begin()
    assert len(office.open()) == 1
    assert len(office.rows(BufferedMessage)) == 1


def either():
    """Waits for one of two messages, whichever comes first."""
    gate = node("eventBasedGateway", "was")
    events = (catch("a", awaits("m")), catch("b", awaits("n")))
    flows = (flow("start", "was"), chain("was", "a", "x"), chain("was", "b", "y"))
    return (start(), gate, *events, task("x"), task("y"), *flows)


# --- starting -----------------------------------------------------------------------------------


def test_a_message_starts_an_instance_for_the_case_it_names(office):
    office.deploy(*begun_by_message(), around=ANSWER)
    office.publish("msg_antwort", fall_id=str(office.case_id))
    assert office.task("z").case_id == office.case_id


def test_a_message_about_no_case_opens_one(office):
    office.deploy(*begun_by_message(), around=ANSWER)
    office.publish("msg_antwort", "ohne Fall", bg_nummer="25411BG1")
    assert office.task("z").case_id != office.case_id
    assert len(office.rows(Case)) == 2


def test_only_the_newest_version_listens(office):
    office.deploy(*begun_by_message("alt"), around=ANSWER)
    office.deploy(*begun_by_message("jung"), around=ANSWER)
    office.publish("msg_antwort")
    assert office.open() == ["jung"]


def test_a_version_that_no_longer_listens_silences_the_older_one(office):
    office.deploy(*begun_by_message(), around=ANSWER)
    office.deploy(start(), task("z"), chain("start", "z"))
    assert office.publish("msg_antwort") is False


def test_a_running_instance_stays_on_its_version(office, waits):
    office.deploy(*waiting("anders"), around=ANSWER)
    office.publish("msg_antwort")
    assert office.open() == ["z"]


def test_a_new_start_event_takes_what_was_kept_for_it(office):
    for each in "abc":
        office.publish("msg_antwort", f"Fall {each}")
    office.deploy(*begun_by_message(), around=ANSWER)
    assert office.open() == ["z", "z", "z"]
    assert office.rows(BufferedMessage) == []


def test_many_kept_messages_do_not_hinder_a_deployment(office):
    for number in range(210):
        office.publish("msg_antwort", str(number), fall_id=str(office.case_id))
    office.deploy(*begun_by_message(), around=ANSWER)
    assert len(office.rows(Instance)) == 210


def test_a_kept_message_about_a_foreign_case_stays_and_hinders_nobody(office):
    foreign = cases.create(office.session, "bo", now=office.now)
    office.publish("msg_antwort", fall_id=str(foreign))
    office.publish("msg_antwort", "2", fall_id=str(office.case_id))
    office.deploy(*begun_by_message(), around=ANSWER)
    assert office.open() == ["z"]
    (left,) = office.rows(BufferedMessage)
    assert left.variables == {"fall_id": str(foreign)}


# --- between instances --------------------------------------------------------------------------


def sends(element_id, name):
    headers = zeebe("taskHeaders", zeebe("header", key="nachricht", value=name))
    return job(element_id, headers, type="nachricht.senden")


def test_of_two_messages_of_one_step_the_second_is_kept_when_the_first_decides(office):
    office.deploy(*either(), around=ANSWER + OTHER)
    office.begin()
    steps = (task("los"), sends("erst", "msg_antwort"), sends("dann", "msg_absage"))
    flows = chain("start", "los", "erst", "dann", "end")
    office.deploy(start(), *steps, end(), flows, process="sender")
    office.begin("sender")
    office.complete("los")
    assert office.open() == ["x"]
    (kept,) = office.rows(BufferedMessage)
    assert (kept.name, kept.correlation) == ("msg_absage", str(office.case_id))


def test_instances_that_answer_each_other_for_ever_are_stopped(office):
    there = (start("ping", awaits("m")), sends("pong", "msg_absage"), chain("ping", "pong"))
    back = (start("pong", awaits("n")), sends("ping", "msg_antwort"), chain("pong", "ping"))
    office.deploy(*there, around=ANSWER, process="hin")
    office.deploy(*back, around=OTHER, process="her")
    with pytest.raises(TooManySteps):
        office.publish("msg_antwort")


def test_press_sends_a_button_to_the_element_that_waits(office, session):
    with_button = catch(
        "warten",
        zeebe(
            "properties",
            zeebe("property", name="knopf", value="Antwort ist da"),
            zeebe("property", name="knopf_gruppen", value="goe_ifk, goe_teamleitung"),
        ),
        awaits("m"),
    )
    office.deploy(start(), with_button, task("z"), chain("start", "warten", "z"), around=ANSWER)
    office.begin()
    (button,) = messages.buttons(session, office.case_id)
    assert (button.label, button.groups) == ("Antwort ist da", {"goe_ifk", "goe_teamleitung"})
    messages.press(session, button, {"ergebnis": "ja"}, by=office.by())
    assert office.open() == ["z"]
    assert messages.buttons(session, office.case_id) == []
    with pytest.raises(NobodyWaits):
        messages.press(session, button, {}, by=office.by())


KNOPF = zeebe(
    "properties",
    zeebe("property", name="knopf", value="Da"),
    zeebe("property", name="knopf_gruppen", value="goe_ifk"),
)


def offered(office):
    return [(each.label, each.message) for each in messages.buttons(office.session, office.case_id)]


def test_a_button_knows_a_name_that_an_expression_gave(office):
    named = message("m", '= "msg_" + art')
    waiting_ = catch("warten", KNOPF, awaits("m"))
    office.deploy(start(), waiting_, task("z"), chain("start", "warten", "z"), around=[named])
    office.begin(art="antwort")
    assert offered(office) == [("Da", "msg_antwort")]


@pytest.mark.parametrize("together", ["true", "false"])
def test_an_event_of_several_messages_is_offered_once(office, session, together):
    several = node(
        "intermediateCatchEvent",
        "warten",
        KNOPF,
        awaits("m"),
        awaits("n"),
        parallelMultiple=together,
    )
    office.deploy(
        start(), several, task("z"), chain("start", "warten", "z"), around=[*ANSWER, *OTHER]
    )
    office.begin()
    assert offered(office) == [("Da", "msg_antwort")]
    [button] = messages.buttons(session, office.case_id)
    messages.press(session, button, {}, by=office.by())
    assert offered(office) == ([("Da", "msg_absage")] if together == "true" else [])


def test_a_signal_is_no_button(office):
    hears = catch("warten", KNOPF, signals("s"))
    around = [signal("s", "laut")]
    office.deploy(start(), hears, task("z"), chain("start", "warten", "z"), around=around)
    office.begin()
    assert offered(office) == []


def test_a_message_begins_nothing_in_a_case_that_is_closed(office, session):
    office.deploy(*begun_by_message(), around=ANSWER)
    family.save_case(session, office.case_id, {"status": "beendet"})
    assert office.publish("msg_antwort", fall_id=str(office.case_id)) is False
    assert office.rows(Instance) == []
    assert len(office.rows(BufferedMessage)) == 1
    office.deploy(*begun_by_message("neu_z"), around=ANSWER)
    assert office.rows(Instance) == []
    assert len(office.rows(BufferedMessage)) == 1


def test_a_message_from_another_case_leaves_its_receiver_in_its_own(office, waits):
    office.publish("msg_antwort", fall_id="4711", ergebnis="ja")
    seen = bpmn.variables(office.instance(waits).snapshot, office.task("z").id)
    assert seen == {"fall_id": str(office.case_id), "ergebnis": "ja"}
