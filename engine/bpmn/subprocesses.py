"""Embedded and event sub-processes: a scope of their own for tokens and variables."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import compensation, event_subprocesses
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.elements import Graph
from engine.bpmn.instance import is_empty
from engine.bpmn.model import Element


class SubProcessSpec(ActivitySpec):
    """A sub-process; it is done when its last token is gone."""

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, element)
        self.inner_start = ""

    def perform(self, task: Task) -> bool:
        """Let a token begin inside; of a completed one that is restored, undo what was done."""
        if "restored" in task.internal_data:
            return compensation.restore(task)
        task.workflow.reserve(1)
        start = self._wf_spec.task_specs[self.inner_start]
        task.workflow.spawn(start, task, **self.arrival(task))
        return False

    def arrival(self, task: Task) -> dict[str, Any]:  # noqa: ARG002 - nothing comes with a flow
        """Return what is known at the inner start event."""
        return {}

    def left(self, task: Task, child: Task) -> None:
        """Undo the next thing, if that is what this is about; else go on as any activity."""
        if not (is_empty(task) and compensation.proceed(task)):
            super().left(task, child)

    def host(self, task: Task) -> None:
        """Make ready for tokens that a person puts inside."""
        event_subprocesses.arm(task)

    def room(self, task: Task) -> Task:
        """Return the scope in which such a token runs."""
        return task


class EventSubProcessSpec(SubProcessSpec):
    """A sub-process that an event begins; no flow leads to it or away from it."""

    def arrival(self, task: Task) -> dict[str, Any]:
        """Return what came with the event: it has already happened."""
        return {"open": True, "done": True, **task.internal_data.pop("came", {})}
