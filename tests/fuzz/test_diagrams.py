"""Broken diagrams are refused or run: no crash, no hang, no flood; only our own errors."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz import mutating
from tests.fuzz.conftest import MORE
from tests.fuzz.running import played
from tests.oracle import elements
from tests.oracle.growing import plan_of
from tests.oracle.writing import written

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("processes", "tests", "bench")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.bpmn"))
DIAGRAMS = [
    *(path.read_bytes() for path in FILES),
    *(written(plan_of(seed)) for seed in range(20)),
    *(cell.xml for cell in elements.cells()),
]
TREES, BYTES = 2_400 * MORE, 1_200 * MORE


@pytest.mark.parametrize("part", range(4))
def test_diagram_with_broken_elements_is_refused_or_runs(part):
    accepted = 0
    for seed in range(part, TREES, 4):
        random = Random(seed)
        xml = mutating.xml_of(random.choice(DIAGRAMS), random)
        accepted += played(xml, random)
    assert accepted > TREES / 100, "too little is run to say anything"


@pytest.mark.parametrize("part", range(2))
def test_diagram_with_broken_bytes_is_refused_or_runs(part):
    for seed in range(part, BYTES, 2):
        random = Random(f"bytes {seed}")
        content = mutating.bytes_of(random.choice(DIAGRAMS), random)
        played(content, random)


def test_sources_of_all_kinds_are_there_and_run():
    assert len(FILES) >= 3
    accepted = sum(played(xml, Random(1)) for xml in DIAGRAMS)
    assert accepted > 60
