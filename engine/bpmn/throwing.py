"""What happens when an error, an escalation or a signal is thrown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import boundaries
from engine.bpmn.failures import Failure
from engine.bpmn.outcome import State, ThrownEscalation, ThrownSignal, Uncaught

Variables = Mapping[str, Any]


def error(task: Task, thrown: Uncaught) -> bool:
    """Give a BPMN error to the nearest catcher, else to the callers; False if nobody wants it."""
    found = boundaries.catcher(task, "error", thrown.code)
    if found is not None:
        told = {"errorCode": thrown.code, "errorMessage": thrown.message}
        _give(task, found, thrown.variables, told)
        return True
    wanted = boundaries.by_callers(task)
    if ("error", thrown.code) not in wanted and ("error", None) not in wanted:
        return False
    task.workflow.uncaught = thrown
    task.workflow.abandon(State.TERMINATED)
    return True


def escalation(task: Task, code: str, variables: Variables) -> bool:
    """Give an escalation to the nearest catcher; False if that takes the thrower away.

    If nobody catches it, it leaves the instance, which goes on.
    """
    found = boundaries.catcher(task, "escalation", code)
    noted = task.internal_data.get("detail", {})
    told = {"eskalation": code, "gefangen": found is not None}
    task.internal_data["detail"] = {**noted, **told}
    if found is None:
        task.workflow.escalations.append(ThrownEscalation(code=code, variables=dict(variables)))
        return True
    _give(task, found, variables, {"escalationCode": code})
    return not found[1].element.interrupting


MOST_SIGNALS = 1_000
TOO_LOUD = "Mehr als 1.000 Signale in einem Schritt sind nicht möglich."


def signal(task: Task, name: str, variables: Variables) -> None:
    """Note a signal for everybody who waits for it, in this instance only who does so now."""
    if len(task.workflow.signals) >= MOST_SIGNALS:
        raise Failure("budget", TOO_LOUD)
    listeners = (key for key, other in task.workflow.tasks.items() if _listens(other, name))
    thrown = ThrownSignal(name=name, variables=dict(variables), listeners=tuple(listeners))
    task.workflow.signals.append(thrown)


def _listens(task: Task, name: str) -> bool:
    facts = task.internal_data
    return bool(facts.get("kind") == "signal" and facts["message"] == name)


def _give(task: Task, found: tuple[Task, Any], variables: Variables, told: Variables) -> None:
    host, event = found
    if event.element.interrupting and "wait" not in task.internal_data:
        task.workflow.dissolve(task)  # an event that threw is done; work that waits is cancelled
    event.caught(host, dict(variables), told)
