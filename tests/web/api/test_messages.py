"""Messages over the API: delivered, kept for a time, taken once; where no Mandant is."""

import pytest
from camunda_orchestration_sdk.models.message_correlation_result import MessageCorrelationResult
from camunda_orchestration_sdk.models.message_publication_result import MessagePublicationResult

from engine.organisation.clients import Scope
from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.api.calling import Api, program
from tests.web.test_statements import counting

DIAGRAM = d.diagram(
    d.start("start"),
    d.catch("wartet", d.awaits("m")),
    d.end("end"),
    d.chain("start", "wartet", "end"),
    d.catch("ruhe", d.timer("timeDuration", "P1D")),
    d.start("ruf", d.awaits("r")),
    d.flow("ruf", "ruhe"),
    process=small.NAME,
    around=[d.message("m", "antwort", correlation="= schluessel"), d.message("r", "ruf")],
)
WAY = ("publication", "correlation")


@pytest.fixture(autouse=True)
def process(stage, tmp_path):
    small.deploy(stage, small.put(tmp_path, DIAGRAM))


def send(api, way="publication", name="antwort", **more):
    return api.post(f"/messages/{way}", {"name": name, "correlationKey": "a", **more})


def begin(api):
    return api.begin(small.NAME, variables={"schluessel": "a"})


def states(api):
    return [each["state"] for each in api.search("process-instances")]


def test_a_message_reaches_what_waits_for_it(stage, api):
    begin(api)
    answer = send(program(stage), variables={"farbe": "blau", "fall_id": "1"})
    MessagePublicationResult.from_dict(answer.json)
    assert (answer.status_code, set(answer.json)) == (200, {"messageKey", "tenantId"})
    assert states(api) == ["COMPLETED"]
    found = {each["name"]: each["value"] for each in api.search("variables")}
    assert found["farbe"] == '"blau"'
    assert found["fall_id"] != '"1"'


def test_of_several_who_wait_in_a_process_the_first_gets_a_message(api):
    begin(api)
    begin(api)
    send(api)
    assert states(api) == ["COMPLETED", "ACTIVE"]


def test_a_message_for_another_key_reaches_nobody(api):
    begin(api)
    assert send(api, correlationKey="b").status_code == 200
    assert states(api) == ["ACTIVE"]


def test_a_message_is_kept_for_its_time_to_live(stage, api):
    send(api, timeToLive=60_000)
    stage.travel(seconds=59)
    begin(api)
    assert states(api) == ["COMPLETED"]
    send(api, timeToLive=60_000)
    stage.travel(seconds=60)
    begin(api)
    assert states(api) == ["COMPLETED", "ACTIVE"]


def test_a_message_without_a_time_to_live_is_not_kept(api):
    assert send(api).status_code == 200
    begin(api)
    assert states(api) == ["ACTIVE"]


def test_a_message_with_the_same_number_is_kept_once(api):
    numbered = {"timeToLive": 60_000, "messageId": "n1"}
    assert send(api, **numbered).status_code == 200
    again = send(api, **numbered)
    assert (again.status_code, again.json["title"]) == (409, "INVALID_STATE")
    assert send(api, correlationKey="b", **numbered).status_code == 200
    begin(api)
    begin(api)
    assert states(api) == ["COMPLETED", "ACTIVE"]


def test_a_message_with_the_same_number_is_delivered_once(api):
    for status in (200, 409):
        assert send(api, name="ruf", messageId="n1").status_code == status
    assert states(api) == ["ACTIVE"]


def test_a_number_is_free_again_when_its_message_reached_nobody(api):
    assert send(api, messageId="n1").status_code == 200
    begin(api)
    assert send(api, messageId="n1").status_code == 200
    assert states(api) == ["COMPLETED"]


def test_a_correlated_message_names_the_instance_that_it_reached(api):
    key = begin(api)
    answer = send(api, "correlation")
    assert answer.status_code == 200
    assert MessageCorrelationResult.from_dict(answer.json).process_instance_key == key
    assert set(answer.json) == {"messageKey", "processInstanceKey", "tenantId"}


def test_a_correlated_message_begins_an_instance(api):
    answer = send(api, "correlation", name="ruf", correlationKey="")
    (begun,) = api.search("process-instances")
    assert answer.json["processInstanceKey"] == begun["processInstanceKey"]


def test_a_correlated_message_that_nobody_awaits_is_not_kept(api):
    answer = send(api, "correlation")
    assert (answer.status_code, answer.json["title"]) == (404, "NOT_FOUND")
    begin(api)
    assert states(api) == ["ACTIVE"]


@pytest.mark.parametrize("way", WAY)
def test_no_message_goes_from_nobody_to_a_mandant(stage, api, tmp_path, way):
    step = d.catch("st", d.awaits("m"))
    diagram = small.between(("st", step)).replace(
        b"</bpmn:definitions>",
        d.message("m", "antwort", correlation='= "a"').encode() + b"</bpmn:definitions>",
    )
    small.begin(stage, tmp_path, diagram)
    stage.complete("goe_ifk.a", "ut_frage", zahl=4)
    assert send(api, way).status_code == (200 if way == "publication" else 404)
    assert stage.waiting() == []
    assert states(api) == ["ACTIVE"]


@pytest.mark.parametrize("way", WAY)
def test_nobody_of_an_office_reaches_what_belongs_to_no_mandant(stage, api, way):
    begin(api)
    for stranger in (Api(stage, "goe_ifk.a"), program(stage, "goe", mandant="goe")):
        assert send(stranger, way).status_code == (200 if way == "publication" else 404)
    reader = program(stage, "leser", scopes=(Scope.READ,))
    assert send(reader, way).status_code == 403
    assert states(api) == ["ACTIVE"]


WRONG = {
    "no name": {"name": ""},
    "a long name": {"name": "x" * 201},
    "a time before now": {"timeToLive": -1},
    "a time too long": {"timeToLive": 10**12},
    "a key that is a number": {"correlationKey": 1},
    "another tenant": {"tenantId": "anderer"},
    "a business id": {"businessId": "b"},
    "a protected value": {"variables": {"a": {"geschuetzt": "1"}}},
    "an unknown field": {"ttl": 1},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_message_is_refused(api, wrong):
    assert send(api, **wrong).status_code == 400


def test_a_delivery_is_one_commit_of_few_statements(stage, api):
    begin(api)
    with counting(stage) as counted:
        send(api, messageId="n1")
    (statements,) = counted.committed
    assert len(statements) == 8, statements
