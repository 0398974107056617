"""Random steps through random processes, saved and loaded at each, against the oracle.

LOTSE_TEST_STEPS plays so many steps instead of 12,000. A difference is reported with the smallest
diagram that still shows it.
"""

import os
from collections import Counter
from itertools import product

import pytest

from tests.oracle import shrinking
from tests.oracle.growing import CHOOSING, plan_of
from tests.oracle.plans import ACTIVITIES
from tests.oracle.playing import PLAY, Difference, Player, play
from tests.oracle.tokens import Endless, Game

pytestmark = pytest.mark.slow

STEPS = int(os.environ.get("LOTSE_TEST_STEPS", "12000"))
PARTS = 12
LONGEST = 40


def walk(seed):
    plan = plan_of(seed)
    try:
        return play(plan, seed, steps=LONGEST)
    except Difference:
        pytest.fail(f"plan seed {seed}, " + shrinking.report(plan, seed, LONGEST), pytrace=False)


@pytest.mark.parametrize("part", range(PARTS))
def test_engine_does_what_the_oracle_says(part):
    played, seed = 0, part
    while played < STEPS / PARTS:
        played += walk(seed)
        seed += PARTS
    assert played >= STEPS / PARTS


def met(seed):
    """Count what happens in the oracle alone: kinds, events, loops, and steps."""
    plan, player = plan_of(seed), Player(seed)
    begin = player.moment()
    found = Counter()
    try:
        game = Game(plan, begin, player.begin())
        for _ in range(LONGEST):
            step = player.choose(game)
            if step is None:
                break
            found[step.what] += 1
            PLAY[step.what](game, step)
    except Endless:
        return Counter(endless=1)
    nodes = {node.id: node for plane in plan.planes() for node in plane.nodes.values()}
    for (node_id, happened), times in game.history.items():
        node = nodes[node_id]
        found[node.kind, node.event, node.interrupting, happened] += times
        for repeated in filter(None, (node.loop, node.again)):
            in_turn = repeated is node.again or node.loop.in_turn
            found[type(repeated).__name__, in_turn, happened] += times
        if node.loop and node.loop.times:
            found["times"] += times
        if node.kind in ACTIVITIES and node.default:
            found["choosing activity"] += times
    return found


AWAITED = ("timer", "message", "signal", "conditional")


def test_walks_meet_everything_that_the_oracle_knows():
    found = sum((met(seed) for seed in range(600)), Counter())
    assert found["endless"] < 3
    assert min(found[step] for step in PLAY) >= 2, found
    for kind in (*ACTIVITIES, *CHOOSING, "parallelGateway", "eventBasedGateway", "startEvent"):
        event = "message" if kind == "receiveTask" else "none"
        assert found[kind, event, True, "completed"] > 10, kind
    for event in AWAITED:
        assert found["intermediateCatchEvent", event, True, "completed"] > 10, event
    for kind, event, cuts in product(("boundaryEvent", "startEvent"), AWAITED, (True, False)):
        assert found[kind, event, cuts, "completed"] > 1, (kind, event, cuts)
    for kind in ("boundaryEvent", "startEvent"):
        assert found[kind, "error", True, "completed"] > 5
        assert min(found[kind, "escalation", cuts, "completed"] for cuts in (True, False)) > 5, kind
    for event in ("none", "terminate", "error", "escalation", "signal"):
        assert found["endEvent", event, True, "completed"] > 5, event
    for event in ("none", "signal", "escalation", "link"):
        assert found["intermediateThrowEvent", event, True, "completed"] > 10, event
    for kind, in_turn in (("Loop", True), ("Loop", False), ("Again", True)):
        assert found[kind, in_turn, "completed"] > 20
        assert found[kind, in_turn, "cancelled"] > 5
    assert min(found["times"], found["choosing activity"]) > 20
    assert found["parallelGateway", "none", True, "failed"] > 5
    assert found["inclusiveGateway", "none", True, "failed"] > 5
