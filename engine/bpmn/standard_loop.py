"""Standard loops: an activity is done again while a condition holds, one round after the other.

What a round gives back leaves it, so that the condition and the next round see it. The condition
is asked with `loopCounter`, the number of rounds so far.
"""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.bpmn.instance import Instance


def begin(body: Task) -> bool:
    """Begin the first round; True if there is none."""
    rule = body.task_spec.element.repetition
    if rule.test_before and not _goes_on(body, 0):
        return True
    _spawn(body, 0)
    return False


def _spawn(body: Task, index: int) -> None:
    instance: Instance = body.workflow
    instance.reserve(1)
    values = {"loopCounter": index + 1}
    detail = {"durchgang": index + 1}
    instance.spawn(body.task_spec, body, index=index, is_round=True, values=values, detail=detail)


def _goes_on(task: Task, rounds: int) -> bool:
    rule = task.task_spec.element.repetition
    if rule.maximum is not None and rounds >= rule.maximum:
        return False
    if rule.condition is None:
        return True
    engine = task.workflow.script_engine
    counted = {"loopCounter": rounds}
    return bool(engine.holds(task, rule.condition, "Schleifenbedingung", counted))


def collect(item: Task) -> None:
    """Decide at the end of a round whether there is another."""
    item.internal_data["again"] = _goes_on(item, item.internal_data["index"] + 1)


def go_on(body: Task, item: Task) -> None:
    """After a round has left: the next one, or the end of the loop."""
    if item.internal_data["again"]:
        _spawn(body, item.internal_data["index"] + 1)
    else:
        body.workflow.wake(body)


def publish(body: Task) -> None:
    """Hand over nothing: every round has done so."""


def count_out(body: Task) -> None:
    """Count nothing: a loop has only one round at a time, and goes with it."""
