"""Many instances changed at once over the API."""

import pytest
from camunda_orchestration_sdk import models
from sqlalchemy import func, select, update

from engine.model.account import Account
from engine.model.base import Base
from engine.model.batch import BatchOperation
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api import jobbing
from tests.web.api.calling import Api, program
from tests.web.api.sending import deployed, process
from tests.web.test_statements import counting
from web.database import db, write
from web.scheduler import tick


@pytest.fixture
def running(stage, api, tmp_path):
    jobbing.deploy(stage, tmp_path)
    return [api.begin(small.NAME, variables={"zahl": n}) for n in range(3)]


def begin(api, what, wanted, **more):
    answer = api.post(f"/process-instances/{what}", {"filter": wanted, **more})
    assert answer.status_code == 200, answer.json
    models.BatchOperationCreatedResult.from_dict(answer.json)
    return answer.json["batchOperationKey"]


def cancel(api, **wanted):
    return begin(api, "cancellation", wanted)


def work_off(stage):
    with stage.app.app_context():
        tick()


def states(api):
    return sorted(each["state"] for each in api.search("process-instances"))


def shown(api, key):
    answer = api.get(f"/batch-operations/{key}").json
    models.BatchOperationResponse.from_dict(answer)
    return answer


def turn(api, key, way):
    return api.post(f"/batch-operations/{key}/{way}").status_code


def some(keys):
    return {"processInstanceKey": {"$in": [str(key) for key in keys]}}


def test_what_a_filter_finds_ends_and_nothing_else(stage, api, running):
    key = cancel(api, **some(running[:2]))
    assert shown(api, key)["state"] == "ACTIVE"
    work_off(stage)
    assert states(api) == ["ACTIVE", "TERMINATED", "TERMINATED"]
    told = shown(api, key)
    assert (told["state"], told["operationsCompletedCount"]) == ("COMPLETED", 2)
    assert (told["actorType"], told["actorId"]) == ("USER", "admin")
    found = api.search("process-instances", filter={"batchOperationKey": key})
    assert {each["processInstanceKey"] for each in found} == {str(k) for k in running[:2]}


def test_strangers_end_nothing_and_do_not_learn_of_it(stage, api, running):
    stranger = program(stage, "bo", mandant="bo")
    own = cancel(stranger)
    key = cancel(api)
    assert shown(stranger, own)["operationsTotalCount"] == 0
    for other in (stranger, Api(stage, IFK)):
        assert other.get(f"/batch-operations/{key}").status_code == 404
        assert turn(other, key, "cancellation") == 404
        assert key not in [b["batchOperationKey"] for b in other.search("batch-operations")]
        assert not other.search("batch-operation-items", filter={"batchOperationKey": key})


def test_who_is_locked_meanwhile_ends_nothing(stage, api, running):
    other = program(stage)
    key = cancel(other)
    with stage.app.app_context():
        key_of = select(BatchOperation.account_id).where(BatchOperation.id == int(key))
        lock = update(Account).where(Account.id == key_of.scalar_subquery())
        write(lambda current: current.execute(lock.values(is_active=False)))
    work_off(stage)
    assert states(api) == ["ACTIVE"] * 3
    assert shown(api, key)["operationsFailedCount"] == 3
    items = api.search("batch-operation-items", filter={"state": "FAILED"})
    assert {each["errorMessage"] for each in items} == {
        "Das Konto, das diesen Auftrag gab, darf das nicht mehr."
    }


def test_an_operation_is_halted_goes_on_and_is_ended(stage, api, running):
    key = cancel(api, **some(running[:1]))
    assert turn(api, key, "resumption") == 409
    assert turn(api, key, "suspension") == 204
    assert turn(api, key, "suspension") == 409
    work_off(stage)
    assert states(api) == ["ACTIVE"] * 3
    assert turn(api, key, "resumption") == 204
    work_off(stage)
    assert states(api) == ["ACTIVE", "ACTIVE", "TERMINATED"]
    assert turn(api, key, "cancellation") == 409
    second = cancel(api)
    assert turn(api, second, "cancellation") == 204
    work_off(stage)
    assert states(api) == ["ACTIVE", "ACTIVE", "TERMINATED"]
    assert shown(api, second)["state"] == "CANCELED"
    (item, _) = api.search("batch-operation-items", filter={"batchOperationKey": second})
    assert item["state"] == "CANCELED"
    assert turn(api, "1", "suspension") == 404


def test_operations_and_items_are_found(stage, api, running):
    first, second = cancel(api, **some(running[:1])), cancel(api, **some(running))
    work_off(stage)
    order = [{"field": "startDate", "order": "DESC"}]
    found = api.search("batch-operations", filter={"state": "COMPLETED"}, sort=order)
    assert {each["batchOperationKey"] for each in found} == {first, second}
    wanted = {"batchOperationKey": second, "state": "FAILED"}
    (item,) = api.search("batch-operation-items", filter=wanted)
    models.BatchOperationItemResponse.from_dict(item)
    assert item["processInstanceKey"] == item["rootProcessInstanceKey"] == str(running[0])
    # The same item of two operations is found twice, over pages of one.
    wanted, cursor, seen = {"itemKey": str(running[0])}, {}, []
    for _ in range(2):
        answer = api.post(
            "/batch-operation-items/search", {"filter": wanted, "page": {"limit": 1, **cursor}}
        )
        seen += [each["batchOperationKey"] for each in answer.json["items"]]
        cursor = {"after": answer.json["page"]["endCursor"]}
    assert sorted(seen) == sorted([first, second])


def moving(api):
    (one,) = deployed(api, ("probe.bpmn", process("probe", "b", ("a", d.user("a")))))
    return [api.begin("probe") for _ in range(2)], one[1]["processDefinitionKey"]


def standing(api):
    return sorted(
        each["elementId"] for each in api.search("user-tasks", filter={"state": "CREATED"})
    )


def test_steps_move_in_many_instances(stage, api):
    keys, _ = moving(api)
    moves = [{"sourceElementId": "a", "targetElementId": "b"}]
    key = begin(api, "modification", some(keys), moveInstructions=moves)
    work_off(stage)
    assert shown(api, key)["operationsCompletedCount"] == 2
    assert standing(api) == ["b", "b"]
    again = begin(api, "modification", some(keys), moveInstructions=moves)
    work_off(stage)
    assert shown(api, again)["operationsFailedCount"] == 2
    assert standing(api) == ["b", "b"]


def test_many_instances_move_to_another_version(stage, api):
    keys, _ = moving(api)
    (target,) = deployed(api, ("probe.bpmn", process("probe", "neu")))
    number = target[1]["processDefinitionKey"]
    pairs = [{"sourceElementId": "a", "targetElementId": "neu"}]
    plan = {"targetProcessDefinitionKey": number, "mappingInstructions": pairs}
    key = begin(api, "migration", some(keys), migrationPlan=plan)
    work_off(stage)
    assert shown(api, key)["operationsCompletedCount"] == 2
    assert standing(api) == ["neu", "neu"]
    wrong = {**plan, "targetProcessDefinitionKey": "1"}
    body = {"filter": {}, "migrationPlan": wrong}
    assert api.post("/process-instances/migration", body).status_code == 404


@pytest.mark.parametrize("at_one_instance", [False, True])
def test_what_failed_is_tried_again_in_many_instances(stage, api, running, at_one_instance):
    (job,) = jobbing.take(api, maxJobsToActivate=1)
    api.post(f"/jobs/{job['jobKey']}/failure", {"retries": 0})
    (incident,) = api.search("incidents", filter={"state": "ACTIVE"})
    api.call("PATCH", f"/jobs/{job['jobKey']}", {"changeset": {"retries": 3}})
    instance = incident["processInstanceKey"]
    if at_one_instance:
        answer = api.post(f"/process-instances/{instance}/incident-resolution")
        key = answer.json["batchOperationKey"]
    else:
        key = begin(api, "incident-resolution", {"hasIncident": True})
    work_off(stage)
    assert not api.search("incidents", filter={"state": "ACTIVE"})
    (item,) = api.search("batch-operation-items", filter={"batchOperationKey": key})
    assert (item["itemKey"], item["state"]) == (incident["incidentKey"], "COMPLETED")
    assert api.post("/process-instances/1/incident-resolution").status_code == 404


def rows_with(number):
    """Return the tables in which some column holds a number."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.type.python_type is int:
                query = select(func.count()).select_from(table).where(column == number)
                if db.session.scalar(query):
                    found.append(f"{table.name}.{column.name}")
    return found


def test_nothing_stays_of_a_deleted_instance(stage, api, running):
    key = running[0]
    with stage.app.app_context():
        case = db.session.get_one(Instance, int(key)).case_id
        assert rows_with(case)
    assert api.post(f"/process-instances/{key}/deletion").status_code == 409
    cancel(api, **some([key]))
    work_off(stage)
    assert api.post(f"/process-instances/{key}/deletion").status_code == 204
    assert api.post(f"/process-instances/{key}/deletion").status_code == 404
    with stage.app.app_context():
        assert rows_with(int(key)) == ["batch_item.item_key", "batch_item.instance_id"]
        assert rows_with(case) == []


def test_many_ended_instances_are_deleted(stage, api, running):
    cancel(api, **some(running[:2]))
    work_off(stage)
    key = begin(api, "deletion", {})
    work_off(stage)
    assert states(api) == ["ACTIVE"]
    told = shown(api, key)
    assert (told["operationsTotalCount"], told["operationsCompletedCount"]) == (2, 2)


def test_no_case_of_a_mandant_is_deleted(stage, api):
    stage.start(IFK, "kibiz_uebergabe", "start_vorschlag")
    stage.press(IFK, "Vorschlag zurückziehen")
    keys = [i["processInstanceKey"] for i in api.search("process-instances")]
    assert api.post(f"/process-instances/{keys[0]}/deletion").status_code == 403
    assert shown(api, begin(api, "deletion", {}))["operationsTotalCount"] == 0
    stranger = program(stage, "bo", mandant="bo")
    assert stranger.post(f"/process-instances/{keys[0]}/deletion").status_code == 404


def test_any_number_of_items_begins_with_one_commit_of_few_statements(stage, api, running):
    with counting(stage) as counted:
        cancel(api)
    (statements,) = counted.committed
    assert len(statements) == 3, statements
    with counting(stage) as counted:
        work_off(stage)
    assert max(map(len, counted.committed)) <= 25, max(counted.committed, key=len)
