"""What an event waits for, computed once on arrival: a moment, a message, a signal, a condition."""

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
    if element.signal is not None:
        return _signal(element, scope)
    if element.condition is not None:
        return {"wait": "condition", "held": False}
    return _message(element, scope)


def begin(task: Task, facts: Mapping[str, Any]) -> None:
    """Let a task wait for what was computed."""
    task.internal_data |= facts
    if facts["wait"] == "condition":
        task.workflow.watch.add(task)


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


def _signal(element: Element, scope: Task) -> dict[str, Any]:
    assert element.signal is not None
    name = text(scope, element.signal, "Name des Signals")
    return {"wait": "subscription", "kind": "signal", "message": name, "correlation": ""}


def _message(element: Element, scope: Task) -> dict[str, Any]:
    assert element.message is not None
    name = text(scope, element.message, "Name der Nachricht")
    key = ""
    if element.correlation is not None:
        label = f"Zuordnungsschlüssel der Nachricht „{name}“"
        value = scope.workflow.script_engine.plain_value(scope, element.correlation, label)
        if value in ("", None):
            raise Failure("message", f"{label}: Der Ausdruck ergibt nichts; der Wert ist leer.")
        if not isinstance(value, str | int) or isinstance(value, bool):
            message = f"{label}: Der Ausdruck ergibt weder einen Text noch eine ganze Zahl."
            raise Failure("message", message)
        key = str(value)
    return {"wait": "subscription", "message": name, "correlation": key}


def text(task: Task, raw: str, label: str) -> str:
    """Return the name or code that a raw text gives; it must not be empty."""
    value = task.workflow.script_engine.plain_value(task, raw, label)
    if isinstance(value, str) and value:
        return value
    raise Failure("expression", f"{label}: Der Ausdruck ergibt keinen Text.")
