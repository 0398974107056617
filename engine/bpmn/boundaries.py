"""Events attached to an activity: armed inside their host, fired into the scope around it.

The path of an event that does not interrupt is independent: it lives in the scope around the host
and stays when the host is done. An interrupting event takes the host away with all inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import waiting
from engine.bpmn.elements import ElementSpec
from engine.bpmn.instance import Instance
from engine.bpmn.scopes import is_item


class BoundarySpec(ElementSpec):
    """An event attached to an activity."""

    def trigger(self, task: Task, variables: Mapping[str, Any]) -> None:
        """Let the armed event happen."""
        instance: Instance = task.workflow
        host = task.parent
        fire(host, self, variables)
        if not self.element.interrupting and self.element.event == "timer":
            following = waiting.next_round(task)
            instance.withdraw(task)
            if following:
                _arm(host, self, following)


def arm(host: Task, *, already: frozenset[str] = frozenset()) -> list[str]:
    """Let the events wait that belong to a host; return their ids."""
    missing = [spec for spec in host.task_spec.awaited() if spec.name not in already]
    for spec in missing:
        _arm(host, spec, None)
    return [spec.name for spec in missing]


def _arm(host: Task, spec: ElementSpec, facts: Mapping[str, Any] | None) -> None:
    # What the event waits for is computed first: a failure here must not leave half an event.
    ready = facts if facts is not None else waiting.facts_of(spec.element, host)
    event = host.workflow.add(spec, host, state=TaskState.WAITING)
    event.internal_data = {"armed": True, **ready}


def fire(host: Task, spec: ElementSpec, variables: Mapping[str, Any]) -> None:
    """Send a token along the event's path; an interrupting event takes the host away."""
    instance: Instance = host.workflow
    instance.spawn(spec, host.parent, open=True, done=True, result=dict(variables))
    if spec.element.interrupting:
        instance.withdraw(host)


def catcher(task: Task, code: str) -> tuple[Task, ElementSpec] | None:
    """Find the nearest activity that catches a BPMN error, with its event.

    SpiffWorkflow gives the error to every activity that waits for the code, parallel ones too.
    """
    host: Task | None = task
    while host is not None:
        spec = None if is_item(host) else _error_event(host, code)
        if spec is not None:
            return host, spec
        host = host.parent
    return None


def catchable(task: Task) -> frozenset[tuple[str, str | None]]:
    """Return what a child instance of this task may throw so that somebody around it catches it."""
    found: set[tuple[str, str | None]] = set()
    host: Task | None = task
    while host is not None:
        if not is_item(host):
            events = (spec.element for spec in host.task_spec.attached)
            found |= {("error", each.error_code) for each in events if each.event == "error"}
        found |= {(kind, code) for kind, code in host.internal_data.get("catches", ())}
        host = host.parent
    return frozenset(found)


def _error_event(host: Task, code: str) -> ElementSpec | None:
    events = [spec for spec in host.task_spec.attached if spec.element.event == "error"]
    exact = [spec for spec in events if spec.element.error_code == code]
    general = [spec for spec in events if spec.element.error_code is None]
    return next(iter(exact + general), None)
