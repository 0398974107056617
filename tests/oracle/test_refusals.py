"""docs/ablehnungen.md explains every rule for which a diagram may be refused, and no other."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ablehnungen.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z-]+)\n\n(.*?)(?=\n## |\Z)", PAGE, re.S | re.M))


def named_in(path):
    """Yield the ids of rules that a module gives to findings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        is_finding = isinstance(node.func, ast.Attribute) and node.func.attr == "finding"
        if is_finding and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value
        yield from (ast.literal_eval(given.value) for given in node.keywords if _is_rule(given))


def _is_rule(given):
    return given.arg == "rule" and isinstance(given.value, ast.Constant)


RULES = sorted({rule for path in (ROOT / "engine/bpmn").rglob("*.py") for rule in named_in(path)})


def test_page_explains_every_rule_and_no_other():
    assert sorted(SECTIONS) == RULES
    assert len(RULES) > 30


@pytest.mark.parametrize("rule", RULES)
def test_section_says_what_why_and_what_to_do_instead(rule):
    parts = re.fullmatch(
        r"\*\*Was:\*\* (.+)\\\n\*\*Warum:\*\* (.+)\\\n\*\*Stattdessen:\*\* (.+)\n?",
        SECTIONS[rule],
    )
    assert parts, rule
    assert all(part.endswith(".") for part in parts.groups())
