"""Diagrams as other programs write them: each runs, or is refused for the rules it names.

The second line of each file in shapes/ says what is expected. The files are written by us; what
they show is what editors and suites of test diagrams were seen to draw.
"""

import re
from pathlib import Path
from random import Random

import pytest

from engine import bpmn
from tests.fuzz.running import played

SHAPES = sorted((Path(__file__).parent / "shapes").glob("*.bpmn"))


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_shape_runs_or_is_refused_for_its_reasons(path):
    xml = path.read_bytes()
    expected = re.search(r"<!-- (.*?) -->", xml.decode())[1]
    rules = {finding.rule for finding in bpmn.check(xml, file=path.name)}
    if expected == "läuft":
        assert played(xml, Random(1))
    assert rules == set(re.findall(r"[a-z-]{4,}", expected.removeprefix("abgelehnt:"))) - {"läuft"}


@pytest.mark.parametrize("kind", ["utf-16", "utf-32", "latin-1"])
def test_other_encodings_are_refused(kind):
    (path,) = (path for path in SHAPES if path.stem == "camunda8_formular")
    text = path.read_text(encoding="utf-8").replace("UTF-8", kind)
    (finding,) = bpmn.check(text.encode(kind), file=path.name)
    assert finding.rule == "bpmn-datei"


def test_byte_order_mark_is_harmless():
    (path,) = (path for path in SHAPES if path.stem == "camunda8_formular")
    assert played(b"\xef\xbb\xbf" + path.read_bytes(), Random(1))
