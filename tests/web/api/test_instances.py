"""Process instances over the API: begun, found, ended, and shown to nobody else."""

from tests.processes.kibiz import IFK
from tests.web.api.calling import Api, program

HANDOVER = "kibiz_uebergabe"


def test_an_operator_begins_finds_and_ends_an_instance(api):
    key = api.begin(HANDOVER, businessId="akte-7", tags=["probe"])
    shown = api.get(f"/process-instances/{key}").json
    assert (shown["state"], shown["businessId"], shown["tags"]) == ("ACTIVE", "akte-7", ["probe"])
    found = api.search("process-instances", filter={"businessId": {"$like": "akte-?"}})
    assert found == [shown]
    assert api.post(f"/process-instances/{key}/cancellation").status_code == 204
    assert api.get(f"/process-instances/{key}").json["state"] == "TERMINATED"
    assert api.post(f"/process-instances/{key}/cancellation").status_code == 404


def test_one_of_several_conditions_is_enough(api):
    one, two = api.begin(HANDOVER, businessId="a"), api.begin(HANDOVER, businessId="b")
    api.begin(HANDOVER, businessId="c")
    either = {"$or": [{"businessId": "a"}, {"businessId": {"$in": ["b"]}}]}
    found = api.search("process-instances", filter=either)
    assert [each["processInstanceKey"] for each in found] == [one, two]
    assert not api.search("process-instances", filter={**either, "state": "completed"})


def test_what_belongs_to_no_mandant_is_shown_in_no_office(stage, api):
    key = api.begin(HANDOVER)
    worker = Api(stage, IFK)
    assert worker.get(f"/process-instances/{key}").status_code == 404
    assert worker.search("process-instances") == []


def test_a_case_is_shown_to_its_groups_and_to_operators(stage, api):
    stage.start(IFK, HANDOVER, "start_vorschlag")
    (shown,) = Api(stage, IFK).search("process-instances")
    assert shown["processDefinitionId"] == HANDOVER
    assert api.search("process-instances") == [shown]
    key = shown["processInstanceKey"]
    for stranger in (Api(stage, "bo_ksa.a"), program(stage), program(stage, "b", mandant="bo")):
        assert stranger.search("process-instances") == []
        assert stranger.get(f"/process-instances/{key}").status_code == 404
        assert stranger.post(f"/process-instances/{key}/cancellation").status_code == 404
    assert Api(stage, IFK).post(f"/process-instances/{key}/cancellation").status_code == 403


def test_a_request_says_what_is_wrong_with_it(api):
    for body, part in (
        ({}, "processDefinitionKey"),
        ({"processDefinitionId": 7}, "processDefinitionId"),
        ({"processDefinitionKey": 7}, "processDefinitionKey"),
        ({"processDefinitionId": HANDOVER, "tenantId": "anderer"}, "tenantId"),
        ({"processDefinitionId": HANDOVER, "variabels": {}}, "variabels"),
        ({"processDefinitionId": HANDOVER, "variables": {"a": {"geschuetzt": "1"}}}, "geschützt"),
    ):
        answer = api.post("/process-instances", body)
        assert answer.status_code == 400
        assert part in answer.json["detail"]


def test_what_is_no_json_is_refused(api):
    wrong = (b"{", b"[]", b'"a"', b"\xff", b'{"a":' * 5000 + b"1" + b"}" * 5000)
    for content in wrong:
        answer = api.call(
            "POST", "/process-instances", None, data=content, content_type="application/json"
        )
        assert answer.status_code == 400
    text = api.call("POST", "/process-instances", None, data=b"a=1", content_type="text/plain")
    assert text.status_code == 415
    large = {"processDefinitionId": HANDOVER, "variables": {"a": "x" * 10_000_000}}
    assert api.post("/process-instances", large).status_code == 413
