"""Call activities: a child instance with its own rows, and what comes back from it."""

import pytest

from engine import bpmn, instances, user_tasks
from engine.bpmn.outcome import State
from engine.errors import InstanceEnded
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.engine.office import ALICE, task

HELPED = d.error("e1", "abgelehnt")


@pytest.fixture
def parent(office):
    """A process that calls another one; its error is caught."""

    def deploy(child="kind", *content, **attributes):
        call = d.call("ruf", child, *content, **attributes)
        caught = d.boundary("bd_fehler", "ruf", d.throws("e1"))
        office.deploy(
            *(d.start(), call, caught, task("ut_danach"), task("ut_fehler")),
            *(d.chain("start", "ruf", "ut_danach"), d.flow("bd_fehler", "ut_fehler")),
            around=(HELPED,),
        )

    return deploy


@pytest.fixture
def child(office):
    office.deploy(
        *(d.start(), task("ut_kind"), d.xor("gw", default="gut"), d.end("ende")),
        *(d.end("abbruch", d.throws("e1")), d.chain("start", "ut_kind", "gw")),
        *(d.flow("gw", "ende", id="gut"), d.flow("gw", "abbruch", "= kind.nein = true")),
        process="kind",
        around=(HELPED,),
    )


def children(office):
    return [row for row in office.rows(Instance) if row.parent_id is not None]


def test_a_call_begins_an_instance_of_its_own_in_the_same_case(office, parent, child):
    parent("kind", d.mapping({"auftrag": "= 1"}), propagateAllParentVariables="false")
    number = office.begin(geheim=True)
    assert office.open() == ["ut_kind"]
    (begun,) = children(office)
    assert (begun.parent_id, begun.case_id, begun.mandant_id) == (number, office.case_id, "goe")
    seen = bpmn.variables(begun.snapshot, office.task("ut_kind").id)
    assert seen == {"auftrag": 1, "fall_id": str(office.case_id)}


def test_the_end_of_the_child_hands_its_variables_back(office, parent, child):
    parent("kind", d.mapping(outputs={"antwort": "= kind.wert"}))
    number = office.begin()
    office.complete("ut_kind", wert=7)
    assert office.open() == ["ut_danach"]
    seen = bpmn.variables(office.instance(number).snapshot, office.task("ut_danach").id)
    assert seen["antwort"] == 7
    assert [row.state for row in children(office)] == [State.COMPLETED]


def test_an_error_of_the_child_is_caught_around_the_call(office, parent, child):
    parent()
    office.begin()
    office.complete("ut_kind", nein=True)
    assert office.open() == ["ut_fehler"]
    assert [row.state for row in children(office)] == [State.TERMINATED]
    assert office.incidents() == []


def test_a_cancelled_caller_takes_the_child_away(office, session, parent, child):
    parent()
    number = office.begin()
    instances.advance(session, number, bpmn.Cancel(), by=office.by())
    assert office.open() == []
    assert {row.state for row in office.rows(Instance)} == {State.CANCELLED}
    with pytest.raises(InstanceEnded):
        instances.advance(session, children(office)[0].id, bpmn.Cancel(), by=office.by())


def test_a_missing_process_is_an_incident_until_it_is_there(office, session, parent, child):
    parent("gibt_es_noch_nicht")
    number = office.begin()
    (incident,) = office.incidents()
    assert "„gibt_es_noch_nicht“" in incident.message
    office.deploy(
        d.start(), task("ut_neu"), d.chain("start", "ut_neu"), process="gibt_es_noch_nicht"
    )
    instances.advance(session, number, bpmn.Retry(incident.id), by=office.by())
    assert office.open() == ["ut_neu"]
    assert office.incidents() == []


def test_calls_in_a_circle_end_in_an_incident(office, session):
    office.deploy(d.start(), d.call("ruf", "= p"), d.chain("start", "ruf"))
    office.begin(p="p")
    (incident,) = office.incidents()
    assert "im Kreis" in incident.message


@pytest.mark.parametrize("sequential", [True, False])
def test_a_call_for_each_item_collects_what_the_children_give(office, child, sequential):
    each = d.loop(
        "= liste",
        sequential=sequential,
        inputElement="auftrag",
        outputCollection="antworten",
        outputElement="= kind.wert",
    )
    call = d.call("ruf", "kind", each)
    office.deploy(d.start(), call, task("ut_danach"), d.chain("start", "ruf", "ut_danach"))
    number = office.begin(liste=["a", "b"])
    for wert in (1, 2):
        user_tasks.complete(
            office.session,
            office.task("ut_kind").id,
            user=ALICE,
            values={"wert": wert},
            now=office.now,
        )
    seen = bpmn.variables(office.instance(number).snapshot, office.task("ut_danach").id)
    assert seen["antworten"] == [1, 2]


def test_a_version_tag_names_the_version_that_is_called(office, parent):
    for tag, element in (("alt", "ut_alt"), ("neu", "ut_neu")):
        tagged = d.zeebe("versionTag", value=tag)
        extensions = f"<bpmn:extensionElements>{tagged}</bpmn:extensionElements>"
        office.deploy(
            extensions, d.start(), task(element), d.chain("start", element), process="kind"
        )
    parent("kind", bindingType="versionTag", versionTag="alt")
    office.begin()
    assert office.open() == ["ut_alt"]


def test_a_child_that_is_cancelled_by_hand_leaves_its_caller_an_incident(
    office, session, parent, child
):
    parent()
    office.begin()
    [first] = children(office)
    instances.advance(session, first.id, bpmn.Cancel(), by=office.by())
    (incident,) = office.incidents()
    assert incident.instance_id == first.parent_id
    assert "„kind“ wurde abgebrochen" in incident.message
    office.retry(incident.id)
    assert [row.state for row in children(office)] == [State.CANCELLED, State.ACTIVE]
    office.complete("ut_kind")
    assert office.open() == ["ut_danach"]
    assert office.incidents() == []


def test_a_cancelled_caller_is_not_told_that_its_child_went_with_it(office, session, parent, child):
    parent()
    number = office.begin()
    instances.advance(session, number, bpmn.Cancel(), by=office.by())
    assert office.incidents() == []


@pytest.fixture
def grandparent(office, parent, child):
    """A process that calls the parent, and can be told to stop calling it."""
    parent()
    office.deploy(
        *(d.start(), d.call("ruf_p", "p"), task("ut_fertig"), task("ut_statt")),
        *(d.boundary("bd_statt", "ruf_p", d.awaits("m")), d.flow("bd_statt", "ut_statt")),
        d.chain("start", "ruf_p", "ut_fertig"),
        process="gross",
        around=(d.message("m", "msg_statt"),),
    )
    return office.begin("gross")


def test_what_a_child_s_child_gives_reaches_the_top(office, grandparent):
    office.complete("ut_kind", wert=7)
    office.complete("ut_danach")
    assert office.open() == ["ut_fertig"]
    seen = bpmn.variables(office.instance(grandparent).snapshot, office.task("ut_fertig").id)
    assert seen["kind"] == {"wert": 7}


def test_whoever_is_called_below_goes_with_the_call(office, grandparent):
    office.publish("msg_statt")
    assert office.open() == ["ut_statt"]
    assert [row.state for row in children(office)] == [State.CANCELLED] * 2
    assert office.incidents() == []


def test_more_calls_at_once_than_a_chain_may_be_long(office, session, child):
    many = d.call("ruf", "kind", d.loop("= for i in 1..250 return i", inputElement="i"))
    office.deploy(d.start(), many, d.chain("start", "ruf"))
    number = office.begin()
    assert len(children(office)) == 250
    instances.advance(session, number, bpmn.Cancel(), by=office.by())
    assert {row.state for row in children(office)} == {State.CANCELLED}
