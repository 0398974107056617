"""Start, end, catching and throwing events that stand in the flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import armed, compensation, event_subprocesses, scopes, throwing, waiting
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.elements import ElementSpec
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, is_armed, is_empty, tokens
from engine.bpmn.model import Element
from engine.bpmn.outcome import Uncaught

Variables = Mapping[str, Any]

THROWN = {
    "error": "Code des Fehlers",
    "escalation": "Code der Eskalation",
    "signal": "Name des Signals",
}


class StartSpec(ElementSpec):
    """A start event; what started it has already happened.

    That of an event sub-process waits in the scope around: nothing but its event starts it.
    """

    def close(self, task: Task) -> None:
        """Hand on what came with the event; then the scope listens to its own events."""
        super().close(task)
        event_subprocesses.arm(task.parent)

    def trigger(self, task: Task, variables: Variables) -> None:
        """Let the armed event happen."""
        together = armed.heard(task, variables)
        if together is not None:
            event_subprocesses.begin(task.parent, self, result=dict(together))
            armed.settle(task)

    def caught(self, scope: Task, variables: Variables, thrown: Variables) -> None:
        """Let the event happen because somebody in the scope threw an error or escalation."""
        event_subprocesses.begin(scope, self, result=dict(variables), values=dict(thrown))


class PassSpec(ElementSpec):
    """An event that only marks a state or a place: none events, both ends of a link."""


class CatchSpec(ElementSpec):
    """An event in the flow that waits, alone or behind an event-based gateway."""

    def work(self, task: Task) -> bool:
        """Wait; of several definitions, for each beside the others."""
        if self.element.alternatives:
            armed.arm([self], task)
        else:
            waiting.begin(task, waiting.facts_of(self.element, task))
        return False

    def trigger(self, task: Task, variables: Variables) -> None:
        """Let what it waited for happen."""
        if not is_armed(task):
            task.workflow.wake(task, variables)
            return
        together = armed.heard(task, variables)
        if together is None:
            return
        if task.parent.task_spec is self:
            task.workflow.wake(task.parent, together)
        else:
            task.parent.task_spec.decide(task, together)

    def awaited(self) -> list[ElementSpec]:
        """Return the event itself: each of several definitions waits inside."""
        return [self]


class ReceiveSpec(ActivitySpec):
    """A receive task: a message event that may have boundary events and a loop."""

    def perform(self, task: Task) -> bool:
        """Wait for the message."""
        waiting.begin(task, waiting.facts_of(self.element, task))
        return False

    def trigger(self, task: Task, variables: Variables) -> None:
        """Let the message arrive."""
        if is_armed(task):
            task.parent.task_spec.decide(task, variables)
        else:
            task.workflow.wake(task, variables)


class TerminateSpec(ElementSpec):
    """Ends everything else in its scope, so that the scope is done."""

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        instance: Instance = my_task.workflow
        for other in reversed(tokens(my_task.parent)):
            if other is not my_task:
                instance.withdraw(other)


class ThrowSpec(ElementSpec):
    """Throws signals, escalations or an error; what its input mappings give goes along."""

    def open(self, task: Task) -> None:
        """Evaluate what goes along."""
        if self.element.inputs:
            scopes.put(task, self.evaluate(task, self.element.inputs, "Eingabe"))

    def work(self, task: Task) -> bool:
        """Throw, once all names are known; False if a catcher has taken this event away."""
        definitions = sorted(self.element.definitions, key=lambda each: each.event != "signal")
        thrown = [(each.event, _name(task, each)) for each in definitions]
        variables = dict(task.internal_data.get("values", {}))
        return all(_throw(task, kind, name, variables) for kind, name in thrown)

    def close(self, task: Task) -> None:
        """Map outputs, if drawn; what went along is not handed to the scope around."""
        if self.element.outputs:
            self.map_outputs(task)


def _name(task: Task, definition: Element) -> str:
    raw = definition.signal if definition.event == "signal" else definition.code
    return waiting.text(task, raw or "", THROWN[definition.event or ""])


def _throw(task: Task, kind: str | None, name: str, variables: Variables) -> bool:
    if kind == "signal":
        throwing.signal(task, name, variables)
        return True
    if kind == "escalation":
        return throwing.escalation(task, name, variables)
    if throwing.error(task, Uncaught(code=name, variables=variables)):
        return False
    raise Failure("error", f"Den Fehler „{name}“ fängt kein umgebender Schritt ab.")


class CompensateSpec(ElementSpec):
    """Has completed activities undone, and waits for that unless it is drawn otherwise."""

    def work(self, task: Task) -> bool:
        """Undo the first; the event itself is the scope in which handlers run."""
        wanted = self.element.compensation
        if "todo" not in task.internal_data and wanted is not None:
            found = compensation.collect(task.parent, wanted.activity)
            if not wanted.waits and found:
                beside = {"open": True, "closed": True, "taken": []}
                task.workflow.spawn(self, task.parent, **beside, todo=found)
                return True
            task.internal_data["todo"] = found
        return not compensation.proceed(task)

    def left(self, task: Task, child: Task) -> None:
        """Undo the next; when all is undone, go on."""
        if not (is_empty(task) and compensation.proceed(task)):
            super().left(task, child)
