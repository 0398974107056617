"""A case may go round as often as life demands (repair 3)."""

import orjson

from tests.engine.bpmn.drawing import chain, diagram, end, flow, start, user, xor
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

ROUNDS = 340
LOOP = diagram(
    start(),
    xor("merge"),
    user("a"),
    xor("fertig", default="ende"),
    end(),
    chain("start", "merge", "a", "fertig"),
    flow("fertig", "merge", "= nochmal"),
    flow("fertig", "end", id="ende"),
)


def test_loop_keeps_its_task_however_often_it_turned():
    run = Story(LOOP).begin(nochmal=True)
    for _ in range(ROUNDS):
        run.complete("a", nochmal=True)
    assert run.open == ["a"]
    assert run.complete("a", nochmal=False).is_over


def test_loop_of_stock_spiffworkflow_loses_its_task():
    run = Stock(LOOP).begin(nochmal=True)
    for _ in range(ROUNDS):
        if not run.open:
            break
        run.complete("a", nochmal=True)
    assert run.open == []
    assert run.workflow.is_completed()


def test_snapshot_does_not_grow_with_the_rounds():
    run = Story(LOOP).begin(nochmal=True)
    first = run.outcome.snapshot
    for _ in range(50):
        run.complete("a", nochmal=True)
    assert len(run.outcome.snapshot) <= len(first)
    assert len(orjson.loads(first)["rows"]) == 2
