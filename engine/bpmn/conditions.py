"""Conditional events: they happen when their condition becomes true, not while it stays so.

A filter names the variables, and whether creating or updating one counts: without such a change
the condition is not looked at again.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import scopes
from engine.bpmn.failures import Failure
from engine.bpmn.model import Condition

LOOKS_PER_STEP = 5  #: so many looks at a condition count as a step of their own


class Watch:
    """The conditional events of an instance that wait.

    They are looked at when they begin to wait, whenever a variable was written, and when all
    tokens rest; `stale` says that something was written since the last look.
    """

    def __init__(self) -> None:
        self.stale = False
        self._tasks: dict[int, Task] = {}
        self._new: list[int] = []

    def add(self, task: Task) -> None:
        """Look at this event from now on."""
        self._tasks[task.id] = task
        self._new.append(task.id)

    def look(self, instance: Any, *, at_all: bool = False) -> int:
        """Let events happen whose condition has become true; return what that costs in steps."""
        keys = list(self._tasks) if at_all or self.stale else self._new
        self.stale, self._new = False, []
        for key in keys:
            task = self._tasks[key]
            if instance.tasks.get(key) is not task or not _waits(task):
                del self._tasks[key]
                continue
            try:
                if "incident" not in task.internal_data and becomes_true(task):
                    task.task_spec.trigger(task, {})
            except Failure as failure:
                instance.park(task, failure)
        return len(keys) // LOOKS_PER_STEP


def _waits(task: Task) -> bool:
    return bool(task.internal_data.get("wait") == "condition")


def becomes_true(task: Task) -> bool:
    """Whether the condition of a waiting event holds now and did not when last looked at."""
    facts = task.internal_data
    definition = task.task_spec.element.definitions[facts.get("definition", 0)]
    condition = definition.condition
    is_filtered = condition.names or condition.changes
    if is_filtered and not _has_changed(task, condition):
        return False
    held = facts["held"]
    label = f"Bedingung „{definition.name or definition.id}“"
    facts["held"] = task.workflow.script_engine.is_true(task, condition.expression, label)
    return facts["held"] and not held


def _has_changed(task: Task, condition: Condition) -> bool:
    visible = scopes.context(task, {})
    names = condition.names or visible.keys()
    # Copied: a loop's results are filled in where they are.
    now: dict[str, Any] = {name: deepcopy(visible[name]) for name in names if name in visible}
    before = task.internal_data.get("seen")
    task.internal_data["seen"] = now
    if before is None:
        return True
    changes = condition.changes or {"create", "update"}
    kept = now.keys() & before.keys()
    created = "create" in changes and len(kept) < len(now)
    return created or ("update" in changes and any(now[name] != before[name] for name in kept))
