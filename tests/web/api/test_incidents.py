"""Incidents over the API: found, read, and resolved by those who operate the instance."""

import pytest
from camunda_orchestration_sdk.models.incident_search_query_result import (
    IncidentSearchQueryResult,
)
from sqlalchemy import update

from engine.model.incident import Incident
from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.api import jobbing, sending
from tests.web.api.calling import Api, program
from tests.web.api.jobbing import take
from web.database import write


@pytest.fixture(autouse=True)
def stuck(stage, api, tmp_path):
    return failed(stage, api, tmp_path)


def failed(stage, api, tmp_path):
    """Begin an instance whose job fails without retries; return the keys of both."""
    jobbing.deploy(stage, tmp_path)
    key = api.begin(small.NAME, variables={"zahl": 4})
    (job,) = take(api)
    failed = {"errorMessage": "Der Drucker streikt."}
    assert api.post(f"/jobs/{job['jobKey']}/failure", failed).status_code == 204
    return key, job["jobKey"]


def test_a_job_without_retries_is_resolved_after_it_got_some(api, stuck):
    instance, job = stuck
    (found,) = api.search("incidents", filter={"state": "active", "errorType": "job_no_retries"})
    assert len(found) == 13
    IncidentSearchQueryResult.from_dict(api.post("/incidents/search").json)
    assert (found["jobKey"], found["elementInstanceKey"]) == (job, job)
    assert found["errorMessage"] == "Der Drucker streikt."
    assert api.get(f"/incidents/{found['incidentKey']}").json == found
    assert api.search(f"process-instances/{instance}/incidents") == [found]
    assert api.call("PATCH", f"/jobs/{job}", {"changeset": {"retries": 5}}).status_code == 204
    assert take(api) == []
    path = f"/incidents/{found['incidentKey']}/resolution"
    assert api.post(path).status_code == 204
    assert [each["retries"] for each in take(api)] == [5]
    assert api.get(f"/incidents/{found['incidentKey']}").json["state"] == "RESOLVED"
    assert api.post(path).status_code == 404


def test_strangers_learn_of_no_incident(stage, api, stuck):
    (found,) = api.search("incidents")
    for stranger in (program(stage, "bo", mandant="bo"), Api(stage, "goe_ifk.a")):
        assert stranger.search("incidents") == []
        assert stranger.get(f"/incidents/{found['incidentKey']}").status_code == 404
        answer = stranger.post(f"/incidents/{found['incidentKey']}/resolution")
        assert answer.status_code == 404
        path = f"/process-instances/{stuck[0]}/incidents/search"
        assert stranger.post(path).status_code == 404


def test_a_program_of_no_mandant_resolves_its_own(stage, api, stuck):
    (found,) = api.search("incidents")
    other = program(stage)
    assert other.search("incidents") == [found]
    assert other.post(f"/incidents/{found['incidentKey']}/resolution").status_code == 204


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("no_decision", "CALLED_DECISION_ERROR"),
        ("decision", "DECISION_EVALUATION_ERROR"),
        ("io_mapping", "IO_MAPPING_ERROR"),
        ("budget", "UNKNOWN"),
    ],
)
def test_clients_find_incidents_by_their_own_names_of_kinds(stage, api, kind, name):
    with stage.app.app_context():
        write(lambda session: session.execute(update(Incident).values(kind=kind)))
    (found,) = api.search("incidents", filter={"errorType": name})
    assert found["errorType"] == name
    parsed = IncidentSearchQueryResult.from_dict(api.post("/incidents/search").json)
    assert parsed.items[0].error_type == name


def test_incidents_are_found_from_the_steps_and_instances_around_them(stage, api, stuck):
    calls = d.sub("teil", d.start("s2"), d.call("rufen", small.NAME), d.chain("s2", "rufen"))
    beside = d.user("daneben")
    parts = d.start(), d.parallel("teilt"), calls, beside
    ways = d.chain("start", "teilt", "teil"), d.flow("teilt", "daneben")
    sending.deployed(api, ("oben.bpmn", d.diagram(*parts, *ways, process="oben")))
    top = api.begin("oben", variables={"zahl": 4})
    (job,) = take(api)
    failed = {"retries": 0, "errorMessage": "Das Papier ist aus."}
    assert api.post(f"/jobs/{job['jobKey']}/failure", failed).status_code == 204
    runs = api.search("element-instances", filter={"hasIncident": True})
    (deep,) = [each for each in runs if each["processInstanceKey"] != stuck[0]]
    found = api.search("incidents", filter={"elementInstanceKey": deep["elementInstanceKey"]})
    assert len(found) == 1
    assert api.search(f"process-instances/{top}/incidents") == found
    around = api.search("element-instances", filter={"processInstanceKey": top})
    keys = {each["elementId"]: each["elementInstanceKey"] for each in around}
    told = {
        name: api.search(f"element-instances/{key}/incidents") == found
        for name, key in keys.items()
    }
    within = {"oben", "teil", "rufen"}
    assert told == {name: name in within for name in (*within, "start", "teilt", "daneben", "s2")}
    assert api.search(f"element-instances/{deep['elementInstanceKey']}/incidents") == found
    path = f"/element-instances/{keys['rufen']}/incidents/search"
    IncidentSearchQueryResult.from_dict(api.post(path).json)
    assert Api(stage, "goe_ifk.a").post(path).status_code == 404
    assert api.post("/element-instances/1/incidents/search").status_code == 404
