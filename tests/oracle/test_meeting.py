"""Joins that nothing can pass: the rule looks at pairs of places, the oracle at every state."""

from collections import Counter

import pytest

from engine import bpmn
from tests.oracle.growing import drawn, size_of
from tests.oracle.meeting import starved
from tests.oracle.writing import written

pytestmark = pytest.mark.slow

PLANS = 250


def refused(plan):
    findings = bpmn.check(written(plan), file="zufall.bpmn")
    assert {each.rule for each in findings} <= {"zusammenfuehrung"}
    return {each.element_id for each in findings}


def test_only_joins_that_nothing_can_pass_are_refused():
    found = Counter()
    for seed in range(PLANS):
        plan = drawn(seed, changes=size_of(seed))
        expected = starved(plan)
        if expected is None:
            found["too much to see"] += 1
            continue
        joins = refused(plan)
        assert joins <= expected, f"plan seed {seed}"
        found["refused"] += len(joins)
        found["left to the running case"] += len(expected - joins)
    assert found["refused"] > 20, found
    assert found["left to the running case"] < found["refused"] / 4, found
    assert found["too much to see"] < PLANS / 50, found
