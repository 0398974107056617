"""People and programs of a Mandant begin over the API what their page offers, and nothing else."""

import json

import pytest

from engine.casefile import audit
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api, program
from web.database import db

ASKED = d.start("start_probe", small.BUTTON, d.zeebe("formDefinition", formId="probe.anfang"))


@pytest.fixture
def offered(stage, tmp_path):
    """A procedure that begins with a form."""
    diagram = small.between().replace(small.START.encode(), ASKED.encode())
    begin = small.form("anfang", small.NUMBER, small.NOTE)
    small.deploy(stage, small.put(tmp_path, diagram, anfang=begin))
    return Api(stage, IFK)


def test_a_person_begins_with_the_fields_of_the_form(stage, offered):
    key = offered.begin(small.NAME, variables={"zahl": 7}, businessId="akte")
    assert offered.get(f"/process-instances/{key}").json["businessId"] == "akte"
    found = offered.search("variables", filter={"scopeKey": key, "name": "zahl"})
    assert [json.loads(each["value"]) for each in found] == [7]
    (task,) = offered.search("user-tasks")
    assert task["processInstanceKey"] == key
    assert task["name"] in stage.client(IFK).get("/aufgaben").text
    with stage.app.app_context():
        row = db.session.get(Instance, int(key))
        assert row.mandant_id == "goe"
        last = audit.entries(db.session(), row.case_id)[-1]
    assert (last.actor, last.action) == (IFK, "begonnen")


def test_a_start_form_is_checked(offered):
    for variables, told in (({}, "zahl"), ({"zahl": "x"}, "zahl"), ({"zahl": 1, "a": 2}, "a:")):
        body = {"processDefinitionId": small.NAME, "variables": variables}
        answer = offered.post("/process-instances", body)
        assert answer.status_code == 400
        assert told in answer.json["detail"]
    assert offered.search("process-instances") == []


def test_only_what_is_offered_begins(stage, offered):
    body = {"processDefinitionId": small.NAME, "variables": {"zahl": 1}}
    elsewhere = {**body, "startInstructions": [{"elementId": "ut_frage"}]}
    assert offered.post("/process-instances", elsewhere).status_code == 403
    here = {**body, "startInstructions": [{"elementId": "start_probe"}]}
    assert offered.post("/process-instances", here).status_code == 200
    for stranger in (
        Api(stage, "goe_ifk_reha.a"),
        Api(stage, "bo_ksa.a"),
        program(stage, "b", mandant="bo"),
    ):
        assert stranger.post("/process-instances", body).status_code == 403
    own = program(stage, "c", mandant="goe", groups=["goe_ifk"])
    assert own.post("/process-instances", body).status_code == 200


def test_a_start_without_a_form_takes_no_variables(stage, tmp_path):
    small.deploy(stage, small.put(tmp_path, small.between()))
    office = Api(stage, IFK)
    body = {"processDefinitionId": small.NAME, "variables": {"a": 1}}
    assert office.post("/process-instances", body).status_code == 400
    assert office.post("/process-instances", {**body, "variables": {}}).status_code == 200
