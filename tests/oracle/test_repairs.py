"""Each repair of SpiffWorkflow, undone for a moment, is found by the random walks."""

import pytest

from tests.oracle.growing import plan_of
from tests.oracle.plans import Flow, Formula, Graph, Node
from tests.oracle.playing import Difference, play
from tests.oracle.repairs import REPAIRS
from tests.oracle.shrinking import report

pytestmark = pytest.mark.slow

PLANS = 500
LONG = 400
NEVER = Formula("= false", lambda _: False)


def endless():
    """A round that ends only when the instance is cancelled."""
    kinds = {"start": "startEvent", "vor": "exclusiveGateway", "arbeit": "userTask"}
    kinds |= {"nach": "exclusiveGateway", "ende": "endEvent"}
    graph = Graph({name: Node(name, kind) for name, kind in kinds.items()})
    graph.nodes["nach"].default = "zurueck"
    graph.flows += [
        Flow("f1", "start", "vor"),
        Flow("f2", "vor", "arbeit"),
        Flow("f3", "arbeit", "nach"),
        Flow("f4", "nach", "ende", NEVER),
        Flow("zurueck", "nach", "vor"),
    ]
    return graph


def long_walks():
    """Walks that pass more than a thousand elements."""
    played = [play(endless(), seed, steps=LONG) for seed in range(12)]
    assert max(played) == LONG


def first_difference():
    """Return the number of the first plan that shows a difference, or None."""
    for seed in range(PLANS):
        try:
            play(plan_of(seed), seed, steps=30)
        except Difference:
            return seed
    return None


def test_long_walks_go_as_the_oracle_says():
    long_walks()


@pytest.mark.parametrize("name", [name for name in REPAIRS if name != "3 depth"])
def test_undone_repair_is_found(name, monkeypatch):
    REPAIRS[name](monkeypatch)
    assert first_difference() is not None


def test_lost_depth_is_found(monkeypatch):
    REPAIRS["3 depth"](monkeypatch)
    with pytest.raises(Difference):
        long_walks()


def test_difference_is_reported_with_a_small_diagram(monkeypatch):
    REPAIRS["10 correlation"](monkeypatch)
    seed = first_difference()
    told = report(plan_of(seed), seed, 30)
    assert "expected" in told
    assert "messageEventDefinition" in told or "receiveTask" in told
    assert told.count(" id=") < 20
