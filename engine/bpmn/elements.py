"""What all flow nodes have in common: a token arrives, works, maps its results, leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.task import Task

from engine.bpmn import scopes
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, disarm, is_empty
from engine.bpmn.model import Element, Flow, VariableMapping
from engine.bpmn.outcome import HistoryKind, State
from engine.errors import Invalid

NOTHING_LEFT = (
    "Danach liefe in diesem Vorgang nichts mehr. Soll er enden, beenden Sie ihn bitte ganz."
)


class Graph(BpmnProcessSpec):  # type: ignore[misc]
    """SpiffWorkflow's graph of one process, without the helper nodes it puts around."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()
        self.start = RootSpec(self)


class RootSpec(BpmnTaskSpec):  # type: ignore[misc]
    """The instance itself as the outermost scope; no element has its empty name."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph, "")
        self.attached: tuple[ElementSpec, ...] = ()
        self.handlers: list[ElementSpec] = []

    def awaited(self) -> list[ElementSpec]:
        """Return the events that may wait in the instance."""
        return list(self.handlers)

    def left(self, root: Task, _: Task) -> None:
        """End the instance when its last token has gone."""
        if is_empty(root):
            disarm(root)
            root.workflow.state = State.COMPLETED

    def lost(self, root: Task) -> None:
        """Refuse to end an instance by taking its last token away."""
        if is_empty(root):
            raise Invalid(NOTHING_LEFT)


class ElementSpec(BpmnSpecMixin):  # type: ignore[misc]
    """A flow node in SpiffWorkflow's graph.

    A task goes through three stages, each remembered, so that a retry repeats only what failed:
    open (inputs, boundary events), work (may wait), close (outputs). Then it leaves.
    """

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, element.id, bpmn_name=element.name, lane=element.lane)
        self.element = element
        self.attached: list[ElementSpec] = []
        self.is_hidden = False
        self.handlers: list[ElementSpec] = []  #: start events of the event sub-processes in it

    def exits(self) -> Iterator[Flow]:
        """Yield the flows by which a token at this element may go on, boundary events' too."""
        yield from self.element.outgoing
        for event in self.attached:
            yield from event.element.outgoing

    def awaited(self) -> list[ElementSpec]:
        """Return the events that may wait inside this element."""
        return [*self.attached, *self.handlers]

    def arrive(self, instance: Instance, scope: Task, flow: Flow) -> None:  # noqa: ARG002 - joins ask
        """Receive a token from a flow."""
        instance.spawn(self, scope)

    def _run_hook(self, my_task: Task) -> bool | None:
        facts = my_task.internal_data
        if "open" not in facts:
            self.open(my_task)
            facts["open"] = True
        if "done" not in facts:
            if not self.work(my_task):
                return None
            facts["done"] = True
        if "closed" not in facts:
            self.close(my_task)
            facts["closed"] = True
        self.choose_way(my_task)
        my_task.workflow.reserve(len(self.taken(my_task)))
        return True

    def open(self, task: Task) -> None:
        """Prepare what the element needs before it works."""

    def work(self, task: Task) -> bool:  # noqa: ARG002 - most elements have nothing to do
        """Do the element's work; False while it waits for somebody."""
        return True

    def close(self, task: Task) -> None:
        """Give results back: through the output mappings, else by name."""
        result = task.internal_data.get("result") or {}
        if not self.element.outputs:
            scopes.propagate(task, result)
            return
        scopes.put(task, result)
        self.map_outputs(task)

    def choose_way(self, task: Task) -> None:
        """Choose among the flows ahead; most elements take all of them."""

    def map_outputs(self, task: Task) -> None:
        """Evaluate the output mappings over what the task sees, and hand the values outwards."""
        values = self.evaluate(task, self.element.outputs, "Ausgabe")
        scopes.propagate(task if scopes.keeps(task) else task.parent, values)

    def evaluate(
        self, task: Task, lines: tuple[VariableMapping, ...], label: str
    ) -> dict[str, Any]:
        """Return the values of mappings; one that fails is an incident of its own kind."""
        engine = task.workflow.script_engine

        def value(line: VariableMapping, so_far: Mapping[str, Any]) -> Any:
            named = f"{label} „{line.target}“"
            try:
                return engine.mapped_value(task, line.source, named, so_far)
            except Failure as failure:
                kind = "io_mapping" if failure.kind == "expression" else failure.kind
                raise Failure(kind, failure.message, failure.position) from failure

        visible = scopes.context(task, task.workflow.moment.world.values)
        return scopes.mapped(lines, value, visible)

    def taken(self, task: Task) -> list[Flow]:
        """Return the flows that a token is sent along."""
        chosen = task.internal_data.get("taken")
        flows = self.element.outgoing
        return [flow for flow in flows if chosen is None or flow.id in chosen]

    def _on_complete_hook(self, my_task: Task) -> None:
        instance: Instance = my_task.workflow
        for child in reversed(my_task.children):
            instance.withdraw(child)
        flows = [] if scopes.is_item(my_task) else self.taken(my_task)
        went = {"fluesse": [flow.id for flow in flows]} if flows else {}
        detail = {**went, **my_task.internal_data.get("detail", {})}
        instance.note(my_task, HistoryKind.COMPLETED, detail)
        if scopes.is_item(my_task):
            return
        if self.element.type == "endEvent" and _is_on_top(my_task.parent):
            instance.end_reached(self.element.id)
        if instance.ends_with(my_task):
            return
        for flow in flows:
            instance.travel(flow, my_task.parent)

    def left(self, task: Task, _: Task) -> None:
        """Notice that a token inside this element has gone; a scope may be done now."""
        if is_empty(task):
            disarm(task)
            task.workflow.wake(task)

    def lost(self, task: Task) -> None:
        """Go, too, after a person took away the last token inside this element."""
        if is_empty(task):
            task.workflow.withdraw(task)
            task.parent.task_spec.lost(task.parent)


def _is_on_top(scope: Task) -> bool:
    """Whether a scope is the instance itself or an event sub-process directly in it."""
    while scope.parent is not None and scope.task_spec.element.triggered_by_event:
        scope = scope.parent
    return scope.parent is None
