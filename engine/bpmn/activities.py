"""Tasks and sub-processes: inputs, boundary events, multi-instance around their own work."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.bpmn import boundaries, compensation, multi_instance, scopes
from engine.bpmn.elements import ElementSpec
from engine.bpmn.instance import Instance


class ActivitySpec(ElementSpec):
    """An element that may have inputs, boundary events and a loop."""

    def open(self, task: Task) -> None:
        """Evaluate the inputs and arm the boundary events; of a loop, only around the whole."""
        instance: Instance = task.workflow
        for child in reversed(task.children):  # what an attempt that failed has left
            instance.withdraw(child)
        if self.element.inputs and not self._is_loop(task):
            scopes.local(task).update(self.evaluate(task, self.element.inputs, "Eingabe"))
        if not scopes.is_item(task):
            boundaries.arm(task)

    def work(self, task: Task) -> bool:
        """Run the loop, or the activity's own work."""
        if self._is_loop(task):
            return multi_instance.begin(task)
        return self.perform(task)

    def close(self, task: Task) -> None:
        """Collect a loop's results, or give back the activity's own."""
        if self._is_loop(task):
            multi_instance.publish(task)
            return
        self.give_back(task)
        if scopes.is_item(task):
            multi_instance.collect(task)

    def perform(self, task: Task) -> bool:  # noqa: ARG002 - undefined and manual tasks pass
        """Do what this kind of activity does; False while it waits."""
        return True

    def give_back(self, task: Task) -> None:
        """Hand the results outwards."""
        super().close(task)

    def left(self, task: Task, child: Task) -> None:
        """Continue a loop after one of its items; else see whether the inner tokens are gone."""
        if self._is_loop(task):
            multi_instance.go_on(task, child)
            return
        super().left(task, child)

    def _is_loop(self, task: Task) -> bool:
        if self.element.loop is None or "restored" in task.internal_data:
            return False
        return not scopes.is_item(task)

    def _on_complete_hook(self, my_task: Task) -> None:
        compensation.remember(my_task)
        super()._on_complete_hook(my_task)
