"""What waits for messages, over the API: found by all fields, and never of strangers."""

import pytest
from camunda_orchestration_sdk.models.message_subscription_search_query_result import (
    MessageSubscriptionSearchQueryResult,
)

from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.api.calling import Api, program

THINGS = "message-subscriptions"
OFFICE = "goe_ifk.a"


def waiting(start):
    """A diagram that waits for a message, with a key that is a value of the case."""
    tool = small.properties(**{"io.camunda.tool:name": "frage", "annahme": "ja"})
    return d.diagram(
        start,
        d.catch("wartet", tool, d.awaits("m")),
        d.end("end"),
        d.chain("start_probe", "wartet", "end"),
        d.start("ruf", d.awaits("r")),
        d.flow("ruf", "end"),
        process=small.NAME,
        around=[d.message("m", "antwort", correlation='= "geheim"'), d.message("r", "ruf")],
    )


@pytest.fixture(autouse=True)
def process(stage, tmp_path):
    small.deploy(stage, small.put(tmp_path, waiting(small.START)))


def search(api, **conditions):
    return api.search(THINGS, filter={"processDefinitionId": small.NAME, **conditions})


def elements(api, **conditions):
    return [each["elementId"] for each in search(api, **conditions)]


def test_a_wait_is_shown_with_every_field(api):
    key = api.begin(small.NAME, businessId="b")
    answer = api.post(f"/{THINGS}/search", {"filter": {"messageName": "antwort"}})
    (found,) = MessageSubscriptionSearchQueryResult.from_dict(answer.json).items
    assert found.process_instance_key == found.root_process_instance_key == key
    assert (found.correlation_key, found.business_id) == ("geheim", "b")
    (shown,) = answer.json["items"]
    assert shown["toolProperties"] == {"io.camunda.tool:name": "frage"}
    assert shown["extensionProperties"] == shown["toolProperties"] | {"annahme": "ja"}
    assert (shown["toolName"], shown["messageSubscriptionState"]) == ("frage", "CREATED")
    assert shown["elementInstanceKey"] == shown["messageSubscriptionKey"]


def test_waits_are_found_by_their_kind_and_key(api):
    api.begin(small.NAME)
    assert elements(api, messageSubscriptionType="start_event") == ["ruf"]
    assert elements(api, messageSubscriptionType="PROCESS_EVENT") == ["wartet"]
    assert elements(api, correlationKey={"$like": "geh*"}) == ["wartet"]
    assert elements(api, messageSubscriptionState={"$neq": "CREATED"}) == []
    (start,) = search(api, elementId="ruf")
    nothing = ("processInstanceKey", "elementInstanceKey", "correlationKey", "toolName")
    assert [start[name] for name in nothing] == [None] * 4


def test_what_got_its_message_waits_no_more(api):
    api.begin(small.NAME)
    api.post("/messages/publication", {"name": "antwort", "correlationKey": "geheim"})
    assert elements(api) == ["ruf"]


def test_a_case_s_waits_are_its_people_s_and_no_key_is_shown(stage, api):
    stage.start(OFFICE, small.NAME, "start_probe")
    worker = program(stage, "goe", mandant="goe", groups=("goe_ifk",))
    for caller in (api, Api(stage, OFFICE), worker):
        (found,) = search(caller, messageName="antwort")
        assert found["correlationKey"] is None
        assert search(caller, correlationKey="geheim") == []
    for name, mandant in (("fremd", "goe"), ("bo", "bo"), ("niemand", None)):
        assert elements(program(stage, name, mandant=mandant)) == ["ruf"]
