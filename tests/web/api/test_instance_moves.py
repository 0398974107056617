"""Running instances changed over the API: tokens moved, another version, all or nothing."""

from camunda_orchestration_sdk import models

from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web.api.calling import Api, program
from tests.web.api.sending import deployed, process

HANDOVER = "kibiz_uebergabe"


def begun(api):
    deployed(api, ("probe.bpmn", process("probe", "b", ("a", d.user("a")))))
    return api.begin("probe")


def standing(api, key):
    tasks = api.search("user-tasks", filter={"processInstanceKey": key, "state": "CREATED"})
    return [each["elementId"] for each in tasks]


def modify(api, key, **body):
    return api.post(f"/process-instances/{key}/modification", body)


def migrate(api, key, target, **mapping):
    pairs = [{"sourceElementId": a, "targetElementId": b} for a, b in mapping.items()]
    body = {"targetProcessDefinitionKey": target, "mappingInstructions": pairs}
    return api.post(f"/process-instances/{key}/migration", body)


def test_tokens_move_with_variables_for_the_instance(api):
    key = begun(api)
    given = [{"variables": {"x": 7}}]
    answer = modify(
        api,
        key,
        activateInstructions=[{"elementId": "b", "variableInstructions": given}],
        terminateInstructions=[{"elementId": "a"}],
        operationReference=17,
    )
    assert answer.status_code == 204, answer.text
    assert standing(api, key) == ["b"]
    (found,) = api.search("variables", filter={"processInstanceKey": key, "name": "x"})
    assert (found["value"], found["scopeKey"]) == ("7", key)


def test_a_refused_modification_changes_nothing(api):
    key = begun(api)
    valid = {"elementId": "b", "variableInstructions": [{"variables": {"x": 7}}]}
    for body in (
        {},
        {"activateInstructions": [valid, {"elementId": "fehlt"}]},
        {"activateInstructions": [valid], "terminateInstructions": [{"elementId": "b"}]},
        {"activateInstructions": [valid], "terminateInstructions": [{}]},
        {"activateInstructions": [valid], "terminateInstructions": [{"elementInstanceKey": "1"}]},
    ):
        assert modify(api, key, **body).status_code == 400
    assert standing(api, key) == ["a"]
    assert not api.search("variables", filter={"processInstanceKey": key, "name": "x"})


def test_an_instance_moves_to_another_version_or_stays_as_it_was(api):
    key = begun(api)
    (target,) = deployed(api, ("probe.bpmn", process("probe", "neu")))
    number = target[1]["processDefinitionKey"]
    refused = migrate(api, key, number)
    assert refused.status_code == 409
    assert "a" in refused.json["detail"]
    assert migrate(api, key, "1").status_code == 404
    assert migrate(api, key, number, a="neu").status_code == 204
    assert api.get(f"/process-instances/{key}").json["processDefinitionKey"] == number
    assert standing(api, key) == ["neu"]


def test_strangers_change_nothing(stage, api):
    stage.start(IFK, HANDOVER, "start_vorschlag")
    (shown,) = api.search("process-instances")
    key, own = shown["processInstanceKey"], shown["processDefinitionKey"]
    for stranger in (Api(stage, "bo_ksa.a"), program(stage), program(stage, "b", mandant="bo")):
        assert modify(stranger, key).status_code == 404
        assert migrate(stranger, key, own).status_code == 404
    assert modify(Api(stage, IFK), key).status_code == 403
    assert migrate(Api(stage, IFK), key, own).status_code == 403
    given = [{"elementId": "x", "variableInstructions": [{"variables": {"x": 1}}]}]
    assert modify(api, key, activateInstructions=given).status_code == 403


def test_what_the_python_sdk_writes_is_understood(api):
    key = begun(api)
    (target,) = deployed(api, ("probe.bpmn", process("probe", "b", ("c", d.user("c")))))
    moved = models.ProcessInstanceModificationInstruction.from_dict(
        {
            "activateInstructions": [{"elementId": "b"}],
            "terminateInstructions": [{"elementId": "a"}],
        }
    )
    assert modify(api, key, **moved.to_dict()).status_code == 204
    wanted = models.ProcessInstanceMigrationInstruction.from_dict(
        {
            "targetProcessDefinitionKey": target[1]["processDefinitionKey"],
            "mappingInstructions": [{"sourceElementId": "b", "targetElementId": "b"}],
        }
    )
    answer = api.post(f"/process-instances/{key}/migration", wanted.to_dict())
    assert answer.status_code == 204, answer.text
    assert standing(api, key) == ["b"]


def source(**named):
    kind = "byId" if "sourceElementId" in named else "byKey"
    return {"sourceType": kind, **named}


def test_tokens_move_to_another_element_with_values_of_its_own(api):
    key = begun(api)
    (run,) = api.search("element-instances", filter={"processInstanceKey": key, "elementId": "a"})
    here = source(sourceElementInstanceKey=run["elementInstanceKey"])
    given = [{"variables": {"x": 7}, "scopeId": "b"}, {"variables": {"y": 8}}]
    move = {
        "sourceElementInstruction": here,
        "targetElementId": "b",
        "variableInstructions": given,
        "ancestorScopeInstruction": {"ancestorScopeType": "inferred"},
    }
    asked = models.ProcessInstanceModificationInstruction.from_dict({"moveInstructions": [move]})
    assert modify(api, key, **asked.to_dict()).status_code == 204
    assert standing(api, key) == ["b"]
    found = api.search("variables", filter={"processInstanceKey": key})
    scopes = {each["name"]: each["scopeKey"] for each in found}
    assert scopes["y"] == key
    assert scopes["x"] != key


def twice():
    """Two rounds of a sub-process at once, with the tasks `a` and `b` in each."""
    rounds = d.sub(
        "runden", d.times("2"), d.start("s"), d.user("a"), d.user("b"), d.chain("s", "a", "b")
    )
    return d.diagram(d.start("start"), rounds, d.chain("start", "runden"), process="probe")


def test_every_token_moves_inside_its_own_round(api):
    deployed(api, ("probe.bpmn", twice()))
    key = api.begin("probe")
    move = {"sourceElementInstruction": source(sourceElementId="a"), "targetElementId": "b"}
    assert modify(api, key, moveInstructions=[move]).status_code == 400  # which round?
    inside = {"ancestorScopeType": "sourceParent"}
    whole = {**move, "ancestorScopeInstruction": inside}
    assert modify(api, key, moveInstructions=[whole]).status_code == 204
    assert standing(api, key) == ["b", "b"]


def test_a_wrong_move_changes_nothing(api):
    key = begun(api)
    here = source(sourceElementId="a")
    for wrong in (
        {"sourceElementInstruction": source(sourceElementId="b"), "targetElementId": "b"},
        {"sourceElementInstruction": source(sourceElementInstanceKey="1"), "targetElementId": "b"},
        {"sourceElementInstruction": {}, "targetElementId": "b"},
        {"sourceElementInstruction": here, "targetElementId": "fehlt"},
        {
            "sourceElementInstruction": here,
            "targetElementId": "b",
            "ancestorScopeInstruction": {"ancestorScopeType": "neben"},
        },
    ):
        assert modify(api, key, moveInstructions=[wrong]).status_code == 400
    assert standing(api, key) == ["a"]
