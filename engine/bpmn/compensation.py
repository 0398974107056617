"""Undoing what was completed: latest first, with the variables of that time.

When an activity completes that something can undo, its scope notes it in `undo`, with the
activity's own variables; a sub-process with what was noted inside it. A throwing event takes what
it undoes out of that list into its own `todo`, and is the scope in which the handlers run, one
after the other. A completed sub-process is restored for that time as a scope inside the event.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import event_subprocesses
from engine.bpmn.instance import Instance
from engine.bpmn.scopes import is_item

Record = dict[str, Any]


def remember(task: Task) -> None:
    """Note a completed activity in its scope, if something can undo it.

    Of a loop each item notes itself, unless one handler undoes the loop as a whole.
    """
    spec, facts = task.task_spec, task.internal_data
    as_a_whole = spec.element.undone_by is not None
    if "restored" in facts or (as_a_whole and is_item(task)):
        return
    inside = [] if as_a_whole else facts.get("undo", [])
    if spec.element.repeats and not is_item(task) and not as_a_whole:
        _note(task.parent, *inside)
    elif as_a_whole or inside or own_handler(spec) is not None:
        record: Record = {"element": spec.name, "values": facts.get("values", {}), "undo": inside}
        _note(task.parent, record)


def _note(scope: Task, *records: Record) -> None:
    if records:
        scope.internal_data.setdefault("undo", []).extend(records)


def pass_on(task: Task) -> None:
    """Note in the scope around what was noted in a scope that is not in the diagram."""
    _note(task.parent, *task.internal_data.pop("undo", []))


def own_handler(spec: Any) -> Any:
    """Return the start event of the event sub-process by which a sub-process undoes itself."""
    starts = (each for each in spec.handlers if each.element.event == "compensate")
    return next(starts, None)


def collect(scope: Task, activity: str | None) -> list[Record]:
    """Take what can be undone out of a scope, latest first; of one activity or all.

    From an event sub-process that is also what completed in the scope around it; from a scope that
    is not in the diagram, what completed beside it.
    """
    found: list[Record] = []
    plane: Task | None = scope
    while plane is not None:
        kept: list[Record] = plane.internal_data.pop("undo", [])
        found += [each for each in reversed(kept) if activity in (None, each["element"])]
        rest = [each for each in kept if activity not in (None, each["element"])]
        _note(plane, *rest)
        plane = plane.parent if _sees_around(plane) else None
    return found


def _sees_around(scope: Task) -> bool:
    spec = scope.task_spec
    return scope.parent is not None and (spec.is_hidden or spec.element.triggered_by_event)


def proceed(task: Task) -> bool:
    """Undo the next thing that an event or a restored scope has to undo; False without one."""
    todo = task.internal_data.get("todo")
    if not todo:
        return False
    record = todo.pop(0)
    instance: Instance = task.workflow
    spec = instance.spec.task_specs[record["element"]]
    values = record["values"]
    if spec.element.undone_by is not None:
        instance.spawn(instance.spec.task_specs[spec.element.undone_by], task, values=values)
        return True
    restored = {"restored": True, "open": True, "closed": True, "taken": [], "values": values}
    instance.spawn(spec, task, **restored, undo=record["undo"])
    return True


def restore(scope: Task) -> bool:
    """Undo a completed sub-process: by its own event sub-process, else all that is inside."""
    start = own_handler(scope.task_spec)
    if start is not None:
        event_subprocesses.begin(scope, start)
        return False
    scope.internal_data["todo"] = collect(scope, None)
    return not proceed(scope)
