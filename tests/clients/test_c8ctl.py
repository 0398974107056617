"""c8ctl, unchanged: the commands of an operator's day."""

import pytest

from tests.clients.node import C8ctl
from tests.engine.bpmn import drawing as d

pytestmark = pytest.mark.slow

CALLED = d.diagram(
    d.start("ruf", d.awaits("m")),
    d.end(),
    d.chain("ruf", "end"),
    process="gerufene_probe",
    around=[d.message("m", "probe_ruf")],
)


@pytest.fixture
def c8ctl(installation, tmp_path):
    return C8ctl(installation, tmp_path)


def test_an_instance_runs_from_job_to_task_to_end(installation, c8ctl, sample):
    c8ctl("deploy", *sample.files)
    c8ctl("create", "pi", f"--id={sample.process}", '--variables={"stufe": 5}')
    (instance,) = installation.search("process-instances", processDefinitionId=sample.process)
    key = instance["processInstanceKey"]
    assert key in str(c8ctl("list", "pi", f"--id={sample.process}"))
    assert sample.process in str(c8ctl("get", "pi", key))
    assert c8ctl("activate", "jobs", sample.job)
    (job,) = installation.search("jobs", processInstanceKey=key)
    c8ctl("complete", "job", job["jobKey"], '--variables={"stufe": 1}')
    (task,) = installation.search("user-tasks", processInstanceKey=key)
    assert task["userTaskKey"] in str(c8ctl("list", "ut"))
    c8ctl("complete", "ut", task["userTaskKey"])
    (instance,) = installation.search("process-instances", processInstanceKey=key)
    assert instance["state"] == "COMPLETED"


def test_an_incident_is_resolved(installation, c8ctl, sample):
    c8ctl("deploy", *sample.files)
    c8ctl("create", "pi", f"--id={sample.process}")
    c8ctl("activate", "jobs", sample.job)
    (job,) = installation.search("jobs", type=sample.job)
    c8ctl("fail", "job", job["jobKey"], "--retries=0", "--errorMessage=kaputt")
    (incident,) = installation.search("incidents", jobKey=job["jobKey"])
    assert incident["incidentKey"] in str(c8ctl("list", "inc"))
    c8ctl("resolve", "inc", incident["incidentKey"])
    (incident,) = installation.search("incidents", jobKey=job["jobKey"])
    assert incident["state"] == "RESOLVED"


def test_an_expression_is_evaluated(c8ctl):
    assert c8ctl("feel", "evaluate", "= 1 + 2")["result"] == 3


def test_messages_begin_instances(installation, c8ctl, tmp_path):
    path = tmp_path / "gerufene_probe.bpmn"
    path.write_bytes(CALLED)
    c8ctl("deploy", path)
    c8ctl("publish", "msg", "probe_ruf", "--correlationKey=1", '--variables={"stufe": 5}')
    c8ctl("correlate", "msg", "probe_ruf", "--correlationKey=2")
    found = installation.search("process-instances", processDefinitionId="gerufene_probe")
    assert [each["state"] for each in found] == ["COMPLETED"] * 2


def test_a_file_is_deployed_and_begun_at_once(installation, c8ctl, sample):
    c8ctl("deploy", *sample.files[1:])
    c8ctl("run", sample.files[0], '--variables={"stufe": 5}')
    (instance,) = installation.search("process-instances", processDefinitionId=sample.process)
    assert instance["state"] == "ACTIVE"
    c8ctl("cancel", "pi", instance["processInstanceKey"])
    (instance,) = installation.search("process-instances", processDefinitionId=sample.process)
    assert instance["state"] == "TERMINATED"
