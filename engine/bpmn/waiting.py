"""What an event waits for, computed once on arrival: a moment or a message with its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import timers
from engine.bpmn.failures import Failure
from engine.bpmn.model import Element


def facts_of(element: Element, scope: Task) -> dict[str, Any]:
    """Return what is kept about a waiting event; expressions see the variables of `scope`."""
    if element.timer is not None:
        return _timer(element, scope)
    return _subscription(element, scope)


def _timer(element: Element, scope: Task) -> dict[str, Any]:
    assert element.timer is not None
    label = f"Frist „{element.name or element.id}“"
    value = scope.workflow.script_engine.feel_value(scope, element.timer.expression, label)
    now = scope.workflow.moment.now
    try:
        return {"wait": "timer", **timers.first_round(element.timer.kind, value, now=now)}
    except timers.NoMoment as error:
        raise Failure("timer", f"{label}: {error}") from error


def next_round(task: Task) -> Mapping[str, Any] | None:
    """Return what a repeating timer waits for after it has fired, or None."""
    following = timers.following_round(task.internal_data)
    return {"wait": "timer", **following} if following else None


def _subscription(element: Element, scope: Task) -> dict[str, Any]:
    assert element.message is not None
    key = ""
    if element.correlation is not None:
        label = f"Zuordnungsschlüssel der Nachricht „{element.message}“"
        value = scope.workflow.script_engine.value(scope, element.correlation, label)
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            raise Failure("message", f"{label}: Der Ausdruck ergibt weder Text noch Zahl.")
        key = str(value)
    return {"wait": "subscription", "message": element.message, "correlation": key}
