"""Deploys a file from outside, and if it is accepted plays with it for a while."""

from contextlib import suppress
from datetime import UTC, datetime

from engine import bpmn
from engine.errors import OrchestrationError
from tests.engine.bpmn.story import Story

STEPS = 8
VALUES = {"fall_id": "7", "personen": ["p1"], "w": 1, "a": 1, "b": 2, "c": 3, "l": [1], "x": None}


def played(xml, random, values=VALUES):
    """Return whether a diagram is accepted, and play with it; a refusal must say why."""
    findings = bpmn.check(xml, file="fremd.bpmn")
    if findings:
        assert all(finding.message and finding.rule for finding in findings)
        return False
    for process in bpmn.parse(xml, file="fremd.bpmn"):
        _play(xml, process, random, values)
    return True


def _play(xml, process, random, values):
    run = Story(xml, process=process.id, now=datetime(2026, 1, 31, 8, tzinfo=UTC))
    run.begin(random.choice(process.starts).id, **values)
    for _ in range(STEPS):
        waits = dict(bpmn.waits(run.outcome.snapshot))
        if not waits:
            assert run.outcome.state != bpmn.State.ACTIVE
            return
        key = random.choice(sorted(waits))
        with suppress(OrchestrationError):  # says what is wrong; the instance stays as it was
            run.command(_command(waits[key], key, random, values))


def _command(kind, key, random, values):
    given = dict(random.sample(sorted(values.items()), min(3, len(values))))
    if kind == "job":
        work = bpmn.CompleteJob(key, given)
        return random.choice([work, bpmn.FailJob(key, "", 0), bpmn.ThrowError(key, "E1")])
    return {
        "incident": lambda: bpmn.Retry(key),
        "subscription": lambda: bpmn.DeliverMessage(key, given),
        "timer": lambda: bpmn.FireTimer(key),
        "user_task": lambda: bpmn.CompleteUserTask(key, given),
    }[kind]()
