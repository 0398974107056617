"""Decisions as they were made: found, read with how they came about, and forgotten."""

import json
from datetime import timedelta

import pytest
from camunda_orchestration_sdk.models import (
    DecisionInstanceGetQueryResult,
    DecisionInstanceSearchQueryResult,
)
from sqlalchemy import delete, func, select

from engine import clock
from engine.casefile import evaluations
from engine.model.evaluation import EvaluatedDecision, Evaluation
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api, program
from tests.web.api.sending import deployed, process, table
from tests.web.api.test_variables import KSA, OTHER_GROUP, complete
from web.database import db, write
from web.scheduler import tick

EVALUATION = "/decision-definitions/evaluation"
DECIDE = ("entscheiden", d.decide("entscheiden", "rabatt_text", "text"))
ASKED = {"decisionDefinitionId": "rabatt_text", "variables": {"stufe": 5}}
FIELDS = 18


@pytest.fixture
def asks(api):
    return asking(api)


def asking(api):
    """Deploy a process that asks a decision that stands on another one; return the API."""
    deployed(api, ("probe.bpmn", process("probe", "a", DECIDE)), ("t.dmn", table()))
    return api


def told(api, key):
    answer = api.get(f"/decision-instances/{key}")
    assert answer.status_code == 200, answer.text
    assert DecisionInstanceGetQueryResult.from_dict(answer.json).to_dict().keys() == (
        answer.json.keys()
    )
    return answer.json


def ids_of(found):
    return [each["decisionDefinitionId"] for each in found]


def count(stage, table):
    with stage.app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_a_step_leaves_the_decisions_that_it_took(asks):
    key = asks.begin("probe", variables={"stufe": 5}, businessId="Akte 7")
    found = asks.search("decision-instances", filter={"processInstanceKey": key})
    DecisionInstanceSearchQueryResult.from_dict(asks.post("/decision-instances/search").json)
    assert ids_of(found) == ["rabatt", "rabatt_text"]
    first, last = found
    assert len(first) == FIELDS
    assert [each["decisionDefinitionType"] for each in found] == [
        "DECISION_TABLE",
        "LITERAL_EXPRESSION",
    ]
    evaluation = first["decisionEvaluationKey"]
    assert [each["decisionEvaluationInstanceKey"] for each in found] == [
        f"{evaluation}-1",
        f"{evaluation}-2",
    ]
    (step,) = asks.search("element-instances", filter={"elementId": "entscheiden"})
    assert first["elementInstanceKey"] == step["elementInstanceKey"]
    assert first["rootDecisionDefinitionKey"] == last["decisionDefinitionKey"]
    assert (first["rootProcessInstanceKey"], first["businessId"]) == (key, "Akte 7")
    assert (first["state"], first["evaluationFailure"]) == ("EVALUATED", None)
    assert [each["result"] for each in found] == ['"viel"', '"Rabatt: viel"']


def test_one_tells_what_it_looked_at_and_which_row_it_followed(asks):
    asks.begin("probe", variables={"stufe": 5})
    first, last = asks.search("decision-instances")
    one = told(asks, first["decisionEvaluationInstanceKey"])
    assert {name: one[name] for name in first} == first
    assert one["evaluatedInputs"] == [
        {"inputId": "eingang", "inputName": "Stufe", "inputValue": "5"}
    ]
    (rule,) = one["matchedRules"]
    assert (rule["ruleId"], rule["ruleIndex"]) == ("zeile_hoch", 1)
    assert rule["evaluatedOutputs"] == [
        {
            "outputId": "ausgang",
            "outputName": "ergebnis",
            "outputValue": '"viel"',
            "ruleId": "zeile_hoch",
            "ruleIndex": 1,
        }
    ]
    other = told(asks, last["decisionEvaluationInstanceKey"])
    assert (other["evaluatedInputs"], other["matchedRules"]) == ([], [])


def test_a_decision_asked_over_the_api_is_told_again(asks):
    answer = asks.post(EVALUATION, ASKED).json
    found = asks.search(
        "decision-instances", filter={"decisionEvaluationKey": answer["decisionEvaluationKey"]}
    )
    for shown, made in zip(found, answer["evaluatedDecisions"], strict=True):
        one = told(asks, shown["decisionEvaluationInstanceKey"])
        assert one["decisionEvaluationInstanceKey"] == made["decisionEvaluationInstanceKey"]
        assert one["result"] == made["output"]
        assert one["evaluatedInputs"] == made["evaluatedInputs"]
        assert one["matchedRules"] == made["matchedRules"]
        assert one["processInstanceKey"] is one["elementInstanceKey"] is None


@pytest.mark.parametrize("asks_step", (True, False))
def test_a_failure_stays_with_how_far_it_came(api, asks_step):
    narrow = table().replace(b"<text>-</text>", b"<text>&lt; 0</text>")
    deployed(api, ("probe.bpmn", process("probe", "a", DECIDE)), ("t.dmn", narrow))
    if asks_step:
        api.begin("probe", variables={"stufe": 2})
    else:
        assert api.post(EVALUATION, {**ASKED, "variables": {"stufe": 2}}).status_code == 200
    (found,) = api.search("decision-instances", filter={"state": "failed"})
    assert api.search("decision-instances") == [found]
    one = told(api, found["decisionEvaluationInstanceKey"])
    assert one["decisionDefinitionId"] == "rabatt"
    assert "Keine Zeile" in one["evaluationFailure"]
    assert one["result"] == "null"
    assert [each["inputValue"] for each in one["evaluatedInputs"]] == ["2"]


WANTED = (
    ({"decisionDefinitionId": "rabatt"}, 2),
    ({"decisionDefinitionName": {"$like": "Als*"}}, 2),
    ({"decisionDefinitionType": "literal_expression"}, 2),
    ({"decisionDefinitionVersion": 1}, 4),
    ({"decisionDefinitionVersion": {"$gt": 1}}, 0),
    ({"processInstanceKey": {"$exists": False}}, 2),
    ({"processDefinitionKey": {"$exists": True}}, 2),
    ({"state": {"$neq": "FAILED"}}, 4),
    ({"state": "UNKNOWN"}, 0),
    ({"evaluationFailure": {"$exists": True}}, 0),
    ({"evaluationDate": {"$gt": "2020-01-01T00:00:00Z"}}, 4),
    ({"decisionEvaluationInstanceKey": {"$in": ["1-1"]}}, 0),
    ({"businessId": "Akte 7", "tenantId": "<default>"}, 2),
)


@pytest.mark.parametrize(("wanted", "number"), WANTED)
def test_decisions_are_found_by_what_they_are(asks, wanted, number):
    asks.begin("probe", variables={"stufe": 5}, businessId="Akte 7")
    assert asks.post(EVALUATION, ASKED).status_code == 200
    assert len(asks.search("decision-instances", filter=wanted)) == number


def test_pages_and_orders(asks):
    for level in (1, 5):
        asks.begin("probe", variables={"stufe": level})
    every = asks.search("decision-instances")
    walked, after = [], None
    while True:
        page = {"limit": 3, **({"after": after} if after else {})}
        answer = asks.post("/decision-instances/search", {"page": page}).json
        if not answer["items"]:
            break
        walked += answer["items"]
        after = answer["page"]["endCursor"]
    assert walked == every
    fields = ("evaluationDate", "decisionDefinitionType", "state", "decisionDefinitionName")
    sort = [{"field": each, "order": "DESC"} for each in fields]
    assert ids_of(asks.search("decision-instances", sort=sort)) == [
        "rabatt_text",
        "rabatt_text",
        "rabatt",
        "rabatt",
    ]


def test_what_is_forgotten_is_gone_with_its_account(stage, asks):
    asks.begin("probe", variables={"stufe": 5})
    asks.post(EVALUATION, ASKED)
    for key in {each["decisionEvaluationKey"] for each in asks.search("decision-instances")}:
        path = f"/decision-instances/{key}/deletion"
        assert asks.post(path).status_code == 204
        assert asks.post(path).status_code == 404
    assert asks.search("decision-instances") == []
    with stage.app.app_context():
        details = [each.detail for each in db.session.scalars(select(HistoryRow))]
    assert not any("trace" in detail for detail in details)


def test_what_no_instance_asked_for_is_forgotten_after_a_while(stage, asks):
    asks.begin("probe", variables={"stufe": 5})
    asks.post(EVALUATION, ASKED)
    with stage.app.app_context():
        for days, left in ((29, 4), (31, 2)):
            later = clock.now() + timedelta(days=days)
            write(lambda session, now=later: evaluations.forget_old(session, now=now))
            assert count(stage, EvaluatedDecision) == left


def test_what_goes_with_an_instance(stage, asks):
    asks.begin("probe", variables={"stufe": 5})
    with stage.app.app_context():
        write(lambda session: session.execute(delete(Instance)))
    assert (count(stage, Evaluation), count(stage, EvaluatedDecision)) == (0, 0)


def test_no_value_stands_in_the_open(stage, asks):
    secret = {"decisionDefinitionId": "rabatt_text", "variables": {"stufe": 4711}}
    key = asks.post(EVALUATION, secret).json["decisionEvaluationKey"]
    with stage.app.app_context():
        row = db.session.get_one(Evaluation, int(key))
        assert b"4711" not in row.sealed
        assert b"Rabatt" not in row.sealed


@pytest.fixture
def case(stage, tmp_path):
    """A decision that a step of a case took."""
    step = d.decide("entscheiden", "rabatt_text", "text", d.mapping({"stufe": "=frage.zahl"}))
    directory = small.put(tmp_path, small.between(("entscheiden", step)))
    (directory / "t.dmn").write_bytes(table())
    small.deploy(stage, directory)
    office = Api(stage, IFK)
    assert office.post("/process-instances", {"processDefinitionId": small.NAME}).status_code == 200
    complete(office, zahl=5)
    return office


def test_an_office_sees_the_decisions_of_its_cases(case):
    found = case.search("decision-instances")
    assert ids_of(found) == ["rabatt", "rabatt_text"]
    one = told(case, found[0]["decisionEvaluationInstanceKey"])
    assert json.loads(one["evaluatedInputs"][0]["inputValue"]) == 5
    assert one["result"] == '"viel"'
    path = f"/decision-instances/{found[0]['decisionEvaluationKey']}/deletion"
    assert case.post(path).status_code == 403


def test_operators_see_that_it_was_made_and_no_value(api, case):
    (first, last) = api.search("decision-instances")
    assert (first["result"], last["result"]) == ("null", "null")
    one = told(api, first["decisionEvaluationInstanceKey"])
    assert (one["state"], one["evaluatedInputs"], one["matchedRules"]) == ("EVALUATED", [], [])
    path = f"/decision-instances/{first['decisionEvaluationKey']}/deletion"
    assert api.post(path).status_code == 403
    assert len(case.search("decision-instances")) == 2


def test_strangers_learn_of_no_decision(stage, case):
    (first, _) = case.search("decision-instances")
    strangers = [Api(stage, KSA), Api(stage, OTHER_GROUP), program(stage)]
    strangers.append(program(stage, "bo", mandant="bo"))
    for stranger in strangers:
        assert stranger.search("decision-instances") == []
        key = first["decisionEvaluationInstanceKey"]
        assert stranger.get(f"/decision-instances/{key}").status_code == 404
        path = f"/decision-instances/{first['decisionEvaluationKey']}/deletion"
        assert stranger.post(path).status_code == 404


def test_nothing_is_kept_of_what_an_office_asks(stage, asks):
    for office in (Api(stage, IFK), program(stage, "bo", mandant="bo")):
        assert office.post(EVALUATION, ASKED).status_code == 200
    assert count(stage, Evaluation) == 0


def test_what_belongs_to_no_mandant_is_seen_by_no_office(stage, asks):
    key = asks.post(EVALUATION, ASKED).json["decisionEvaluationKey"]
    assert Api(stage, IFK).search("decision-instances") == []
    assert Api(stage, IFK).get(f"/decision-instances/{key}-1").status_code == 404
    other = program(stage)
    assert len(other.search("decision-instances")) == 2
    assert other.post(f"/decision-instances/{key}/deletion").status_code == 204


@pytest.mark.parametrize("key", ("1-1", "x", "1", "-", "9" * 30))
def test_what_is_not_there_is_not_found(api, key):
    assert api.get(f"/decision-instances/{key}").status_code == 404


def test_many_decisions_of_no_mandant_are_forgotten_at_once(stage, api, asks, case):
    asks.post(EVALUATION, ASKED)
    asks.post(EVALUATION, ASKED)
    answer = api.post("/decision-instances/deletion", {"filter": {}})
    assert answer.status_code == 200, answer.json
    assert answer.json["batchOperationType"] == "DELETE_DECISION_INSTANCE"
    with stage.app.app_context():
        tick()
    key = answer.json["batchOperationKey"]
    assert api.get(f"/batch-operations/{key}").json["operationsCompletedCount"] == 2
    items = api.search("batch-operation-items", filter={"batchOperationKey": key})
    assert {each["processInstanceKey"] for each in items} == {None}
    assert len(api.search("decision-instances")) == 2  # those of the case
