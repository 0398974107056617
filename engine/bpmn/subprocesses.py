"""Embedded sub-processes: a scope of their own for tokens and variables."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.bpmn.activities import ActivitySpec
from engine.bpmn.elements import Graph
from engine.bpmn.model import Element


class SubProcessSpec(ActivitySpec):
    """A sub-process; it is done when its last token is gone."""

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, element)
        self.inner_start = ""

    def perform(self, task: Task) -> bool:
        """Let a token begin inside."""
        task.workflow.reserve(1)
        task.workflow.spawn(self._wf_spec.task_specs[self.inner_start], task)
        return False

    def host(self, task: Task) -> None:
        """Make ready for tokens that a person puts inside."""

    def room(self, task: Task) -> Task:
        """Return the scope in which such a token runs."""
        return task
