"""What ran in an instance, as the API tells it: steps, counts, ways, and who called whom."""

import pytest
from camunda_orchestration_sdk.models.element_instance_search_query_result import (
    ElementInstanceSearchQueryResult,
)
from camunda_orchestration_sdk.models.process_instance_element_statistics_query_result import (
    ProcessInstanceElementStatisticsQueryResult,
)
from camunda_orchestration_sdk.models.process_instance_sequence_flows_query_result import (
    ProcessInstanceSequenceFlowsQueryResult,
)

from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK, KIBIZ
from tests.web import small
from tests.web.api import sending
from tests.web.api.calling import Api, program

LOOP = d.diagram(
    d.start(),
    d.sub(
        "teil",
        d.start("s2"),
        d.job("arbeiten", d.loop("=[1, 2]"), type="arbeit"),
        d.end("e2"),
        d.chain("s2", "arbeiten", "e2"),
    ),
    d.user("fragen"),
    d.end(),
    d.chain("start", "teil", "fragen", "end"),
    process="probe",
)


@pytest.fixture
def key(api):
    return begun(api)


def begun(api):
    """Begin an instance whose two jobs wait within a sub-process; return its key."""
    sending.deployed(api, ("probe.bpmn", LOOP))
    return api.begin("probe")


def runs(api, key, **conditions):
    found = api.search("element-instances", filter={"processInstanceKey": key, **conditions})
    return {(each["elementId"], each["type"], each["state"]) for each in found}


def work(api):
    wanted = {"type": "arbeit", "timeout": 60_000, "maxJobsToActivate": 9}
    for job in api.post("/jobs/activation", wanted).json["jobs"]:
        assert api.post(f"/jobs/{job['jobKey']}/completion").status_code == 204


def test_each_run_is_found_with_what_became_of_it(api, key):
    assert runs(api, key) == {
        ("probe", "PROCESS", "ACTIVE"),
        ("start", "START_EVENT", "COMPLETED"),
        ("teil", "SUB_PROCESS", "ACTIVE"),
        ("s2", "START_EVENT", "COMPLETED"),
        ("arbeiten", "MULTI_INSTANCE_BODY", "ACTIVE"),
        ("arbeiten", "SERVICE_TASK", "ACTIVE"),
    }
    work(api)
    assert runs(api, key, state="active") == {
        ("probe", "PROCESS", "ACTIVE"),
        ("fragen", "USER_TASK", "ACTIVE"),
    }
    ElementInstanceSearchQueryResult.from_dict(api.post("/element-instances/search").json)


def test_runs_are_found_by_the_run_around_them(api, key):
    found = api.search("element-instances", filter={"elementId": "teil"})
    within = {"elementInstanceScopeKey": found[0]["elementInstanceKey"]}
    assert {each[0] for each in runs(api, key, **within)} == {"s2", "arbeiten"}
    assert {each[0] for each in runs(api, key, elementInstanceScopeKey=key)} == {"start", "teil"}
    either = {"$or": [{"elementId": "start"}, {"type": "process"}]}
    assert {each[0] for each in runs(api, key, **either)} == {"start", "probe"}


def test_a_run_can_be_asked_for_by_its_key(api, key):
    for each in api.search("element-instances", filter={"processInstanceKey": key}):
        assert len(each) == 14
        assert api.get(f"/element-instances/{each['elementInstanceKey']}").json == each
    assert api.get("/element-instances/1").status_code == 404


def test_what_ran_when_the_instance_was_ended_is_terminated(api, key):
    assert api.post(f"/process-instances/{key}/cancellation").status_code == 204
    assert runs(api, key, state="ACTIVE") == set()
    assert ("teil", "SUB_PROCESS", "TERMINATED") in runs(api, key)
    assert ("probe", "PROCESS", "TERMINATED") in runs(api, key)
    ends = api.search("element-instances", filter={"endDate": {"$exists": False}})
    assert ends == []


def test_a_step_that_failed_has_its_incident(api, key):
    wanted = {"type": "arbeit", "timeout": 60_000, "maxJobsToActivate": 1}
    (job,) = api.post("/jobs/activation", wanted).json["jobs"]
    assert api.post(f"/jobs/{job['jobKey']}/failure", {"retries": 0}).status_code == 204
    (found,) = api.search("element-instances", filter={"hasIncident": True})
    assert found["elementInstanceKey"] == job["elementInstanceKey"]
    (incident,) = api.search("incidents")
    assert found["incidentKey"] == incident["incidentKey"]
    counts = statistics(api, key)
    assert (counts["arbeiten"]["active"], counts["arbeiten"]["incidents"]) == (2, 1)


def statistics(api, key):
    answer = api.get(f"/process-instances/{key}/statistics/element-instances").json
    ProcessInstanceElementStatisticsQueryResult.from_dict(answer)
    return {each["elementId"]: each for each in answer["items"]}


def test_steps_are_counted(api, key):
    work(api)
    counts = statistics(api, key)
    assert counts["arbeiten"] == {
        "elementId": "arbeiten",
        "active": 0,
        "canceled": 0,
        "incidents": 0,
        "completed": 2,
    }
    assert counts["fragen"]["active"] == 1
    assert "probe" not in counts


def test_the_ways_that_were_taken(api, key):
    answer = api.get(f"/process-instances/{key}/sequence-flows").json
    ProcessInstanceSequenceFlowsQueryResult.from_dict(answer)
    before = {each["elementId"] for each in answer["items"]}
    work(api)
    after = {
        each["elementId"]
        for each in api.get(f"/process-instances/{key}/sequence-flows").json["items"]
    }
    assert len(before) == 2
    assert before < after
    assert len(after) == 4


def test_who_called_whom(api):
    child = d.diagram(d.start(), d.user("a"), d.end(), d.chain("start", "a", "end"), process="kind")
    parent = d.diagram(
        d.start(),
        d.call("rufen", "kind"),
        d.end(),
        d.chain("start", "rufen", "end"),
        process="oben",
    )
    sending.deployed(api, ("kind.bpmn", child))
    sending.deployed(api, ("oben.bpmn", parent))
    top = api.begin("oben")
    (called,) = api.search("process-instances", filter={"parentProcessInstanceKey": top})
    line = api.get(f"/process-instances/{called['processInstanceKey']}/call-hierarchy").json
    assert [each["processInstanceKey"] for each in line] == [top, called["processInstanceKey"]]


def test_strangers_find_nothing(stage, api, key):
    for stranger in (Api(stage, IFK), program(stage, "fremd", mandant="goe", groups=("goe_ifk",))):
        assert stranger.search("element-instances") == []
        (run, *_) = api.search("element-instances")
        assert stranger.get(f"/element-instances/{run['elementInstanceKey']}").status_code == 404
        for part in ("statistics/element-instances", "sequence-flows", "call-hierarchy"):
            assert stranger.get(f"/process-instances/{key}/{part}").status_code == 404


def test_a_step_of_class_s8_status_is_told_to_nobody_who_may_not_see_it(stage, api, tmp_path):
    secret = small.properties(datenklasse="S8-Status")
    hidden = (
        small.task("ut_geheim")
        .replace('"goe_ifk"', '"goe_ifk_kibiz"')
        .replace("probe.geheim", "probe.danach")
        .replace("<bpmn:extensionElements>", f"<bpmn:extensionElements>{secret}", 1)
    )
    small.deploy(stage, small.put(tmp_path, small.between(("ut_geheim", hidden))))
    stage.start(IFK, small.NAME, "start_probe")
    stage.complete(IFK, "ut_frage", zahl="1")
    stage.complete(KIBIZ, "ut_geheim")
    member = Api(stage, IFK)
    (instance,) = member.search("process-instances")
    key = instance["processInstanceKey"]
    _tells_nothing(member, key)
    small.deploy(stage, small.put(tmp_path, small.between()))
    found = api.search("process-definitions", filter={"processDefinitionId": small.NAME})
    (newer,) = [each["processDefinitionKey"] for each in found if each["version"] == 2]
    way = [{"sourceElementId": "ut_danach", "targetElementId": "ut_danach"}]
    moved = {"targetProcessDefinitionKey": newer, "mappingInstructions": way}
    assert api.post(f"/process-instances/{key}/migration", moved).status_code == 204
    _tells_nothing(member, key)
    assert any(each[0] == "ut_geheim" for each in runs(api, key))


def _tells_nothing(member, key):
    assert "ut_danach" in {each[0] for each in runs(member, key)}
    told = [
        member.post("/element-instances/search").text,
        member.get(f"/process-instances/{key}/statistics/element-instances").text,
        member.get(f"/process-instances/{key}/sequence-flows").text,
    ]
    assert not any("geheim" in text for text in told)
