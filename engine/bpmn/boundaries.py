"""Events attached to an activity: armed inside their host, fired into the scope around it.

The path of an event that does not interrupt is independent: it lives in the scope around the host
and stays when the host is done. An interrupting event takes the host away with all inside it.

What is thrown goes to the nearest event around the thrower, at a boundary or in a scope, and to
nobody beside it: SpiffWorkflow gives an error to every activity that waits for its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import armed
from engine.bpmn.elements import ElementSpec
from engine.bpmn.instance import Instance
from engine.bpmn.model import Element
from engine.bpmn.scopes import is_item

Variables = Mapping[str, Any]
Catch = tuple[str, str | None]  #: "error" or "escalation", with a code or with None for all


class BoundarySpec(ElementSpec):
    """An event attached to an activity."""

    def trigger(self, task: Task, variables: Variables) -> None:
        """Let the armed event happen."""
        together = armed.heard(task, variables)
        if together is not None:
            self._fire(task.parent, result=dict(together))
            armed.settle(task)

    def caught(self, host: Task, variables: Variables, thrown: Variables) -> None:
        """Let the event happen because somebody inside the host threw an error or escalation.

        What came with it stays with the event; only its output mappings hand values on.
        """
        self._fire(host, values={**variables, **thrown})

    def _fire(self, host: Task, **facts: Any) -> None:
        """Send a token along the event's path; an interrupting event takes the host away."""
        instance: Instance = host.workflow
        instance.spawn(self, host.parent, open=True, done=True, **facts)
        if self.element.interrupting:
            instance.withdraw(host)


def arm(host: Task) -> None:
    """Let the activity's events wait; errors and escalations wait for nothing."""
    armed.arm(host.task_spec.attached, host)


def catcher(task: Task, kind: str, code: str) -> tuple[Task, Any] | None:
    """Find the nearest event that catches this error or escalation, with what it belongs to."""
    for host, specs in _around(task):
        exact = [spec for spec in specs if (kind, code) in _catches(spec.element)]
        general = [spec for spec in specs if (kind, None) in _catches(spec.element)]
        for spec in exact + general:
            return host, spec
    return None


def catchable(task: Task) -> frozenset[Catch]:
    """Return the errors and escalations that somebody around a task would catch."""
    specs = (spec for _, found in _around(task) for spec in found)
    return by_callers(task).union(*(_catches(spec.element) for spec in specs))


def by_callers(task: Task) -> frozenset[Catch]:
    """Return what the callers of the whole instance would catch."""
    kept = task.workflow.task_tree.internal_data.get("catches", ())
    return frozenset((kind, code) for kind, code in kept)


def _catches(element: Element) -> set[Catch]:
    kinds = ("error", "escalation")
    return {(each.event, each.code) for each in element.definitions if each.event in kinds}


def _around(task: Task) -> Iterator[tuple[Task, list[Any]]]:
    """Yield each host with the events that could catch, from the inside outwards."""
    inside: Task | None = None
    host: Task | None = task
    while host is not None:
        # A completed scope that is being undone is not there any more: it catches nothing.
        if "restored" not in host.internal_data:
            yield host, _handlers(host, inside)
            yield host, [] if is_item(host) else list(host.task_spec.attached)
        inside, host = host, host.parent


def _handlers(scope: Task, inside: Task | None) -> list[Any]:
    """Return the event sub-processes of a scope; none catches what is thrown inside itself."""
    if inside is None or "interrupted" in scope.internal_data or is_item(inside):
        return []
    own = inside.task_spec.name
    return [spec for spec in scope.task_spec.handlers if spec.element.scope != own]
