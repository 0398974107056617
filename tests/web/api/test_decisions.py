"""Decisions over the API: searched and read."""

import pytest
from camunda_orchestration_sdk.models import DecisionDefinitionResult, DecisionRequirementsResult

from tests.web.api.sending import deployed, table


def test_decisions_are_found_by_version(api):
    deployed(api, ("t.dmn", table()))
    deployed(api, ("t.dmn", table(output='"mehr"')))
    ours = {"decisionDefinitionId": {"$like": "rabatt*"}}
    assert len(api.search("decision-definitions", filter=ours)) == 4
    newest = api.search("decision-definitions", filter={**ours, "isLatestVersion": True})
    assert {(each["decisionDefinitionId"], each["version"]) for each in newest} == {
        ("rabatt", 2),
        ("rabatt_text", 2),
    }
    older = api.search("decision-definitions", filter={**ours, "isLatestVersion": False})
    assert {each["version"] for each in older} == {1}
    for each in newest:
        assert DecisionDefinitionResult.from_dict(each).to_dict() == each
        assert api.get(f"/decision-definitions/{each['decisionDefinitionKey']}").json == each


def test_graphs_are_found_and_read(api):
    deployed(api, ("t.dmn", table()))
    sort = [{"field": "version", "order": "DESC"}]
    asked = {"filter": {"decisionRequirementsId": "tabellen"}, "sort": sort}
    (found,) = api.search("decision-requirements", **asked)
    assert DecisionRequirementsResult.from_dict(found).to_dict() == found
    assert (found["resourceName"], found["decisionRequirementsName"]) == ("t.dmn", "Tabellen")
    path = f"/decision-requirements/{found['decisionRequirementsKey']}"
    assert api.get(path).json == found
    assert api.get(f"{path}/xml").data == table()
    of_graph = {"decisionRequirementsKey": found["decisionRequirementsKey"]}
    decision = api.search("decision-definitions", filter=of_graph)[0]
    answer = api.get(f"/decision-definitions/{decision['decisionDefinitionKey']}/xml")
    assert (answer.data, answer.mimetype) == (table(), "text/xml")


@pytest.mark.parametrize("things", ("decision-definitions", "decision-requirements"))
def test_what_nobody_deployed_is_not_found(api, things):
    assert api.get(f"/{things}/1").status_code == 404
    assert api.get(f"/{things}/1/xml").status_code == 404
