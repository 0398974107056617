"""Events that wait without a token of their own: at an activity, in a scope, behind a gateway.

Each definition of an event is one waiting task inside the host; `definition` says which one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import waiting
from engine.bpmn.instance import Instance, is_armed
from engine.bpmn.model import Element

#: Nothing waits for these: whoever throws looks for the catcher.
LOOKED_UP = frozenset({"compensate", "error", "escalation"})

Facts = Mapping[str, Any]


def arm(specs: Iterable[Any], host: Task) -> None:
    """Let events wait inside a host: all of them or, if one cannot be computed, none."""
    ready = [(spec, facts) for spec in specs for facts in _facts(spec.element, host)]
    for spec, facts in ready:
        _add(spec, host, facts)


def _facts(element: Element, host: Task) -> Iterator[Facts]:
    for number, definition in enumerate(element.definitions):
        if definition.event not in LOOKED_UP:
            facts = waiting.facts_of(definition, host)
            yield {"definition": number, **facts} if number else facts


def _add(spec: Any, host: Task, facts: Facts) -> None:
    instance: Instance = host.workflow
    task = instance.add(spec, host, state=TaskState.WAITING)
    task.internal_data = {"armed": True}
    waiting.begin(task, facts)


def heard(task: Task, variables: Facts) -> Facts | None:
    """Return what came with the event, or None while others that must come too are missing."""
    together = {**task.internal_data.get("heard", {}), **variables}
    if not task.task_spec.element.all_at_once:
        return together
    missing = [each for each in task.parent.children if _goes_with(each, task)]
    if not missing:
        return together
    missing[0].internal_data["heard"] = together
    task.workflow.withdraw(task)
    return None


def _goes_with(other: Task, task: Task) -> bool:
    return other is not task and other.task_spec is task.task_spec and is_armed(other)


def settle(task: Task) -> None:
    """After an event that leaves its host alone: the next round of a timer, or no more."""
    instance: Instance = task.workflow
    if instance.tasks.get(task.id) is not task:
        return
    once = task.task_spec.element.all_at_once
    if task.internal_data["wait"] != "timer" and not once:
        return
    following = None if once else waiting.next_round(task)
    number = task.internal_data.get("definition", 0)
    spec, host = task.task_spec, task.parent
    instance.withdraw(task)
    if following:
        _add(spec, host, {"definition": number, **following} if number else following)
