"""Deploys a file from outside, and if it is accepted plays with it; each step is bounded."""

from contextlib import suppress
from datetime import UTC, datetime

from engine import bpmn
from engine.errors import OrchestrationError
from tests.engine.bpmn.story import Story
from tests.fuzz.conftest import bounded

STEPS = 8
VALUES = {"fall_id": "7", "personen": ["p1"], "w": 1, "a": 1, "b": 2, "c": 3, "l": [1], "x": None}


def played(xml, random, values=VALUES):
    """Return whether a diagram is accepted, and play with it; a refusal must say why."""
    with bounded():
        findings = bpmn.check(xml, file="fremd.bpmn")
        processes = () if findings else bpmn.parse(xml, file="fremd.bpmn")
    if findings:
        assert all(finding.message and finding.rule for finding in findings)
        return False
    for process in processes:
        _play(xml, process, random, values)
    return True


def _play(xml, process, random, values):
    run = Story(xml, process=process.id, now=datetime(2026, 1, 31, 8, tzinfo=UTC))
    with bounded():
        run.begin(random.choice(process.starts).id, **values)
    for _ in range(STEPS):
        waits = dict(bpmn.waits(run.outcome.snapshot))
        if not waits:
            # A condition waits for variables, not for a command of its own.
            waits_for_variables = b'"condition"' in run.outcome.snapshot
            assert waits_for_variables or run.outcome.state != bpmn.State.ACTIVE
            return
        key = random.choice(sorted(waits))
        with (
            bounded(),
            suppress(OrchestrationError),
        ):  # says what is wrong; the instance stays as it was
            run.command(_command(run.outcome, key, random, values))


def _command(outcome, key, random, values):
    kind = bpmn.waits(outcome.snapshot)[key]
    given = dict(random.sample(sorted(values.items()), min(3, len(values))))
    if kind == "job":
        work = bpmn.CompleteJob(key, given)
        return random.choice([work, bpmn.FailJob(key, "", 0), bpmn.ThrowError(key, "E1")])
    if kind == "ad_hoc":
        choices = next(each.choices for each in outcome.ad_hoc if each.key == key)
        return bpmn.ActivateElements(key, tuple(random.sample(choices, min(1, len(choices)))))
    if kind == "subscription" and key not in {each.key for each in _messages(outcome)}:
        return bpmn.DeliverSignal(key, given)
    return {
        "call": lambda: bpmn.CompleteCall(key, given),
        "incident": lambda: bpmn.Retry(key),
        "subscription": lambda: bpmn.DeliverMessage(key, given),
        "timer": lambda: bpmn.FireTimer(key),
        "user_task": lambda: bpmn.CompleteUserTask(key, given),
    }[kind]()


def _messages(outcome):
    return [each for each in outcome.subscriptions if each.kind == "message"]
