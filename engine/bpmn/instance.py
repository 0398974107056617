"""One running instance: SpiffWorkflow's tasks as a tree of scopes, and the loop that drives them.

SpiffWorkflow keeps every finished and predicted task in its tree, one below the other, and loses
a case that is deeper than 1,000. Here a task's parent is the scope that it runs in (the instance,
a sub-process, a multi-instance activity, the host of a boundary event), a finished task leaves
the tree at once, and nothing is predicted. So the tree holds only what still waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import runs
from engine.bpmn.conditions import Watch
from engine.bpmn.failures import Failure
from engine.bpmn.model import Flow, Moment, Process
from engine.bpmn.outcome import (
    HistoryEntry,
    HistoryKind,
    State,
    ThrownEscalation,
    ThrownSignal,
    Uncaught,
)
from engine.bpmn.script_engine import FeelEngine
from engine.bpmn.volume import Volume

MOST_STEPS = 10_000
MOST_TASKS = 5_000

ENDLESS = (
    "Nach 10.000 Schritten wurde angehalten. Vermutlich läuft das Diagramm im Kreis, "
    "ohne dass eine Aufgabe, eine Frist oder eine Nachricht abgewartet wird."
)
ENDED_AS_ASKED = "nach diesem Schritt beendet, wie beim Beginn verlangt"
TOO_WIDE = "Mehr als 5.000 gleichzeitige Schritte sind in einem Vorgang nicht möglich."


class Instance(BpmnWorkflow):  # type: ignore[misc]
    """The tasks of one instance during one step."""

    def __init__(self, process: Process, moment: Moment) -> None:
        super().__init__(process.spec, script_engine=FeelEngine(moment), deserializing=True)
        self.process = process
        self.moment = moment
        self.state = State.ACTIVE
        self.history: list[HistoryEntry] = []
        self.volume = Volume()
        self.because = ""  #: why somebody moves tokens by hand right now
        self.handed: dict[int, Mapping[str, Any]] = {}  #: what calls of this step give their child
        self.signals: list[ThrownSignal] = []
        self.escalations: list[ThrownEscalation] = []
        self.uncaught: Uncaught | None = None
        self._queue: deque[Task] = deque()
        self.watch = Watch()
        self._steps = 0
        self._is_over = False  # an element has completed after which the instance is to end

    def plant(self) -> Task:
        """Create the root: the instance's own scope."""
        return self.add(self.spec.start, None, state=TaskState.STARTED)

    def add(self, spec: Any, parent: Task | None, *, state: int, key: int | None = None) -> Task:
        """Put a task into the tree; its id is a visible number, not a UUID."""
        task = Task(self, spec, parent, state=state, id=key or self.moment.ids())
        if parent is None:
            self.task_tree = task
        return task

    def spawn(self, spec: Any, parent: Task, **facts: Any) -> Task:
        """Let a token arrive at an element inside a scope."""
        task = self.add(spec, parent, state=TaskState.READY)
        task.internal_data = facts
        self.note(task, HistoryKind.ENTERED)
        self._queue.append(task)
        return task

    def travel(self, flow: Flow, scope: Task) -> None:
        """Move a token along a sequence flow inside a scope."""
        self.spec.task_specs[flow.target].arrive(self, scope, flow)

    def reserve(self, count: int) -> None:
        """Fail while nothing has happened yet if so many more tasks are too many."""
        if len(self.tasks) + count > MOST_TASKS:
            raise Failure("budget", TOO_WIDE)

    def advance(self) -> None:
        """Run until everything waits."""
        while True:
            while self._queue:
                self._run(self._queue.popleft())
                if self._is_over:
                    self.abandon()
                    return
                self._steps += self.watch.look(self)
            self._steps += self.watch.look(self, at_all=True)
            if not self._queue and not self._settle():
                return

    def _run(self, task: Task) -> None:
        if self.tasks.get(task.id) is not task or task.state != TaskState.READY:
            return
        self._steps += 1
        try:
            if self._steps > MOST_STEPS:
                raise Failure("budget", ENDLESS)
            task.run()
        except Failure as failure:
            self.park(task, failure)

    def _settle(self) -> bool:
        """Give the joins their turn, now that all tokens rest; True if one of them goes on."""
        joins = [task for task in self.tasks.values() if task.internal_data.get("wait") == "join"]
        if any(task.task_spec.settle(task) for task in joins):
            return True
        for task in joins:
            task.task_spec.complain(task)
        return False

    def wake(self, task: Task, result: Mapping[str, Any] | None = None) -> None:
        """Let a waiting task go on; what it waited for is done."""
        task.internal_data.pop("wait", None)
        task.internal_data |= {"done": True, "result": dict(result or {})}
        self.resume(task)

    def resume(self, task: Task) -> None:
        """Put a task back into the loop."""
        task._set_state(TaskState.READY)
        self._queue.append(task)

    def park(self, task: Task, failure: Failure) -> None:
        """Keep the token where it is, with the reason why."""
        task._set_state(TaskState.WAITING)
        incident = {
            "key": self.moment.ids(),
            "kind": failure.kind,
            "message": failure.message,
            "position": failure.position,
        }
        task.internal_data["incident"] = incident
        detail = {name: incident[name] for name in ("kind", "message", "position")}
        self.note(task, HistoryKind.FAILED, {**failure.account, **detail})

    def withdraw(self, task: Task) -> None:
        """Take a task away with everything inside it, innermost first."""
        for child in reversed(task.children):
            self.withdraw(child)
        task.cancel()
        if not is_armed(task):
            self.note(task, HistoryKind.CANCELLED)
        if task.parent is not None:
            self._remove_task(task.id)

    def dissolve(self, task: Task) -> None:
        """Take a finished task away without sending its token on."""
        self.note(task, HistoryKind.COMPLETED, task.internal_data.get("detail"))
        self._remove_task(task.id)

    def abandon(self, state: State = State.CANCELLED) -> None:
        """End the instance, whatever it waits for."""
        for child in reversed(self.task_tree.children):
            self.withdraw(child)
        self.state = state

    def note(self, task: Task, kind: HistoryKind, detail: Mapping[str, Any] | None = None) -> None:
        """Write one line of history; of what is not in the diagram, only that it failed."""
        if task.task_spec.is_hidden and kind != HistoryKind.FAILED:
            return
        reason = {"grund": self.because} if self.because else {}
        told = {**(detail or {}), **reason}
        self.history.append(runs.entry(task, kind, told, at=self.moment.now))

    def ends_with(self, task: Task) -> bool:
        """Whether the instance is to end now that a task has completed; then no token goes on."""
        if task.task_spec.name in self.task_tree.internal_data.get("ends_after", ()):
            self.because, self._is_over = ENDED_AS_ASKED, True
        return self._is_over

    def end_reached(self, element_id: str) -> None:
        """Remember an end event of the top plane."""
        ended = self.task_tree.internal_data.setdefault("ended", [])
        if element_id not in ended:
            ended.append(element_id)

    def _task_completed_notify(self, task: Task) -> None:
        scope = task.parent
        self._remove_task(task.id)
        scope.task_spec.left(scope, task)


def is_armed(task: Task) -> bool:
    """Whether a task only stands for an event that its host or gateway waits for."""
    return bool(task.internal_data.get("armed"))


def tokens(scope: Task) -> list[Task]:
    """Return what runs directly inside a scope, without the events attached to the scope."""
    return [child for child in scope.children if not is_armed(child)]


def is_empty(scope: Task) -> bool:
    """Whether nothing runs directly inside a scope; looks no further than the first token."""
    tasks = scope.workflow.tasks
    return all(is_armed(tasks[key]) for key in scope._children)


def disarm(scope: Task) -> None:
    """Take away the events that a scope listened to; those attached to it stay."""
    for child in reversed(scope.children):
        if is_armed(child) and child.task_spec.element.attached_to is None:
            scope.workflow.withdraw(child)
