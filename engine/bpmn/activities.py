"""Tasks and sub-processes: inputs, boundary events, multi-instance around their own work."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.bpmn import boundaries, choices, compensation, multi_instance, scopes, standard_loop
from engine.bpmn.elements import ElementSpec, Graph
from engine.bpmn.instance import Instance
from engine.bpmn.model import Element


class ActivitySpec(ElementSpec):
    """An element that may have inputs, boundary events, a loop and conditions on its flows."""

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, element)
        self._loop = multi_instance if element.loop is not None else standard_loop

    def open(self, task: Task) -> None:
        """Evaluate the inputs and arm the boundary events; of a loop, only around the whole."""
        instance: Instance = task.workflow
        for child in reversed(task.children):  # what an attempt that failed has left
            instance.withdraw(child)
        if self.element.inputs and not self._is_loop(task):
            scopes.put(task, self.evaluate(task, self.element.inputs, "Eingabe"))
        if not scopes.is_item(task):
            boundaries.arm(task)

    def work(self, task: Task) -> bool:
        """Run the loop, or the activity's own work."""
        if self._is_loop(task):
            return bool(self._loop.begin(task))
        return self.perform(task)

    def close(self, task: Task) -> None:
        """Collect a loop's results, or give back the activity's own."""
        if self._is_loop(task):
            self._loop.publish(task)
            return
        self.give_back(task)
        if scopes.is_item(task):
            self._loop.collect(task)

    def perform(self, task: Task) -> bool:  # noqa: ARG002 - undefined and manual tasks pass
        """Do what this kind of activity does; False while it waits."""
        return True

    def give_back(self, task: Task) -> None:
        """Hand the results outwards."""
        super().close(task)

    def choose_way(self, task: Task) -> None:
        """Ask the conditions on the flows, over what is seen around the activity."""
        is_asked = any(flow.condition is not None for flow in self.element.outgoing)
        if is_asked and not scopes.is_item(task):
            flows = choices.open_flows(task.parent, self.element)
            choices.remember(task, flows)

    def left(self, task: Task, child: Task) -> None:
        """Continue a loop after one of its items; else see whether the inner tokens are gone."""
        if self._is_loop(task):
            self._loop.go_on(task, child)
            return
        super().left(task, child)

    def lost(self, task: Task) -> None:
        """Count an item that a person took away; the others of the loop go on."""
        if self._is_loop(task):
            self._loop.count_out(task)
        super().lost(task)

    def _is_loop(self, task: Task) -> bool:
        is_whole = "restored" in task.internal_data or scopes.is_item(task)
        return self.element.repeats and not is_whole

    def _on_complete_hook(self, my_task: Task) -> None:
        compensation.remember(my_task)
        super()._on_complete_hook(my_task)
