"""Counts over instances, waiting messages and incidents, each only of what its caller may know."""

from contextlib import contextmanager

import pytest
from camunda_orchestration_sdk.models import (
    IncidentProcessInstanceStatisticsByDefinitionQueryResult,
    IncidentProcessInstanceStatisticsByErrorQueryResult,
    ProcessDefinitionElementStatisticsQueryResult,
    ProcessDefinitionInstanceStatisticsQueryResult,
    ProcessDefinitionInstanceVersionStatisticsQueryResult,
    ProcessDefinitionMessageSubscriptionStatisticsQueryResult,
)
from sqlalchemy import event

from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api import sending
from tests.web.api.calling import Api, program
from web.api.incident_statistics import hash_code
from web.database import db

PROCESSES = "/process-definitions/statistics/process-instances"
VERSIONS = f"{PROCESSES}-by-version"
WAITS = "/process-definitions/statistics/message-subscriptions"
ERRORS = "/incidents/statistics/process-instances-by-error"
FAILING = "/incidents/statistics/process-instances-by-definition"
MODELS = {
    PROCESSES: ProcessDefinitionInstanceStatisticsQueryResult,
    VERSIONS: ProcessDefinitionInstanceVersionStatisticsQueryResult,
    WAITS: ProcessDefinitionMessageSubscriptionStatisticsQueryResult,
    ERRORS: IncidentProcessInstanceStatisticsByErrorQueryResult,
    FAILING: IncidentProcessInstanceStatisticsByDefinitionQueryResult,
}
FAILED = "Der Drucker streikt."


def counted(api, path, **body):
    answer = api.post(path, body)
    assert answer.status_code == 200, answer.text
    assert MODELS[path].from_dict(answer.json).to_dict() == answer.json
    assert answer.json["page"]["totalItems"] >= len(answer.json["items"])
    return answer.json["items"]


def working(name, process_id="probe"):
    """A process that waits for a worker; its name makes a version of its own."""
    body = d.start(), d.job("arbeiten", type="arbeit"), d.end()
    drawn = d.diagram(*body, d.chain("start", "arbeiten", "end"), process=process_id)
    named = f'<bpmn:process id="{process_id}" name="{name}"'.encode()
    return drawn.replace(f'<bpmn:process id="{process_id}"'.encode(), named)


def fail(api, *, times=1):
    wanted = {"type": "arbeit", "timeout": 60_000, "maxJobsToActivate": times}
    jobs = api.post("/jobs/activation", wanted).json["jobs"]
    assert len(jobs) == times
    for job in jobs:
        failed = {"retries": 0, "errorMessage": FAILED}
        assert api.post(f"/jobs/{job['jobKey']}/failure", failed).status_code == 204


@pytest.fixture
def keys(api):
    return two_versions(api)


def two_versions(api):
    """Begin two versions of a process, one that fails, then one that runs; return their keys."""
    ((_, first),) = sending.deployed(api, ("p.bpmn", working("Erste")))
    api.begin("probe")
    fail(api)
    ((_, second),) = sending.deployed(api, ("p.bpmn", working("Zweite")))
    api.begin("probe")
    api.post(f"/process-instances/{api.begin('probe')}/cancellation")
    return first["processDefinitionKey"], second["processDefinitionKey"]


def test_running_instances_are_counted_for_each_process(api, keys):
    assert counted(api, PROCESSES) == [
        {
            "processDefinitionId": "probe",
            "latestProcessDefinitionName": "Zweite",
            "hasMultipleVersions": True,
            "activeInstancesWithoutIncidentCount": 1,
            "activeInstancesWithIncidentCount": 1,
            "tenantId": "<default>",
        }
    ]


def test_running_instances_are_counted_for_each_version(api, keys):
    order = [{"field": "activeInstancesWithIncidentCount", "order": "desc"}]
    found = counted(api, VERSIONS, filter={"processDefinitionId": "probe"}, sort=order)
    assert found == [
        {
            "processDefinitionId": "probe",
            "processDefinitionKey": key,
            "processDefinitionName": name,
            "processDefinitionVersion": version,
            "activeInstancesWithoutIncidentCount": healthy,
            "activeInstancesWithIncidentCount": failing,
            "tenantId": "<default>",
        }
        for key, name, version, healthy, failing in (
            (keys[0], "Erste", 1, 0, 1),
            (keys[1], "Zweite", 2, 1, 0),
        )
    ]
    assert counted(api, VERSIONS, filter={"processDefinitionId": "anderes"}) == []


def test_processes_come_in_pages(api, keys):
    sending.deployed(api, ("q.bpmn", working("Q", "quitte")))
    api.begin("quitte")
    pages = [counted(api, PROCESSES, page={"limit": 1, "from": n}) for n in range(3)]
    names = [[each["processDefinitionId"] for each in page] for page in pages]
    assert names == [["probe"], ["quitte"], []]


def test_an_error_is_counted_by_the_instances_it_holds_up(api, keys):
    api.begin("probe")
    fail(api, times=2)
    (error,) = counted(api, ERRORS)
    number = hash_code(FAILED)
    assert error == {
        "errorHashCode": number,
        "errorMessage": FAILED,
        "activeInstancesWithErrorCount": 3,
    }
    order = [{"field": "activeInstancesWithErrorCount", "order": "DESC"}]
    found = counted(api, FAILING, filter={"errorHashCode": number}, sort=order)
    shown = [
        (each["processDefinitionKey"], each["activeInstancesWithErrorCount"]) for each in found
    ]
    assert shown == [(keys[1], 2), (keys[0], 1)]
    assert found[0]["processDefinitionName"] == "Zweite"
    assert counted(api, FAILING, filter={"errorHashCode": 1}) == []


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), ("hello", 99162322), ("Ä", 196), ("😀", 1772899)]
)
def test_an_error_has_the_number_that_java_gives_its_text(text, number):
    assert hash_code(text) == number


def test_the_number_of_a_long_text_stays_within_32_bits():
    assert -(2**31) <= hash_code("x" * 1_000) < 2**31
    assert hash_code("polygenelubricants") == -(2**31)


def test_what_waits_for_messages_is_counted_for_each_version(api):
    waits = [d.catch(name, d.awaits(f"m_{name}")) for name in ("eins", "zwei")]
    body = d.start(), d.parallel("teilt"), *waits, d.end("e1"), d.end("e2")
    ways = d.chain("start", "teilt", "eins", "e1"), d.chain("teilt", "zwei", "e2")
    named = [d.message(f"m_{name}", name, "= schluessel") for name in ("eins", "zwei")]
    diagram = d.diagram(*body, *ways, process="wartet", around=named)
    ((_, made),) = sending.deployed(api, ("w.bpmn", diagram))
    for _ in range(2):
        api.begin("wartet", variables={"schluessel": "a"})
    (found,) = counted(api, WAITS, filter={"processDefinitionId": "wartet"})
    assert found == {
        "processDefinitionId": "wartet",
        "processDefinitionKey": made["processDefinitionKey"],
        "processInstancesWithActiveSubscriptions": 2,
        "activeSubscriptions": 4,
        "tenantId": "<default>",
    }
    (fewer,) = counted(api, WAITS, filter={"elementId": "eins"})
    assert fewer["activeSubscriptions"] == 2


def test_the_steps_of_a_version_are_counted_over_its_instances(api, keys):
    path = f"/process-definitions/{keys[1]}/statistics/element-instances"
    answer = api.post(path, {}).json
    ProcessDefinitionElementStatisticsQueryResult.from_dict(answer)
    counts = {each["elementId"]: each for each in answer["items"]}
    assert counts["arbeiten"] == {
        "elementId": "arbeiten",
        "active": 1,
        "canceled": 1,
        "incidents": 0,
        "completed": 0,
    }
    ended = api.post(path, {"filter": {"state": "TERMINATED"}}).json["items"]
    assert {each["elementId"]: each["active"] for each in ended} == {"start": 0, "arbeiten": 0}
    assert api.post("/process-definitions/1/statistics/element-instances").status_code == 404


@pytest.mark.parametrize("path", (VERSIONS, FAILING))
@pytest.mark.parametrize("body", ({}, {"filter": {}}, {"filter": {"unbekannt": 1}}))
def test_what_is_counted_must_be_named(api, path, body):
    assert api.post(path, body).status_code == 400


def test_strangers_count_nothing(stage, api, keys):
    number = hash_code(FAILED)
    for stranger in (Api(stage, IFK), program(stage, "fremd", mandant="bo")):
        assert counted(stranger, PROCESSES) == []
        assert counted(stranger, VERSIONS, filter={"processDefinitionId": "probe"}) == []
        assert counted(stranger, ERRORS) == []
        assert counted(stranger, FAILING, filter={"errorHashCode": number}) == []
        path = f"/process-definitions/{keys[0]}/statistics/element-instances"
        assert stranger.post(path).json["items"] == []
    assert program(stage, "ohne", scopes=("aufgaben",)).post(PROCESSES).status_code == 403


def test_a_hidden_step_is_counted_for_nobody_who_may_not_see_it(stage, api, tmp_path):
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
    (process,) = api.search("process-definitions", filter={"processDefinitionId": small.NAME})
    path = f"/process-definitions/{process['processDefinitionKey']}/statistics/element-instances"
    told = {each["elementId"] for each in Api(stage, IFK).post(path).json["items"]}
    assert "ut_frage" in told
    assert "ut_geheim" not in told
    assert "ut_geheim" in {each["elementId"] for each in api.post(path).json["items"]}


@contextmanager
def selecting(stage):
    """Collect the statements that read."""
    seen = []
    with stage.app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_more_to_count_costs_no_more_statements(stage, api, keys):
    def costs(path, **body):
        counted(api, path, **body)
        with selecting(stage) as statements:
            counted(api, path, **body)
        return len(statements)

    asked = {
        PROCESSES: {},
        VERSIONS: {"filter": {"processDefinitionId": "probe"}},
        WAITS: {},
        ERRORS: {},
        FAILING: {"filter": {"errorHashCode": hash_code(FAILED)}},
    }
    before = {path: costs(path, **body) for path, body in asked.items()}
    sending.deployed(api, ("p.bpmn", working("Dritte")))
    for _ in range(3):
        api.begin("probe")
    fail(api, times=4)
    assert {path: costs(path, **body) for path, body in asked.items()} == before
    assert max(before.values()) <= 8, before
