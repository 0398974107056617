"""What the history says of one run of an element: where it belongs, and what sets it apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn.outcome import HistoryEntry, HistoryKind, Role


def entry(
    task: Task, kind: HistoryKind, detail: Mapping[str, Any], *, at: datetime
) -> HistoryEntry:
    """Return one line of history about a task."""
    element = task.task_spec.element
    return HistoryEntry(
        element_id=element.id,
        element_type=element.type,
        name=element.name,
        kind=kind,
        at=at,
        key=task.id,
        scope_key=_around(task),
        role=_role_of(task),
        detail=detail,
    )


def _around(task: Task) -> int | None:
    """Return the number of the run around a task; None for what runs in the instance itself."""
    scope = task.parent
    while scope.parent is not None and scope.task_spec.is_hidden:
        scope = scope.parent
    return scope.id if scope.parent is not None else None


def _role_of(task: Task) -> Role | None:
    """Return what a run is besides a run of its element."""
    element = task.task_spec.element
    if element.triggered_by_event:
        return Role.EVENT
    return Role.LOOP if element.loop is not None and "index" not in task.internal_data else None
