"""Random walks through random processes, saved and loaded at each step, against an oracle."""

from collections import Counter
from random import Random

import pytest

from tests.engine.bpmn import blocks, oracle
from tests.engine.bpmn.story import Story

WALKS = 200
MORE = 800
STEPS = 30


def opened(run):
    tasks = Counter(("task", task.element_id) for task in run.outcome.user_tasks)
    return tasks + Counter(("timer", timer.element_id) for timer in run.outcome.timers)


def do(run, what, w, number):
    """Let the same happen in the engine; among several tasks of one element, any."""
    kind, name = what
    run.correct(w=w)
    return run.fire(name) if kind == "timer" else run.complete(name, **{f"von_{name}": number})


def walk(seed):
    random = Random(seed)
    block = blocks.grow(random, depth=random.randint(2, 4))
    w = random.randrange(60)
    expected = oracle.Scope(block, w)
    run = Story(blocks.draw(block)).begin(w=w)
    for number in range(STEPS):
        assert run.outcome.incidents == ()
        assert opened(run) == oracle.summary(expected), f"seed {seed}, step {number}: {block}"
        assert run.is_over == expected.done, f"seed {seed}, step {number}: {block}"
        if expected.done:
            return number
        what = random.choice(sorted(expected.open()))
        w = random.randrange(60)
        assert expected.happen(what, w)
        do(run, what, w, number)
    return STEPS


@pytest.mark.parametrize("first", range(0, WALKS, 50))
def test_walks_go_as_the_oracle_says(first):
    steps = [walk(seed) for seed in range(first, first + 50)]
    assert sum(steps) > 200


@pytest.mark.slow
@pytest.mark.parametrize("first", range(WALKS, WALKS + MORE, 100))
def test_more_walks_go_as_the_oracle_says(first):
    steps = [walk(seed) for seed in range(first, first + 100)]
    assert sum(steps) > 500


def test_walks_meet_every_kind_of_block():
    met = Counter()
    for seed in range(WALKS):
        random = Random(seed)
        todo = [blocks.grow(random, depth=random.randint(2, 4))]
        while todo:
            block = todo.pop()
            met[block.kind] += 1
            todo += block.parts
    assert set(met) == set(oracle.KINDS)
    assert min(met.values()) > 20
