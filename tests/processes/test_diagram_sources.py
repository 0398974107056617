"""Every element says where it comes from, and finds its form and its decision."""

import json
from pathlib import Path

import pytest

from engine import bpmn, dmn

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT.parent / "shared" / "domain" / "rules.json"
FILES = sorted(ROOT.glob("processes/*/*.bpmn"))
PROCESSES = [p for f in FILES for p in bpmn.parse(f.read_bytes(), file=f.name)]
ASSUMPTION = {"ja", *(f"U-{number:02}" for number in range(1, 37))}


def names(text):
    return [each.strip() for each in text.split(",") if each.strip()]


@pytest.fixture(scope="module")
def known_rules():
    if not RULES.exists():
        pytest.skip("the catalogue of rules is not beside the project")
    concepts = json.loads(RULES.read_text(encoding="utf-8"))
    return {rule["id"] for rules in concepts.values() for rule in rules}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.id)
def test_every_element_has_a_source_or_is_an_assumption(process):
    bare = [
        key
        for key, element in process.elements.items()
        if not element.properties.keys() & {"quelle", "annahme"}
    ]
    assert bare == []


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.id)
def test_assumptions_are_numbered_or_plain(process):
    for key, element in process.elements.items():
        assert set(names(element.properties.get("annahme", ""))) <= ASSUMPTION, key


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.id)
def test_sources_are_rules_of_the_concepts(process, known_rules):
    for key, element in process.elements.items():
        assert set(names(element.properties.get("quelle", ""))) <= known_rules, key


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.id)
def test_every_form_that_is_shown_exists(process):
    for element in process.elements.values():
        asked = element.form.id if element.form else None
        for form_id in filter(None, (asked, element.properties.get("knopf_formular"))):
            folder, _, name = form_id.partition(".")
            path = ROOT / "forms" / "definitions" / folder / f"{name}.form"
            assert path.exists(), element.id
            assert json.loads(path.read_text(encoding="utf-8"))["id"] == form_id


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_decision_is_in_reach(path):
    tables = [*path.parent.glob("*.dmn"), *(ROOT / "processes" / "gemeinsam").glob("*.dmn")]
    models = [dmn.load(table.read_bytes(), file=table.name) for table in tables]
    decisions = {key for model in models for key in model.decisions}
    for process in bpmn.parse(path.read_bytes(), file=path.name):
        asked = {e.decision.id for e in process.elements.values() if e.decision}
        assert asked <= decisions


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.id)
def test_every_task_of_a_person_says_what_it_is_for(process):
    tasks = [e for e in process.elements.values() if e.type == "userTask"]
    assert [task.id for task in tasks if not task.documentation.endswith(".")] == []
