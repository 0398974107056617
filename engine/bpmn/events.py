"""Start, end, catching and throwing events that stand in the flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import boundaries, waiting
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.elements import ElementSpec
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, is_armed, tokens


class StartSpec(ElementSpec):
    """A start event; what started it has already happened."""


class ThrowSpec(ElementSpec):
    """A none event in the flow: it only marks a state."""


class CatchSpec(ElementSpec):
    """A timer or message event in the flow, alone or behind an event-based gateway."""

    def work(self, task: Task) -> bool:
        """Wait."""
        task.internal_data |= waiting.facts_of(self.element, task)
        return False

    def trigger(self, task: Task, variables: Mapping[str, Any]) -> None:
        """Let what it waited for happen."""
        if is_armed(task):
            task.parent.task_spec.decide(task, variables)
        else:
            task.workflow.wake(task, variables)


class ReceiveSpec(ActivitySpec):
    """A receive task: a message event that may have boundary events and a loop."""

    def perform(self, task: Task) -> bool:
        """Wait for the message."""
        task.internal_data |= waiting.facts_of(self.element, task)
        return False

    def trigger(self, task: Task, variables: Mapping[str, Any]) -> None:
        """Let the message arrive."""
        if is_armed(task):
            task.parent.task_spec.decide(task, variables)
        else:
            task.workflow.wake(task, variables)


class EndSpec(ElementSpec):
    """A none end event: the token ends here."""


class TerminateSpec(EndSpec):
    """Ends everything else in its scope, so that the scope is done."""

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        instance: Instance = my_task.workflow
        for other in reversed(tokens(my_task.parent)):
            if other is not my_task:
                instance.withdraw(other)


class ErrorEndSpec(EndSpec):
    """Throws a BPMN error out of its scope."""

    def work(self, task: Task) -> bool:
        """Interrupt the enclosing activity that catches the error."""
        code = self.element.error_code or ""
        found = boundaries.catcher(task.parent, code)
        if found is None:
            raise Failure("error", f"Den Fehler „{code}“ fängt kein umgebender Schritt ab.")
        task.workflow.dissolve(task)
        host, event = found
        boundaries.fire(host, event, {})
        return False
