"""Which of several flows a token takes."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.bpmn.failures import Failure
from engine.bpmn.model import Element, Flow

NO_WAY = "Keine Bedingung trifft zu, und es gibt keinen Standardfluss."


def holds(scope: Task, flow: Flow) -> bool:
    """Whether the flow's condition holds; a flow without one is always open."""
    if flow.condition is None:
        return True
    label = f"Bedingung am Fluss „{flow.name or flow.id}“"
    return bool(scope.workflow.script_engine.holds(scope, flow.condition, label))


def first_open(scope: Task, element: Element) -> list[Flow]:
    """Return the first flow whose condition holds, else the default."""
    first = next((flow for flow in _asked(element) if holds(scope, flow)), None)
    return [first] if first is not None else _otherwise(element)


def open_flows(scope: Task, element: Element) -> list[Flow]:
    """Return every flow whose condition holds, else the default; at least one."""
    return [flow for flow in _asked(element) if holds(scope, flow)] or _otherwise(element)


def _asked(element: Element) -> list[Flow]:
    return [flow for flow in element.outgoing if not flow.is_default]


def _otherwise(element: Element) -> list[Flow]:
    flows = [flow for flow in element.outgoing if flow.is_default]
    if flows or not element.outgoing:
        return flows
    raise Failure("gateway", NO_WAY)


def remember(task: Task, flows: list[Flow]) -> None:
    """Keep the choice for the way and for the history."""
    chosen = [flow.id for flow in flows]
    detail = task.internal_data.get("detail", {})
    task.internal_data |= {"taken": chosen, "detail": {**detail, "fluesse": chosen}}
