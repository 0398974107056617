"""User tasks over the API: found, handed over, changed, and completed as on their pages."""

import json

import pytest
from camunda_orchestration_sdk.models import FormResult, UserTaskResult
from sqlalchemy import func, select

from engine.casefile import audit
from engine.model.case import InvolvedGroup
from engine.model.protected_value import ProtectedValue
from engine.model.user_task import InboxRow, UserTask
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api, program
from tests.web.api.sending import deployed
from web.database import db

KSA, OTHER_GROUP = "bo_ksa.a", "goe_ifk_reha.a"
NOTE = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
ROWS = {
    "type": "dynamiclist",
    "id": "kinder",
    "path": "kinder",
    "label": "Kinder",
    "components": [small.question("vorname", "Vorname")],
}


@pytest.fixture
def office(stage, tmp_path):
    """A case of a Mandant whose first task waits."""
    small.begin(stage, tmp_path, small.between())
    return Api(stage, IFK)


def only(api, **wanted):
    (found,) = api.search("user-tasks", filter={"state": "created", **wanted})
    return found


def variables_of(stage, key):
    with stage.app.app_context():
        return db.session.get(UserTask, int(key)).answers


def test_a_task_is_shown_with_every_field(office):
    found = only(office)
    UserTaskResult.from_dict(found)
    assert office.get(f"/user-tasks/{found['userTaskKey']}").json == found
    assert (found["elementId"], found["candidateGroups"]) == ("ut_frage", ["goe_ifk"])
    assert (found["state"], found["assignee"], found["priority"]) == ("CREATED", None, 50)
    form = office.get(f"/user-tasks/{found['userTaskKey']}/form")
    FormResult.from_dict(form.json)
    assert (form.json["formId"], form.json["formKey"]) == ("probe.frage", found["formKey"])
    assert json.loads(form.json["schema"])["id"] == "probe.frage"


def test_tasks_are_found_by_what_they_are(office):
    found = only(office)
    hits = (
        {"candidateGroup": "goe_ifk"},
        {"candidateGroup": {"$like": "goe_*"}},
        {"elementId": "ut_frage", "priority": {"$gte": 50}},
        {"processInstanceKey": found["processInstanceKey"]},
        {"assignee": {"$exists": False}},
        {"$or": [{"name": "nichts"}, {"name": "Frage"}]},
    )
    for wanted in hits:
        assert office.search("user-tasks", filter=wanted) == [found], wanted
    misses = (
        {"candidateUser": "x"},
        {"candidateGroup": "goe"},
        {"state": "FAILED"},
        {"tags": ["x"]},
    )
    for wanted in misses:
        assert not office.search("user-tasks", filter=wanted), wanted


def test_strangers_see_and_do_nothing(stage, api, office):
    key = only(office)["userTaskKey"]
    strangers = (
        api,
        Api(stage, KSA),
        Api(stage, OTHER_GROUP),
        program(stage),
        program(stage, "andere", mandant="bo"),
    )
    for stranger in strangers:
        assert stranger.search("user-tasks") == []
        for method, path in (
            ("GET", ""),
            ("GET", "/form"),
            ("POST", "/completion"),
            ("DELETE", "/assignee"),
        ):
            assert stranger.call(method, f"/user-tasks/{key}{path}").status_code == 404
        give = stranger.post(f"/user-tasks/{key}/assignment", {"assignee": "a"})
        assert give.status_code == 404
        change = {"changeset": {"priority": 1}}
        assert stranger.call("PATCH", f"/user-tasks/{key}", change).status_code == 404


def test_completing_over_the_api_is_the_same_act_as_on_the_page(stage, office):
    task = only(office)
    path = f"/user-tasks/{task['userTaskKey']}/completion"
    assert office.post(path, {"variables": {"zahl": 3, "notiz": "x"}}).status_code == 204
    assert variables_of(stage, task["userTaskKey"]) == {"zahl": 3, "notiz": "x"}
    assert office.post(path, {"variables": {"zahl": 3}}).status_code == 409
    assert only(office)["elementId"] == "ut_danach"
    done = office.get(f"/user-tasks/{task['userTaskKey']}").json
    assert done["state"] == "COMPLETED"
    assert done["completionDate"]
    with stage.app.app_context():
        last = audit.entries(db.session(), stage.case)[-1]
    assert (last.actor, last.action) == (IFK, "erledigt")


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "zahl"),
        ({"zahl": "drei"}, "zahl"),
        ({"zahl": True}, "zahl"),
        ({"zahl": 1, "fremd": 2}, "fremd"),
        ({"zahl": {"geschuetzt": "1"}}, "geschützt"),
        ({"zahl": 1, "kinder": {"vorname": "A"}}, "kinder: Hier wird eine Liste"),
        ({"zahl": 1, "kinder": ["A"]}, "kinder.0"),
        ({"zahl": 1, "kinder": [{"alter": 3}]}, "kinder.0.alter"),
        ({"zahl": 1, "kinder.*.vorname": "A"}, "kinder.*.vorname"),
        ({"zahl": 1, "kinder": [{"vorname": "A"}] * 6000}, "zu viele"),
    ],
)
def test_a_form_judges_json_as_it_judges_the_page(stage, tmp_path, variables, told):
    frage = small.form("frage", small.NUMBER, small.NOTE, ROWS)
    small.begin(stage, tmp_path, small.between(), frage=frage)
    office = Api(stage, IFK)
    answer = office.post(
        f"/user-tasks/{only(office)['userTaskKey']}/completion", {"variables": variables}
    )
    assert answer.status_code == 400
    assert told in answer.json["detail"]
    assert only(office)["elementId"] == "ut_frage"


def test_rows_and_protected_answers_come_as_json(stage, tmp_path):
    frage = small.form("frage", small.NUMBER, NOTE, ROWS)
    small.begin(stage, tmp_path, small.between(), frage=frage)
    office = Api(stage, IFK)
    key = only(office)["userTaskKey"]
    given = {"zahl": 1.5, "notiz": "Streng geheim", "kinder": [{"vorname": "A"}, {"vorname": "B"}]}
    assert office.post(f"/user-tasks/{key}/completion", {"variables": given}).status_code == 204
    kept = variables_of(stage, key)
    assert kept["kinder"] == given["kinder"]
    assert set(kept["notiz"]) == {"geschuetzt"}


def test_people_take_over_their_own_tasks_only(stage, office):
    key = only(office)["userTaskKey"]
    path = f"/user-tasks/{key}/assignment"
    assert office.post(path, {"assignee": "goe_ifk.b"}).status_code == 403
    for _ in range(2):
        assert office.post(path, {"assignee": IFK}).status_code == 204
    colleague = Api(stage, "goe_ifk.b")
    for answer in (
        colleague.post(path, {"assignee": "goe_ifk.b"}),
        colleague.call("DELETE", f"/user-tasks/{key}/assignee"),
        colleague.post(f"/user-tasks/{key}/completion", {"variables": {"zahl": 1}}),
    ):
        assert answer.status_code == 409
    assert only(office, assignee=IFK)["userTaskKey"] == key
    for _ in range(2):
        assert office.call("DELETE", f"/user-tasks/{key}/assignee").status_code == 204
    assert only(office)["assignee"] is None


def test_who_does_a_task_of_a_case_until_when_is_up_to_the_procedure(office):
    path = f"/user-tasks/{only(office)['userTaskKey']}"
    change = {"changeset": {"candidateGroups": ["goe_pm"]}}
    assert office.call("PATCH", path, change).status_code == 403


@pytest.fixture
def free(stage, tmp_path, api):
    """An instance of no Mandant whose first task waits, for operators."""
    frage = small.form("frage", small.NUMBER, NOTE)
    small.deploy(stage, small.put(tmp_path, small.between(), frage=frage))
    api.begin(small.NAME)
    return api


def test_what_belongs_to_no_mandant_is_in_nobodys_inbox(stage, free):
    assert only(free)["candidateGroups"] == ["goe_ifk"]
    assert Api(stage, IFK).search("user-tasks") == []
    assert only(program(stage))["elementId"] == "ut_frage"
    with stage.app.app_context():
        for table in (InboxRow, InvolvedGroup):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert small.NAME not in stage.client(IFK).get("/aufgaben").text


def test_operators_hand_around_what_belongs_to_no_mandant(stage, free):
    key = only(free)["userTaskKey"]
    path = f"/user-tasks/{key}/assignment"
    assert free.post(path, {"assignee": "eva"}).status_code == 204
    assert free.post(path, {"assignee": "max", "allowOverride": False}).status_code == 409
    assert free.post(path, {"assignee": "max"}).status_code == 204
    assert only(free, assignee="max")["userTaskKey"] == key
    assert free.call("DELETE", f"/user-tasks/{key}/assignee").status_code == 204
    assert only(free)["assignee"] is None
    with stage.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(InboxRow)) == 0


def test_a_task_of_no_mandant_changes(free):
    path = f"/user-tasks/{only(free)['userTaskKey']}"
    due = "2026-12-01T10:00:00.000Z"
    change = {"dueDate": due, "priority": 70, "candidateGroups": ["a"], "candidateUsers": ["b"]}
    assert free.call("PATCH", path, {"changeset": change}).status_code == 204
    found = only(free, candidateUser="b", priority={"$gt": 50})
    assert (found["dueDate"], found["candidateGroups"]) == (due, ["a"])
    change = {"dueDate": "", "candidateGroups": []}
    assert free.call("PATCH", path, {"changeset": change}).status_code == 204
    found = only(free, candidateUser="b")
    assert (found["dueDate"], found["candidateGroups"], found["priority"]) == (None, [], 70)
    for wrong in ({}, {"changeset": {}}, {"changeset": {"priority": 101}}):
        assert free.call("PATCH", path, wrong).status_code == 400


def test_a_task_of_no_mandant_is_completed_with_any_variables(stage, free):
    key = only(free)["userTaskKey"]
    given = {"variables": {"frei": [1], "notiz": "Streng geheim", "fall_id": "7"}}
    assert free.post(f"/user-tasks/{key}/completion", given).status_code == 204
    kept = variables_of(stage, key)
    assert kept["frei"] == [1]
    assert set(kept["notiz"]) == {"geschuetzt"}
    assert "fall_id" not in kept
    with stage.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ProtectedValue)) == 1
    assert only(free)["elementId"] == "ut_danach"
    for method, path in (("POST", "completion"), ("DELETE", "assignee")):
        assert free.call(method, f"/user-tasks/{key}/{path}").status_code == 409
    assert free.post(f"/user-tasks/{key}/assignment", {"assignee": "a"}).status_code == 409


def test_a_program_needs_the_scope(stage, office):
    reader = program(stage, "leser", scopes=["lesen"], mandant="goe", groups=["goe_ifk"])
    key = only(reader)["userTaskKey"]
    assert reader.post(f"/user-tasks/{key}/completion").status_code == 403


def test_pages_of_tasks_follow_each_other(free):
    for _ in range(3):
        free.begin(small.NAME)
    seen, after = [], None
    while True:
        page = {"limit": 2, **({"after": after} if after else {})}
        found = free.post("/user-tasks/search", {"page": page}).json
        if not found["items"]:
            break
        seen += [each["userTaskKey"] for each in found["items"]]
        after = found["page"]["endCursor"]
    assert len(seen) == len(set(seen)) == 4


def test_tasks_are_found_by_their_own_variables_and_by_their_instance_s(stage, api):
    local = d.user("a", d.mapping({"eigen": "= zahl * 10"}))
    deployed(
        api,
        ("a.bpmn", d.diagram(d.start("start"), local, d.chain("start", "a"), process="lokal")),
    )
    for number in (1, 2):
        api.begin("lokal", variables={"zahl": number})

    def found(caller, **wanted):
        return len(caller.search("user-tasks", filter=wanted))

    own = [{"name": "eigen", "value": "20"}]
    assert found(api, localVariables=own) == 1
    assert found(api, localVariables=[{"name": "zahl", "value": "1"}]) == 0
    assert found(api, processInstanceVariables=[{"name": "zahl", "value": "1"}]) == 1
    assert found(api, localVariables=own, processInstanceVariables=own) == 1
    assert found(api, localVariables=[]) == found(api, processInstanceVariables=[]) == 2
    assert found(program(stage, "fremd", mandant="bo"), localVariables=own) == 0
