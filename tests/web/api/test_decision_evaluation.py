"""Decisions made over the API, with the account of how they came about."""

import json

import pytest
from camunda_orchestration_sdk.models import EvaluateDecisionResult

from tests.web.api.calling import program
from tests.web.api.sending import deployed, table

PATH = "/decision-definitions/evaluation"


def ask(api, **body):
    answer = api.post(PATH, body)
    assert answer.status_code == 200, answer.text
    assert EvaluateDecisionResult.from_dict(answer.json).to_dict() == answer.json
    return answer.json


@pytest.fixture
def keys(api):
    """The keys of a table, and of the literal expression that stands on it."""
    deployed(api, ("t.dmn", table()))
    found = api.search("decision-definitions")
    return {each["decisionDefinitionId"]: each["decisionDefinitionKey"] for each in found}


def test_a_table_tells_what_it_looked_at_and_which_row_it_followed(api, keys):
    answer = ask(api, decisionDefinitionId="rabatt", variables={"stufe": 5})
    assert json.loads(answer["output"]) == "viel"
    (made,) = answer["evaluatedDecisions"]
    assert made["decisionDefinitionType"] == "DECISION_TABLE"
    assert made["evaluatedInputs"] == [
        {"inputId": "eingang", "inputName": "Stufe", "inputValue": "5"}
    ]
    (rule,) = made["matchedRules"]
    assert (rule["ruleId"], rule["ruleIndex"]) == ("zeile_hoch", 1)
    (output,) = rule["evaluatedOutputs"]
    assert (output["outputId"], output["outputName"]) == ("ausgang", "ergebnis")
    assert output["outputValue"] == '"viel"'
    assert answer["failureMessage"] is None


def test_required_decisions_come_first(api, keys):
    answer = ask(api, decisionDefinitionKey=keys["rabatt_text"], variables={"stufe": 1})
    assert json.loads(answer["output"]) == "Rabatt: wenig"
    made = [
        (each["decisionDefinitionId"], each["decisionDefinitionType"], each["output"])
        for each in answer["evaluatedDecisions"]
    ]
    assert made == [
        ("rabatt", "DECISION_TABLE", '"wenig"'),
        ("rabatt_text", "LITERAL_EXPRESSION", '"Rabatt: wenig"'),
    ]
    assert [each["decisionDefinitionKey"] for each in answer["evaluatedDecisions"]] == [
        keys["rabatt"],
        keys["rabatt_text"],
    ]


def test_by_id_the_newest_version_and_by_key_the_one_that_is_meant(api, keys):
    deployed(api, ("t.dmn", table(output='"mehr"')))
    newest = ask(api, decisionDefinitionId="rabatt", variables={"stufe": 5})
    older = ask(api, decisionDefinitionKey=keys["rabatt"], variables={"stufe": 5})
    assert [each["output"] for each in (newest, older)] == ['"mehr"', '"viel"']
    assert [each["decisionDefinitionVersion"] for each in (newest, older)] == [2, 1]


def test_two_outputs_with_the_same_label_are_both_told(api):
    wide = table().replace(
        b"<output id=",
        b'<output id="zweiter" label="Ergebnis" name="anders" typeRef="string" /><output id=',
    )
    for cell in (b"a1", b"a2"):
        more = b"<outputEntry><text>&quot;x&quot;</text></outputEntry>"
        wide = wide.replace(b'<outputEntry id="%s">' % cell, more + b'<outputEntry id="%s">' % cell)
    deployed(api, ("t.dmn", wide))
    answer = ask(api, decisionDefinitionId="rabatt", variables={"stufe": 5})
    (rule,) = answer["evaluatedDecisions"][0]["matchedRules"]
    told = {each["outputId"]: each["outputValue"] for each in rule["evaluatedOutputs"]}
    assert told == {"zweiter": '"x"', "ausgang": '"viel"'}
    assert json.loads(answer["output"]) == {"anders": "x", "ergebnis": "viel"}


def test_a_failure_says_where_and_how_far_it_came(api):
    narrow = table().replace(b"<text>-</text>", b"<text>&lt; 0</text>")
    deployed(api, ("t.dmn", narrow))
    answer = ask(api, decisionDefinitionId="rabatt_text", variables={"stufe": 2})
    assert answer["failedDecisionDefinitionId"] == "rabatt"
    assert "Keine Zeile" in answer["failureMessage"]
    assert answer["output"] == "null"
    inputs = answer["evaluatedDecisions"][0]["evaluatedInputs"]
    assert [each["inputValue"] for each in inputs] == ["2"]


@pytest.mark.parametrize(
    ("body", "status"),
    (
        ({"decisionDefinitionId": "gibt_es_nicht"}, 404),
        ({"decisionDefinitionKey": "1"}, 404),
        ({}, 400),
        ({"decisionDefinitionId": "rabatt", "decisionDefinitionKey": "1"}, 400),
        ({"decisionDefinitionId": "rabatt", "tenantId": "goe"}, 400),
        ({"decisionDefinitionId": "rabatt", "variables": [1]}, 400),
    ),
)
def test_what_cannot_be_asked_is_refused(api, keys, body, status):
    assert api.post(PATH, body).status_code == status


def test_a_program_needs_the_scope(stage, keys):
    asked = {"decisionDefinitionId": "rabatt", "variables": {"stufe": 5}}
    assert program(stage, scopes=("auftraege",)).post(PATH, asked).status_code == 403
    assert program(stage, "leser", scopes=("lesen",)).post(PATH, asked).json["output"] == '"viel"'
