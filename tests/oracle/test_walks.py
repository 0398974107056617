"""Random steps through random processes, saved and loaded at each, against the oracle.

LOTSE_TEST_STEPS plays so many steps instead of 12,000. A difference is reported with the smallest
diagram that still shows it.
"""

import os
from collections import Counter

import pytest

from tests.oracle import shrinking
from tests.oracle.growing import CHOOSING, plan_of
from tests.oracle.plans import ACTIVITIES
from tests.oracle.playing import PLAY, Difference, Player, play
from tests.oracle.tokens import Game

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
    """Count what happens in the oracle alone: kinds, events, hosts of loops, and steps."""
    plan, player = plan_of(seed), Player(seed)
    begin = player.moment()
    game = Game(plan, begin, player.begin())
    found = Counter()
    for _ in range(LONGEST):
        step = player.choose(game)
        if step is None:
            break
        found[step.what] += 1
        PLAY[step.what](game, step)
    nodes = {node.id: node for plane in plan.planes() for node in plane.nodes.values()}
    for (node_id, happened), times in game.history.items():
        node = nodes[node_id]
        found[node.kind, node.event, node.interrupting, happened] += times
        if node.loop:
            found["loop", node.kind in ACTIVITIES, node.loop.in_turn, happened] += times
    return found


def test_walks_meet_everything_that_the_oracle_knows():
    found = sum((met(seed) for seed in range(300)), Counter())
    assert min(found[step] for step in PLAY) >= 2, found
    for kind in (*ACTIVITIES, *CHOOSING, "parallelGateway", "eventBasedGateway", "startEvent"):
        event = "message" if kind == "receiveTask" else "none"
        assert found[kind, event, True, "completed"] > 10, kind
    for event in ("timer", "message"):
        assert found["intermediateCatchEvent", event, True, "completed"] > 10
        assert found["boundaryEvent", event, True, "completed"] > 10
        assert found["boundaryEvent", event, False, "completed"] > 10
    for event in ("none", "terminate", "error"):
        assert found["endEvent", event, True, "completed"] > 10
    assert found["boundaryEvent", "error", True, "completed"] > 10
    for in_turn in (True, False):
        assert found["loop", True, in_turn, "completed"] > 20
        assert found["loop", True, in_turn, "cancelled"] > 5
    assert found["parallelGateway", "none", True, "failed"] > 5
    assert found["inclusiveGateway", "none", True, "failed"] > 5
