"""Call activities: another process runs as an instance of its own, and gives back variables."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import scopes
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.failures import Failure
from engine.bpmn.model import Called

NO_PROCESS = "Aufgerufenes Verfahren: Der Ausdruck ergibt keine Id eines Verfahrens."


class CallSpec(ActivitySpec):
    """A call activity; its child knows nothing but what is handed to it."""

    @property
    def _called(self) -> Called:
        assert self.element.called is not None
        return self.element.called

    def perform(self, task: Task) -> bool:
        """Ask for a child instance, and wait for its end."""
        raw = self._called.process_id
        process_id = task.workflow.script_engine.plain_value(task, raw, "Aufgerufenes Verfahren")
        if not isinstance(process_id, str) or not process_id:
            raise Failure("call", NO_PROCESS)
        task.internal_data |= {"wait": "call", "process_id": process_id}
        task.workflow.handed[task.id] = self._handed(task)
        return False

    def _handed(self, task: Task) -> Mapping[str, Any]:
        """Return what the child begins with, as of now: a later change does not reach it."""
        if self._called.takes_all:
            # The results of a loop around stay here, or each child would bring an old list back.
            own = self.element.loop.output_collection if self.element.loop else None
            seen = ChainMap(*scopes.chain(task))
            return {name: value for name, value in seen.items() if name != own}
        return dict(scopes.local(task))

    def give_back(self, task: Task) -> None:
        """Hand over the child's variables, or only what output mappings take from them."""
        if not self._called.gives_all and not self.element.outputs:
            return
        super().give_back(task)
