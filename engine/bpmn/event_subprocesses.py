"""Event sub-processes: their start events are armed as soon as the scope around them begins.

None of them keeps the scope open. One that interrupts takes everything else in its scope away;
the scope is done when its last token is gone, the handler's tokens included.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import armed
from engine.bpmn.instance import Instance, is_armed


def arm(scope: Task) -> None:
    """Let the event sub-processes of a scope wait for their events."""
    armed.arm(scope.task_spec.handlers, scope)


def begin(scope: Task, start: Any, **came: Any) -> None:
    """Let the handler behind a start event run in its scope."""
    instance: Instance = scope.workflow
    if start.element.interrupting:
        interrupt(scope)
    handler = instance.spec.task_specs[start.element.scope]
    instance.spawn(handler, scope, came=came)


def interrupt(scope: Task) -> None:
    """Take away everything inside a scope but the events attached to the scope itself."""
    scope.internal_data["interrupted"] = True
    scope.internal_data.pop("wait", None)  # an ad-hoc sub-process offers no more choices
    for child in reversed(scope.children):
        if not (is_armed(child) and child.task_spec.element.attached_to is not None):
            scope.workflow.withdraw(child)
