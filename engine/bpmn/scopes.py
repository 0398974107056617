"""Variables by Zeebe's rules: each task may hold a scope, read from the inside outwards.

SpiffWorkflow copies `task.data` along every branch and merges it at joins, which loses changes;
here it stays empty, and a value has exactly one home.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine import feel
from engine.bpmn.model import VariableMapping
from engine.bpmn.volume import Write

Values = dict[str, Any]


def local(task: Task) -> Values:
    """Return the task's own variables, to read and to change."""
    values: Values = task.internal_data.setdefault("values", {})
    return values


def is_item(task: Task) -> bool:
    """Whether a task is one inner instance of a multi-instance activity."""
    return "index" in task.internal_data


def keeps(task: Task) -> bool:
    """Whether results stay with a task: an item of a multi-instance, no round of a loop."""
    return is_item(task) and "is_round" not in task.internal_data


def chain(task: Task) -> list[Values]:
    """Return the scopes that a task sees, innermost first."""
    found: list[Values] = []
    inner: Task | None = task
    while inner is not None:
        values = inner.internal_data.get("values")
        if values:
            found.append(values)
        inner = inner.parent
    return found


def context(
    task: Task, world: Mapping[str, Any], extra: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """Return everything that an expression of this task may read; nothing is copied."""
    inner: list[Any] = [extra] if extra else []
    return ChainMap(*inner, *chain(task), world)  # type: ignore[arg-type]


def propagate(task: Task, values: Mapping[str, Any]) -> None:
    """Write each value to the nearest scope that has it, else to the instance's own."""
    _write(task, [(_home(task, name), name, value) for name, value in values.items()])


def put(task: Task, values: Mapping[str, Any]) -> None:
    """Write values to the task's own scope."""
    own = local(task)
    _write(task, [(own, name, value) for name, value in values.items()])


def admit(task: Task, result: Any) -> None:
    """Fail if there is no room for another result."""
    _make_room(task, [({}, "", result)])


def _write(task: Task, writes: list[Write]) -> None:
    _make_room(task, writes)
    for home, name, value in writes:
        home[name] = value
    task.workflow.watch.stale = True


def _make_room(task: Task, writes: list[Write]) -> None:
    instance = task.workflow
    facts = [each.internal_data for each in instance.tasks.values()]
    # What is kept to be undone holds variables, too, and would grow with every round of a loop.
    held = (each[name] for each in facts for name in ("values", "undo") if name in each)
    instance.volume.admit(held, writes)


def hand_over(task: Task, values: Mapping[str, Any]) -> None:
    """Write what a person entered: like `propagate`, but an item of a multi-instance keeps it."""
    homes = ((_home(task, name, within_item=True), name) for name in values)
    _write(task, [(home, name, values[name]) for home, name in homes])


def _home(task: Task, name: str, *, within_item: bool = False) -> Values:
    while True:
        if name in task.internal_data.get("values", ()) or (within_item and keeps(task)):
            return local(task)
        outer = task.parent
        if outer is None:
            return local(task)
        task = outer


def mapped(
    lines: Iterable[VariableMapping],
    evaluate: Callable[[VariableMapping, Values], Any],
    visible: Mapping[str, Any],
) -> Values:
    """Return what mappings give; a later line sees the earlier, a dotted target fills a context."""
    result: Values = {}
    for line in lines:
        name, *path = line.target.split(".")
        value = evaluate(line, result)
        existing = result.get(name, visible.get(name))
        result[name] = _placed(existing, path, value)
    return result


def _placed(existing: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    inside = feel.entries_of(existing)
    return {**inside, path[0]: _placed(inside.get(path[0]), path[1:], value)}
