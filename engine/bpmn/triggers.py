"""What the event definitions of an element say, as fields of `Element`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.diagram import (
    ACTIVITIES,
    Diagram,
    event_definitions,
    event_kind,
    is_event_subprocess,
    link_key,
)
from engine.bpmn.extensions import extensions_of
from engine.bpmn.model import Compensation, Condition, Flow, TimerRule
from engine.bpmn.reading import Node, child, children, is_bpmn, local, text_of

TIMER_KINDS = ("timeDate", "timeDuration", "timeCycle")


def event_of(diagram: Diagram, node: Node) -> dict[str, Any]:
    """Return what is said about an event, a receive task, or an activity that can be undone."""
    if is_bpmn(node, *ACTIVITIES):
        return _activity(diagram, node)
    if not local(node).endswith("Event"):
        return {}
    facts: dict[str, Any] = {
        "event": event_kind(node),
        "all_at_once": node.get("parallelMultiple") == "true",
        "attached_to": node.get("attachedToRef"),
        "interrupting": _interrupting(node),
    }
    definitions = event_definitions(node)
    if len(definitions) == 1:
        facts |= definition_of(diagram, definitions[0])
    if facts["event"] == "link":
        facts |= _path(diagram, node, definitions[0])
    return facts


def definition_of(diagram: Diagram, definition: Node) -> dict[str, Any]:
    """Return what one definition says, beginning with its kind."""
    kind = local(definition).removesuffix("EventDefinition")
    read = _READ.get(kind)
    return {"event": kind, **(read(diagram, definition) if read else {})}


def _activity(diagram: Diagram, node: Node) -> dict[str, Any]:
    facts: dict[str, Any] = {"triggered_by_event": is_event_subprocess(node)}
    for event in diagram.boundaries.get(node.get("id", ""), ()):
        if event_kind(event) == "compensate":
            handlers = diagram.compensations.get(event.get("id", ""), ())
            facts["undone_by"] = next(iter(handlers), None)
    if is_bpmn(node, "receiveTask"):
        facts |= {"event": "message", **_message(diagram, node)}
    return facts


def _interrupting(node: Node) -> bool:
    name = "isInterrupting" if is_bpmn(node, "startEvent") else "cancelActivity"
    return node.get(name, "true") == "true"


def _message(diagram: Diagram, node: Node) -> dict[str, Any]:
    message = diagram.messages.get(node.get("messageRef", ""))
    if message is None:
        return {}
    key = extensions_of(message).value("subscription", "correlationKey")
    return {"message": message.get("name"), "correlation": key}


def _signal(diagram: Diagram, definition: Node) -> dict[str, Any]:
    signal = diagram.signals.get(definition.get("signalRef", ""))
    return {"signal": signal.get("name") if signal is not None else None}


def _error(diagram: Diagram, definition: Node) -> dict[str, Any]:
    error = diagram.errors.get(definition.get("errorRef", ""))
    return {"error_code": error.get("errorCode") or None if error is not None else None}


def _escalation(diagram: Diagram, definition: Node) -> dict[str, Any]:
    found = diagram.escalations.get(definition.get("escalationRef", ""))
    return {"escalation_code": found.get("escalationCode") or None if found is not None else None}


def _timer(_: Diagram, definition: Node) -> dict[str, Any]:
    rules = list(children(definition, *TIMER_KINDS))
    if not rules:
        return {}
    return {"timer": TimerRule(kind=local(rules[0]), expression=text_of(rules[0]))}


def _condition(_: Diagram, definition: Node) -> dict[str, Any]:
    value = extensions_of(definition).value
    name = "conditionalFilter"
    condition = Condition(
        expression=text_of(child(definition, "condition")),
        names=_listed(value(name, "variableNames")),
        changes=_listed(value(name, "variableEvents")),
    )
    return {"condition": condition}


def _listed(text: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (text or "").split(",") if part.strip())


def _compensation(_: Diagram, definition: Node) -> dict[str, Any]:
    waits = definition.get("waitForCompletion", "true") == "true"
    activity = definition.get("activityRef")
    return {"compensation": Compensation(activity=activity, waits=waits)}


def _link(_: Diagram, definition: Node) -> dict[str, Any]:
    return {"link": definition.get("name")}


def _path(diagram: Diagram, node: Node, definition: Node) -> dict[str, Any]:
    """Return the flow that a pair of link events stands for; its id is that of the thrower."""
    ends = diagram.links[link_key(node, definition)]
    throwers = [each.get("id", "") for each in ends if is_bpmn(each, "intermediateThrowEvent")]
    target = next((each for each in ends if is_bpmn(each, "intermediateCatchEvent")), None)
    if target is node:
        return {"incoming": tuple(throwers)}
    if target is None:
        return {}
    own = node.get("id", "")
    return {"outgoing": (Flow(id=own, source=own, target=target.get("id", "")),)}


_READ: Mapping[str, Callable[[Diagram, Node], dict[str, Any]]] = {
    "compensate": _compensation,
    "conditional": _condition,
    "error": _error,
    "escalation": _escalation,
    "link": _link,
    "message": _message,
    "signal": _signal,
    "timer": _timer,
}
