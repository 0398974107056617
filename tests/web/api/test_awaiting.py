"""Instances whose end a client waits for, that begin in the middle, or end after a step."""

import pytest
from camunda_orchestration_sdk import models

from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web.api import jobbing
from tests.web.api.calling import Api, program
from tests.web.api.sending import deployed
from web import arrivals

COUNTS = d.diagram(
    d.start("start"),
    d.script("doppelt", "= zahl * 2", "ergebnis"),
    d.end("ende"),
    d.chain("start", "doppelt", "ende"),
    process="rechnet",
)
WORKS = d.diagram(
    d.start("start"),
    d.user("a"),
    d.job("st", type=jobbing.TYPE),
    d.end("ende"),
    d.chain("start", "a", "st", "ende"),
    process="arbeitet",
)
STOPS = d.diagram(
    d.start("start"),
    d.end("ende", d.terminates()),
    d.chain("start", "ende"),
    process="endet",
)


def create(api, process, **body):
    return api.post("/process-instances", {"processDefinitionId": process, **body})


def awaited(api, process, **body):
    return create(api, process, awaitCompletion=True, **body)


@pytest.fixture(autouse=True)
def there(api):
    deployed(api, ("a.bpmn", COUNTS), ("b.bpmn", WORKS), ("c.bpmn", STOPS))


def test_what_is_done_at_once_gives_its_variables(api):
    answer = awaited(api, "rechnet", variables={"zahl": 4})
    assert answer.status_code == 200, answer.json
    models.CreateProcessInstanceResult.from_dict(answer.json)
    given = answer.json["variables"]
    assert {name: given[name] for name in ("zahl", "ergebnis")} == {"zahl": 4, "ergebnis": 8}
    chosen = awaited(api, "rechnet", variables={"zahl": 4}, fetchVariables=["ergebnis", "fehlt"])
    assert chosen.json["variables"] == {"ergebnis": 8}
    assert create(api, "rechnet", variables={"zahl": 4}).json["variables"] == {}
    assert awaited(api, "endet").status_code == 200


class Told(arrivals.Arrivals):
    """Does something as soon as somebody waits."""

    def __init__(self, action):
        super().__init__()
        self.action = action

    def wait(self, type, mark, seconds):
        action, self.action = self.action, lambda: None
        action()
        return super().wait(type, mark, seconds)


def test_whoever_waits_is_told_when_the_last_job_is_done(stage, api):
    def work():
        (task,) = api.search("user-tasks", filter={"state": "CREATED"})
        api.post(f"/user-tasks/{task['userTaskKey']}/completion")
        (job,) = jobbing.take(api)
        values = {"variables": {"geschafft": True}}
        assert api.post(f"/jobs/{job['jobKey']}/completion", values).status_code == 204

    stage.app.extensions["arrivals"] = Told(work)
    answer = awaited(api, "arbeitet", requestTimeout=60_000)
    assert answer.status_code == 200, answer.json
    assert answer.json["variables"]["geschafft"] is True


def test_whoever_waits_is_told_that_it_was_ended(stage, api):
    def cancel():
        (found,) = api.search("process-instances")
        path = f"/process-instances/{found['processInstanceKey']}/cancellation"
        assert api.post(path).status_code == 204

    stage.app.extensions["arrivals"] = Told(cancel)
    answer = awaited(api, "arbeitet", requestTimeout=60_000)
    assert answer.status_code == 504
    assert "beendet" in answer.json["detail"]


def test_when_the_time_is_over_the_instance_goes_on(api):
    answer = awaited(api, "arbeitet", requestTimeout=-1)
    assert answer.status_code == 504
    (found,) = api.search("process-instances")
    assert found["state"] == "ACTIVE"
    assert found["processInstanceKey"] in answer.json["detail"]


def test_whoever_finds_no_place_to_wait_begins_nothing(api, monkeypatch):
    monkeypatch.setattr(arrivals, "MOST_WAITING", 0)
    assert awaited(api, "rechnet", variables={"zahl": 1}).status_code == 503
    assert not api.search("process-instances")


def test_an_instance_begins_at_several_places_and_ends_after_one(api):
    begun = create(
        api,
        "arbeitet",
        startInstructions=[{"elementId": "a"}, {"elementId": "st"}],
        runtimeInstructions=[{"type": "TERMINATE_PROCESS_INSTANCE", "afterElementId": "a"}],
    )
    assert begun.status_code == 200, begun.json
    (task,) = api.search("user-tasks", filter={"state": "CREATED"})
    assert len(jobbing.take(api)) == 1
    assert api.post(f"/user-tasks/{task['userTaskKey']}/completion").status_code == 204
    key = begun.json["processInstanceKey"]
    assert api.get(f"/process-instances/{key}").json["state"] == "TERMINATED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"startInstructions": [{"elementId": "fehlt"}]},
        {"startInstructions": [{"elementId": "a"}, {"elementId": "start"}]},
        {"runtimeInstructions": [{"afterElementId": "fehlt"}]},
        {"runtimeInstructions": [{"type": "ANDERES", "afterElementId": "a"}]},
        {"requestTimeout": "bald"},
        {"fetchVariables": "alle"},
    ],
)
def test_a_wrong_wish_begins_nothing(api, wrong):
    assert create(api, "arbeitet", **wrong).status_code == 400
    assert not api.search("process-instances")


def test_cases_of_a_mandant_begin_only_as_their_pages_offer(stage):
    worker = Api(stage, IFK)
    for more in (
        {"startInstructions": [{"elementId": "a"}, {"elementId": "b"}]},
        {"runtimeInstructions": [{"afterElementId": "start_vorschlag"}]},
    ):
        assert create(worker, "kibiz_uebergabe", **more).status_code == 403
    start = [{"elementId": "start_vorschlag"}]
    answer = awaited(worker, "kibiz_uebergabe", startInstructions=start, requestTimeout=-1)
    assert answer.status_code == 504
    assert program(stage, "fremd", mandant="bo").search("process-instances") == []
