"""Variables over the API: each name in each scope, as far as somebody may see it."""

import json

import pytest
from camunda_orchestration_sdk.models import VariableResult, VariableSearchResult

from engine.casefile import audit
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api, program
from web.api.variables import LONGEST_SHOWN
from web.database import db

KSA, OTHER_GROUP = "bo_ksa.a", "goe_ifk_reha.a"
NOTE = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
STATUS = small.properties(datenklasse="S8-Status")


@pytest.fixture
def free(stage, tmp_path, api):
    """An operator's view of a deployed procedure with a task that has a variable of its own."""
    mapped = d.user(
        "ut_mitte",
        d.zeebe("userTask"),
        d.zeebe("formDefinition", formId="probe.danach"),
        d.zeebe("assignmentDefinition", candidateGroups="goe_ifk"),
        d.mapping({"a": "=a + 1"}),
        name="Mitte",
    )
    small.deploy(stage, small.put(tmp_path, small.between(("ut_mitte", mapped))))
    return api


def values(found):
    return {each["name"]: json.loads(each["value"]) for each in found}


def only_task(api):
    (found,) = api.search("user-tasks", filter={"state": "CREATED"})
    return found["userTaskKey"]


def complete(api, **variables):
    key = only_task(api)
    done = api.post(f"/user-tasks/{key}/completion", {"variables": variables})
    assert done.status_code == 204, done.text
    return key


def test_a_variable_is_a_row_with_every_field(free):
    key = free.begin(small.NAME, variables={"a": 1, "b": {"c": ["x"]}})
    found = free.search("variables", filter={"processInstanceKey": key, "name": "b"})
    (row,) = found
    VariableSearchResult.from_dict(row)
    assert (row["value"], row["scopeKey"], row["isTruncated"]) == ('{"c":["x"]}', key, False)
    assert len(row["variableKey"]) <= 25
    one = free.get(f"/variables/{row['variableKey']}").json
    VariableResult.from_dict(one)
    assert one == {name: row[name] for name in one}
    assert free.search("variables", filter={"variableKey": row["variableKey"]}) == found


def test_variables_are_found_by_what_they_are(free):
    key = free.begin(small.NAME, variables={"a": 1, "b": "blau"})
    other = free.begin(small.NAME, variables={"a": 2})
    for wanted, count in (
        ({"name": "a"}, 2),
        ({"name": {"$like": "?"}}, 3),
        ({"value": '"blau"'}, 1),
        ({"value": "blau"}, 0),
        ({"scopeKey": other, "name": {"$neq": "fall_id"}}, 1),
        ({"processInstanceKey": {"$in": [key]}, "name": {"$in": ["a", "b"]}}, 2),
        ({"isTruncated": True}, 0),
    ):
        assert len(free.search("variables", filter=wanted)) == count, wanted
    sort = [{"field": "name", "order": "desc"}, {"field": "value", "order": "asc"}]
    found = free.search("variables", filter={"name": {"$in": ["a", "b"]}}, sort=sort)
    assert [each["value"] for each in found] == ['"blau"', "1", "2"]


def test_long_values_are_cut_off_unless_wanted_whole(free):
    key = free.begin(small.NAME, variables={"lang": "x" * 9000})
    wanted = {"filter": {"processInstanceKey": key, "name": "lang"}}
    (row,) = free.post("/variables/search", wanted).json["items"]
    assert (len(row["value"]), row["isTruncated"]) == (LONGEST_SHOWN, True)
    (row,) = free.post("/variables/search?truncateValues=false", wanted).json["items"]
    assert (len(row["value"]), row["isTruncated"]) == (9002, False)
    assert len(free.get(f"/variables/{row['variableKey']}").json["value"]) == 9002
    assert free.post("/variables/search?truncateValues=ja", wanted).status_code == 400


def test_pages_of_variables_follow_each_other_in_both_directions(free):
    free.begin(small.NAME, variables={name: 1 for name in "abcde"})
    sort = [{"field": "name", "order": "ASC"}]

    def page(**asked):
        return free.post("/variables/search", {"sort": sort, "page": {"limit": 2, **asked}}).json

    first = page()
    second = page(after=first["page"]["endCursor"])
    third = page(after=second["page"]["endCursor"])
    names = [each["name"] for part in (first, second, third) for each in part["items"]]
    assert names == ["a", "b", "c", "d", "e", "fall_id"]
    assert first["page"]["totalItems"] == 6
    back = page(before=third["page"]["startCursor"])
    assert back["items"] == second["items"]
    assert page(**{"from": 4})["items"] == third["items"]
    for wrong in ("x", "W10=", "WzEsMl0="):
        asked = {"sort": sort, "page": {"after": wrong}}
        assert free.post("/variables/search", asked).status_code == 400


def test_a_task_sees_its_own_variables_and_those_around(free):
    key = free.begin(small.NAME, variables={"a": 1, "b": 2})
    complete(free)
    task = only_task(free)
    own = {"filter": {"scopeKey": task}}
    assert values(free.post("/variables/search", own).json["items"]) == {"a": 2}
    seen = free.post(f"/user-tasks/{task}/variables/search").json["items"]
    assert sorted((each["name"], each["value"]) for each in seen if len(each["name"]) == 1) == [
        ("a", "1"),
        ("a", "2"),
        ("b", "2"),
    ]
    effective = free.post(f"/user-tasks/{task}/effective-variables/search").json["items"]
    assert {"a": 2, "b": 2}.items() <= values(effective).items()
    assert {each["processInstanceKey"] for each in seen} == {key}


def test_operators_set_variables_of_what_belongs_to_no_mandant(free):
    key = free.begin(small.NAME, variables={"a": 1})
    complete(free)
    task = only_task(free)

    def put(scope, local=None, **given):
        body = {"variables": given, **({} if local is None else {"local": local})}
        return free.call("PUT", f"/element-instances/{scope}/variables", body).status_code

    assert put(task, a=5, neu=1) == 204
    assert put(task, local=True, eigen=7) == 204
    assert put(key, b=3, fall_id="7") == 204
    found = free.search("variables", filter={"processInstanceKey": key})
    rows = {(each["scopeKey"], each["name"]): each["value"] for each in found}
    assert rows[task, "a"] == "5"
    assert rows[task, "eigen"] == "7"
    assert (rows[key, "a"], rows[key, "neu"], rows[key, "b"]) == ("1", "1", "3")
    assert rows[key, "fall_id"] != '"7"'
    assert put(key, a={"geschuetzt": "1"}) == 400
    assert put(key, a="x" * 1_100_000) == 400
    assert put(int(key) + 5_000_000, a=1) == 404
    assert free.post(f"/process-instances/{key}/cancellation").status_code == 204
    assert put(key, a=1) in (404, 409)
    assert values(free.search("variables", filter={"scopeKey": key}))["b"] == 3


def test_variables_of_a_case_are_for_its_groups(stage, tmp_path, api):
    small.begin(stage, tmp_path, small.between())
    office = Api(stage, IFK)
    complete(office, zahl=7)
    found = office.search("variables", filter={"name": "frage"})
    assert values(found) == {"frage": {"zahl": 7, "notiz": None}}
    key, scope = found[0]["variableKey"], found[0]["scopeKey"]
    task = only_task(office)
    strangers = (
        api,
        Api(stage, KSA),
        Api(stage, OTHER_GROUP),
        program(stage),
        program(stage, "andere", mandant="bo"),
    )
    body = {"variables": {"frage": 1}}
    for stranger in strangers:
        assert stranger.search("variables") == []
        assert stranger.get(f"/variables/{key}").status_code == 404
        assert stranger.post(f"/user-tasks/{task}/variables/search").status_code == 404
        is_operator = stranger is api
        put = stranger.call("PUT", f"/element-instances/{scope}/variables", body)
        assert put.status_code == (403 if is_operator else 404)
    put = office.call("PUT", f"/element-instances/{scope}/variables", body)
    assert put.status_code == 403


@pytest.mark.parametrize("group", ["goe_ifk", "goe_ifk_kibiz"])
def test_protected_contents_are_shown_only_with_scope_and_right(stage, tmp_path, group):
    diagram = small.between().replace(b"goe_ifk", group.encode())
    small.deploy(stage, small.put(tmp_path, diagram, frage=small.form("frage", small.NUMBER, NOTE)))
    facts = {"mandant": "goe", "groups": [group]}
    worker = program(stage, "a", scopes=["lesen", "aufgaben"], **facts)
    reader = program(stage, "b", scopes=["lesen", "geschuetzt"], **facts)
    stage.start(f"{group}.a", small.NAME, "start_probe")
    complete(worker, zahl=1, notiz="Streng geheim")

    def seen_by(api):
        return values(api.search("variables", filter={"name": "frage"}))["frage"]["notiz"]

    assert seen_by(worker) is None
    assert seen_by(Api(stage, f"{group}.a")) is None
    has_right = group == "goe_ifk_kibiz"
    assert seen_by(reader) == ("Streng geheim" if has_right else None)
    with stage.app.app_context():
        done = {(each.actor, each.action) for each in audit.entries(db.session(), stage.case)}
    assert (("b", "gelesen") in done) == has_right


def test_what_hidden_steps_produce_is_hidden(stage, tmp_path):
    hidden = d.node(
        "scriptTask",
        "prueft",
        d.zeebe("script", expression="=1", resultVariable="heimlich"),
        STATUS,
    )
    open_one = d.script("rechnet", "=2", "offen")
    steps = (("prueft", hidden), ("rechnet", open_one))
    small.begin(stage, tmp_path, small.between(*steps))
    office = Api(stage, IFK)
    complete(office, zahl=7)
    assert set(values(office.search("variables"))) == {"frage", "offen", "fall_id"}
    assert not office.search("variables", filter={"name": "heimlich"})


def test_instances_and_tasks_are_found_by_variables(stage, tmp_path, api):
    small.begin(stage, tmp_path, small.between())
    office = Api(stage, IFK)
    complete(office, zahl=7)
    key = api.begin(small.NAME, variables={"a": 1, "b": "blau"})

    def found(caller, *wanted):
        named = [{"name": name, "value": value} for name, value in wanted]
        by_task = caller.search("user-tasks", filter={"processInstanceVariables": named})
        rows = caller.search("process-instances", filter={"variables": named})
        keys = [each["processInstanceKey"] for each in rows]
        assert {each["processInstanceKey"] for each in by_task} == set(keys)
        return keys

    assert found(api, ("a", "1"), ("b", {"$like": "*blau*"})) == [key]
    assert found(api, ("a", "1"), ("b", '"rot"')) == []
    seven = ("frage", {"$like": "*7*"})
    assert len(found(office, seven)) == 1
    assert found(api, seven) == found(Api(stage, KSA), seven) == []
    wrong = {"filter": {"variables": [{"name": "a"}]}}
    assert api.post("/process-instances/search", wrong).status_code == 400
