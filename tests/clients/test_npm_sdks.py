"""The SDKs for Node, unchanged: what their users do every day, done with Lotse."""

import json

import pytest

from engine.organisation import demo
from tests.clients import node
from tests.clients.installation import OPERATOR

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", ("rest_sdk.mjs", "cluster_api.mjs"))
def test_an_instance_runs_from_a_failed_job_to_its_end(installation, sample, tmp_path, script):
    code, said, complaints = node.run(
        node.FOLDER / script,
        sample.process,
        sample.job,
        sample.decision,
        *sample.files,
        home=tmp_path,
        CAMUNDA_REST_ADDRESS=installation.address,
        ZEEBE_REST_ADDRESS=installation.address,
        CAMUNDA_AUTH_STRATEGY="BASIC",
        CAMUNDA_BASIC_AUTH_USERNAME=OPERATOR,
        CAMUNDA_BASIC_AUTH_PASSWORD=demo.PASSWORD,
    )
    assert code == 0, said + complaints
    told = json.loads(said.splitlines()[-1])
    key = told["processInstanceKey"]
    (instance,) = installation.search("process-instances", processInstanceKey=key)
    assert instance["state"] == "COMPLETED"
    assert instance["processDefinitionKey"] == told["deployed"]
    (result,) = installation.search("variables", processInstanceKey=key, name="ergebnis")
    assert result["value"] == '"wenig"'
    assert set(told["passed"]) >= {"start", "pruefen", "entscheiden", "fragen", "end"}
    assert told["output"] == "viel"
    ended = installation.search("process-instances", processDefinitionId=sample.process)
    assert sorted(each["state"] for each in ended) == ["COMPLETED", "TERMINATED"]
