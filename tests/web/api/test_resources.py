"""Files that were deployed, over the API: diagrams, decisions, forms, each by its key."""

import json

import pytest
from camunda_orchestration_sdk.models import FormResult, ResourceResult

from tests.engine.bpmn import drawing as d
from tests.web.api.calling import program
from tests.web.api.sending import deployed, form, process, table

KEYS = ("processDefinitionKey", "decisionRequirementsKey", "formKey")


def test_each_file_comes_back_byte_for_byte(api):
    files = {"p.bpmn": process(), "t.dmn": table(), "f.form": form()}
    found = [each for _, each in deployed(api, *files.items()) if "resourceName" in each]
    assert len(found) == len(files)
    for each, name in zip(found, KEYS, strict=True):
        key = each[name]
        for way in ("content", "content/binary"):
            assert api.get(f"/resources/{key}/{way}").data == files[each["resourceName"]]
        shown = api.get(f"/resources/{key}").json
        assert ResourceResult.from_dict(shown).to_dict() == shown
        assert (shown["resourceKey"], shown["resourceName"]) == (key, each["resourceName"])


def test_a_form_is_read_by_its_key(api):
    ((_, found),) = deployed(api, ("f.form", b"\xef\xbb\xbf" + form()))
    shown = api.get(f"/forms/{found['formKey']}").json
    assert FormResult.from_dict(shown).to_dict() == shown
    assert json.loads(shown["schema"]) == json.loads(form())


def test_a_process_shows_the_form_that_it_begins_with(api):
    asks = d.start("start", d.zeebe("formDefinition", formId="frage"))
    diagram = d.diagram(asks, d.user("a"), d.chain("start", "a"), process="fragt")
    ((_, alone),) = deployed(api, ("ohne.bpmn", process("ohne")))
    own = deployed(api, ("p.bpmn", diagram), ("f.form", form()))
    ((_, foreign),) = deployed(api, ("q.bpmn", diagram))
    assert api.get(f"/process-definitions/{alone['processDefinitionKey']}/form").status_code == 204
    for key in (own[0][1]["processDefinitionKey"], foreign["processDefinitionKey"]):
        shown = api.get(f"/process-definitions/{key}/form")
        assert shown.json["formKey"] == own[1][1]["formKey"]


@pytest.mark.parametrize(
    "path",
    (
        "/resources/1",
        "/resources/1/content",
        "/resources/1/content/binary",
        "/forms/1",
        "/process-definitions/1/form",
    ),
)
def test_what_nobody_deployed_is_not_found(stage, api, path):
    assert api.get(path).status_code == 404
    assert program(stage, scopes=("aufgaben",)).get(path).status_code == 403
