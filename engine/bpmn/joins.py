"""Where tokens meet: counted per incoming flow, and forgotten as soon as they are used.

SpiffWorkflow finds arrivals in the tree of all past tasks, so that in a second round of a loop
the arrivals of the first still count. Here a waiting join is one task that holds its arrivals.
"""

from __future__ import annotations

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.elements import ElementSpec, Graph
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, tokens
from engine.bpmn.model import Element, Flow
from engine.bpmn.outcome import HistoryKind


class JoinSpec(ElementSpec):
    """A gateway that may wait for several tokens."""

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, element)
        self._reach: dict[str, frozenset[str]] = {}

    def arrive(self, instance: Instance, scope: Task, flow: Flow) -> None:
        """Count a token; with one incoming flow there is nothing to wait for."""
        if len(self.element.incoming) < 2:
            super().arrive(instance, scope, flow)
            return
        task = waiting_at(self, scope)
        if task is None:
            task = _wait(self, scope, {})
            instance.note(task, HistoryKind.ENTERED)
        arrived = task.internal_data["arrived"]
        arrived[flow.id] = arrived.get(flow.id, 0) + 1
        self.counted(task)

    def counted(self, task: Task) -> None:
        """Notice another token."""

    def recount(self, task: Task) -> None:
        """Look again at the tokens that wait here, on a diagram that has changed."""
        if not missing(task):
            release(task)

    def settle(self, task: Task) -> bool:  # noqa: ARG002 - only some joins look at other tokens
        """Go on if no other token can bring what is missing; True if so."""
        return False

    def complain(self, task: Task) -> None:
        """Make it an incident that a token can never come: the instance would hang silently."""
        if "incident" not in task.internal_data and self.is_stuck(task):
            names = ", ".join(sorted(missing(task)))
            message = f"Hier wird auf einen Zweig gewartet, der nicht mehr kommen kann ({names})."
            task.workflow.park(task, Failure("join", message))

    def is_stuck(self, task: Task) -> bool:
        """Whether the scope holds nothing but joins that wait for each other."""
        others = tokens(task.parent)
        return all(other.internal_data.get("wait") == "join" for other in others)

    def reach(self, start: ElementSpec) -> frozenset[str]:
        """Return the flows that a token at an element can still take without passing this join.

        Remembered for all instances: the graph never changes.
        """
        known = self._reach.get(start.name)
        if known is None:
            known = self._reach[start.name] = self._explore(start)
        return known

    def _explore(self, start: ElementSpec) -> frozenset[str]:
        flows: set[str] = set()
        seen = {start.name}
        todo = [start]
        while todo:
            for flow in todo.pop().exits():
                flows.add(flow.id)
                if flow.target != self.name and flow.target not in seen:
                    seen.add(flow.target)
                    todo.append(self._wf_spec.task_specs[flow.target])
        return frozenset(flows)


def waiting_at(spec: JoinSpec, scope: Task) -> Task | None:
    """Return the task in which a join of this scope collects, or None."""
    return next((child for child in scope.children if _collects(child, spec)), None)


def _collects(task: Task, spec: JoinSpec) -> bool:
    return task.task_spec is spec and task.internal_data.get("wait") == "join"


def _wait(spec: JoinSpec, scope: Task, arrived: dict[str, int]) -> Task:
    task = scope.workflow.add(spec, scope, state=TaskState.WAITING)
    task.internal_data = {"wait": "join", "arrived": arrived}
    return task


def missing(task: Task) -> set[str]:
    """Return the incoming flows that have not brought a token."""
    return set(task.task_spec.element.incoming) - set(task.internal_data["arrived"])


def release(task: Task) -> None:
    """Use one token of each flow and go on; tokens beyond that wait for the next round."""
    instance: Instance = task.workflow
    del task.internal_data["wait"]
    arrived = task.internal_data.pop("arrived")
    rest = {flow: count - 1 for flow, count in arrived.items() if count > 1}
    if rest:
        again = _wait(task.task_spec, task.parent, rest)
        instance.note(again, HistoryKind.ENTERED)
    instance.resume(task)


def _others(task: Task) -> list[Task]:
    return [other for other in tokens(task.parent) if other is not task]


def more_can_come(task: Task) -> bool:
    """Whether BPMN makes an inclusive join wait.

    It waits while some token can reach a flow that has not arrived, unless that token can also
    reach a flow that has (BPMN 2.0.2, 13.4.3).
    """
    lacking = missing(task)
    arrived = set(task.internal_data["arrived"])
    for other in _others(task):
        reachable = task.task_spec.reach(other.task_spec)
        if reachable & lacking and not reachable & arrived:
            return True
    return False


def comes_never(task: Task) -> bool:
    """Whether a flow is missing that no token can take any more."""
    coming: set[str] = set()
    for other in _others(task):
        coming |= task.task_spec.reach(other.task_spec)
    return bool(missing(task) - coming)
