"""docs/anbinden.md, executed as it stands, but for the port and the demo's password."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.organisation import demo
from tests.clients import node
from tests.clients.installation import basic
from tests.server import ROOT

PAGE = (ROOT / "docs/anbinden.md").read_text()
ADDRESS = "http://127.0.0.1:8080"
LONGEST = 5


def block(installation, sample, language):
    """Return the lines that the page gives for a language, for this installation."""
    (lines,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len([line for line in lines.splitlines() if line]) <= LONGEST
    lines = lines.replace(ADDRESS, installation.address).replace("lotse-demo", demo.PASSWORD)
    for path in sample.files:
        lines = lines.replace(Path(path).name, path)
    return re.sub(r'(--id=|"|Id: ")probe\b(?=["\n])', rf"\g<1>{sample.process}", lines)


def began(installation, sample):
    (found,) = installation.search("process-instances", processDefinitionId=sample.process)
    return found["state"] == "ACTIVE"


def test_the_lines_for_python_work(installation, sample):
    lines = block(installation, sample, "python")
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert began(installation, sample)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["js", "ts"])
def test_the_lines_for_node_work(installation, sample, tmp_path, language):
    script = node.FOLDER / "node_modules" / f"{sample.process}.mjs"
    lines = block(installation, sample, language) + "process.exit(0);\n"
    # Here the package has a second name, because c8ctl and the SDK bring others of its versions.
    script.write_text(lines.replace("@camunda8/orchestration-cluster-api", "cluster-api"))
    try:
        code, said, complaints = node.run(script, home=tmp_path)
    finally:
        script.unlink()
    assert code == 0, said + complaints
    assert began(installation, sample)


@pytest.mark.slow
def test_the_lines_for_the_command_line_work(installation, sample, tmp_path):
    lines = block(installation, sample, "sh")
    settings = dict(re.findall(r"^export (\w+)=(.*)$", lines, re.MULTILINE))
    commands = re.findall(r"^c8ctl (.*)$", lines, re.MULTILINE)
    for command in commands:
        code, said, complaints = node.run(node.C8CTL, *command.split(), home=tmp_path, **settings)
        assert code == 0, said + complaints
    assert len(settings) + len(commands) == len(lines.splitlines())
    assert began(installation, sample)


def test_what_the_modeler_sends_is_understood(installation, sample):
    path = Path(sample.files[0])
    boundary, head = "grenze", 'Content-Disposition: form-data; name="resources"; filename='
    parts = b"".join(
        f'--{boundary}\r\n{head}"{Path(each).name}"\r\n\r\n'.encode()
        + Path(each).read_bytes()
        + b"\r\n"
        for each in sample.files
    )
    kind = f"multipart/form-data; boundary={boundary}"
    answer = installation.send(
        "POST", "/v2/deployments", parts + f"--{boundary}--".encode(), Content_Type=kind
    )
    assert answer.status == 200, answer.content
    named = [each.get("processDefinition") for each in answer.json["deployments"]]
    (deployed,) = [each for each in named if each]
    assert deployed["resourceName"] == path.name  # so it finds its file among the answers
    begun = installation.post(
        "/process-instances",
        {
            "processDefinitionId": sample.process,
            "variables": {"stufe": 5},
            "startInstructions": [{"elementId": "pruefen"}],
            "runtimeInstructions": [
                {"type": "TERMINATE_PROCESS_INSTANCE", "afterElementId": "pruefen"}
            ],
            "businessId": "b",
        },
    )
    for things in ("process-instances", "element-instances", "jobs", "user-tasks"):
        installation.search(things, processInstanceKey=begun["processInstanceKey"])
    installation.search("message-subscriptions", processInstanceKey=begun["processInstanceKey"])
    wanted = {"filter": {"processInstanceKey": begun["processInstanceKey"]}}
    assert installation.post("/variables/search?truncateValues=false", wanted)["items"]
    installation.post(f"/process-instances/{begun['processInstanceKey']}/incidents/search", {})
    me = installation.send("GET", "/v2/authentication/me")
    assert me.status == 200


def test_the_modeler_finds_a_wrong_password_refused(installation):
    """Modeler asks for the topology before anything else and gives up on this answer."""
    assert f"Cluster URL: `{ADDRESS}/v2`" in PAGE
    assert installation.send("GET", "/v2/topology").status == 200
    wrong = installation.send("GET", "/v2/topology", Authorization=basic("admin", "falsch"))
    assert wrong.status == 401
    assert "CONTACT_POINT_UNAVAILABLE" in PAGE
