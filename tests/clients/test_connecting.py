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
def test_the_lines_for_node_work(installation, sample, tmp_path):
    script = node.FOLDER / "node_modules" / f"{sample.process}.mjs"
    script.write_text(block(installation, sample, "js") + "process.exit(0);\n")
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


def test_the_modeler_finds_a_wrong_password_refused(installation):
    """Modeler asks for the topology before anything else and gives up on this answer."""
    assert f"Cluster URL: `{ADDRESS}/v2`" in PAGE
    assert installation.send("GET", "/v2/topology").status == 200
    wrong = installation.send("GET", "/v2/topology", Authorization=basic("admin", "falsch"))
    assert wrong.status == 401
    assert "CONTACT_POINT_UNAVAILABLE" in PAGE
