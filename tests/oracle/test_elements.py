"""The table in docs/elemente.md says what the engine does, cell by cell."""

from collections import Counter

import pytest

from tests.oracle import elements

CELLS = list(elements.cells())


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.element}, {cell.place}")
def test_element_runs_as_it_should_or_is_refused(cell):
    found = elements.refusal(cell)
    if found is None:
        elements.run(cell)
    else:
        assert found.rule
        assert found.message.endswith(".")


def test_page_says_what_the_engine_does():
    told = elements.PAGE.read_text(encoding="utf-8")
    assert told == elements.page(), "python -m tests.oracle.elements writes the page anew"


def test_each_cell_stands_once_and_both_results_occur():
    assert max(Counter((cell.element, cell.place) for cell in CELLS).values()) == 1
    assert sum(elements.refusal(cell) is None for cell in CELLS) > 50
