"""Multi-instance: one inner task per item of a list or number, results in their order.

SpiffWorkflow's children report through a callback in memory, which restored instances lack; here
the body counts its children, and the count is part of the snapshot.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import scopes
from engine.bpmn.expressions import root_name
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, tokens
from engine.bpmn.model import Element, Loop

MOST_ROUNDS = 5_000


def begin(body: Task) -> bool:
    """Create the inner tasks; True if there is nothing to do."""
    loop = body.task_spec.element.loop
    items = _items(body, loop)
    body.workflow.reserve(1 if loop.sequential else len(items))
    body.internal_data |= {"count": len(items), "finished": 0}
    body.internal_data["detail"] = {"durchgaenge": len(items)}
    if loop.output_collection:
        scopes.local(body)[loop.output_collection] = [None] * len(items)
    if loop.sequential:
        body.internal_data["items"] = items
    for index, item in enumerate(items[:1] if loop.sequential else items):
        _spawn(body, index, item)
    return not items


def _items(body: Task, loop: Loop) -> list[Any]:
    if loop.collection is None:
        return [None] * _count(body, loop.cardinality or "")
    label = "Liste der Mehrfachaufgabe"
    items = body.workflow.script_engine.value(body, loop.collection, label)
    if isinstance(items, list):
        return items
    raise Failure("multi_instance", f"{label}: Der Ausdruck ergibt keine Liste.")


def _count(body: Task, raw: str) -> int:
    label = "Anzahl der Durchgänge"
    text = str(body.workflow.script_engine.plain_value(body, raw, label))
    if not text.isascii() or not text.isdecimal():
        raise Failure("multi_instance", f"{label}: Der Ausdruck ergibt keine ganze Zahl ab 0.")
    if len(text) > len(str(MOST_ROUNDS)) or int(text) > MOST_ROUNDS:
        raise Failure("budget", f"{label}: Mehr als 5.000 Durchgänge sind nicht möglich.")
    return int(text)


def _spawn(body: Task, index: int, item: Any) -> None:
    element = body.task_spec.element
    loop = element.loop
    values: dict[str, Any] = {"loopCounter": index + 1}
    if loop.element:
        values[loop.element] = item
    own = root_name(loop.output_element)
    if own and own not in values and _may_leave(own, element):
        values[own] = None  # so that the item's result stays with the item
    detail = {"durchgang": index + 1}
    body.workflow.spawn(body.task_spec, body, index=index, values=values, detail=detail)


def _may_leave(name: str, element: Element) -> bool:
    """Whether a value of this name would be written around the item; a person's entry is not."""
    return element.type != "userTask" or name in {line.target for line in element.outputs}


def collect(item: Task) -> None:
    """Put the item's result at its place, and see whether the others are still needed."""
    body = item.parent
    loop = body.task_spec.element.loop
    engine = item.workflow.script_engine
    if loop.output_collection and loop.output_element:
        result = engine.mapped_value(item, loop.output_element, "Ergebnis je Durchgang")
        scopes.admit(body, result)
        _results(body, loop.output_collection)[item.internal_data["index"]] = result
    if loop.completion_condition:
        numbers = _numbers(body)
        met = engine.holds(item, loop.completion_condition, "Abbruchbedingung", numbers)
        item.internal_data["enough"] = met


def _results(body: Task, name: str) -> list[Any]:
    """Return the list that is being filled; something inside the loop may have written over it."""
    results = scopes.local(body)[name]
    if not isinstance(results, list) or len(results) != body.internal_data["count"]:
        reason = "hat ein anderer Schritt überschrieben. Bitte geben Sie ihr einen eigenen Namen."
        raise Failure("multi_instance", f"Die Ergebnisliste „{name}“ {reason}")
    return results


def _numbers(body: Task) -> dict[str, int]:
    """Return what Zeebe offers a completion condition, counting the item that just finished."""
    finished = body.internal_data["finished"] + 1
    return {
        "numberOfInstances": body.internal_data["count"],
        "numberOfActiveInstances": len(tokens(body)) - 1,
        "numberOfCompletedInstances": finished,
        "numberOfTerminatedInstances": body.internal_data.get("terminated", 0),
    }


def go_on(body: Task, item: Task) -> None:
    """After an item has left: the next one, or the end of the loop."""
    instance: Instance = body.workflow
    facts = body.internal_data
    facts["finished"] += 1
    if item.internal_data.get("enough"):
        for other in reversed(tokens(body)):
            instance.withdraw(other)
        instance.wake(body)
    elif facts["finished"] + facts.get("terminated", 0) == facts["count"]:
        instance.wake(body)
    elif body.task_spec.element.loop.sequential:
        _spawn(body, facts["finished"], facts["items"][facts["finished"]])


def count_out(body: Task) -> None:
    """Remember that an item will never finish."""
    body.internal_data["terminated"] = body.internal_data.get("terminated", 0) + 1


def publish(body: Task) -> None:
    """Hand the collected list to the scope around the loop."""
    name = body.task_spec.element.loop.output_collection
    if name:
        scopes.propagate(body.parent, {name: scopes.local(body)[name]})
