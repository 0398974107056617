"""A checked diagram becomes plain values: the elements of each executable process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.diagram import (
    FLOW_NODES,
    SUB_PROCESSES,
    Diagram,
    event_definitions,
    scope_of,
)
from engine.bpmn.extensions import Extensions, extensions_of
from engine.bpmn.model import AdHoc, Bound, Called, Element, Flow, Loop, Repetition
from engine.bpmn.reading import Node, child, is_bpmn, local, text_of
from engine.bpmn.triggers import definition_of, event_of


def elements_of(diagram: Diagram, process: Node) -> Mapping[str, Element]:
    """Return the flow nodes of one executable process, in the order of the file."""
    nodes = (each for each in process.iter("*") if is_bpmn(each, *FLOW_NODES))
    elements = (_element(diagram, node) for node in nodes)
    return {element.id: element for element in elements}


def version_tag_of(process: Node) -> str | None:
    """Return the version that the process owner wrote into the process."""
    return extensions_of(process).value("versionTag", "value")


def condition_of(flow: Node) -> str | None:
    """Return the raw condition of a sequence flow, or None."""
    return text_of(child(flow, "conditionExpression")) or None


def _element(diagram: Diagram, node: Node) -> Element:
    extensions = extensions_of(node)
    element_id = node.get("id", "")
    facts: dict[str, Any] = {
        **_place(diagram, node),
        **_user_task(extensions),
        **_work(extensions),
        **event_of(diagram, node),
    }
    element = Element(
        id=element_id,
        type=local(node),
        name=" ".join(node.get("name", "").split()),
        documentation=text_of(child(node, "documentation")),
        properties=extensions.properties,
        inputs=extensions.inputs,
        outputs=extensions.outputs,
        headers=extensions.headers,
        loop=_loop(node),
        repetition=_repetition(node),
        called=_called(extensions),
        ad_hoc=_ad_hoc(node, extensions),
        **facts,
    )
    if element.event != "multiple":
        return element
    definitions = (definition_of(diagram, each) for each in event_definitions(node))
    return replace(element, alternatives=tuple(replace(element, **each) for each in definitions))


def _place(diagram: Diagram, node: Node) -> dict[str, Any]:
    element_id = node.get("id", "")
    scope = scope_of(node)
    inner = scope is not None and is_bpmn(scope, *SUB_PROCESSES)
    default = node.get("default")
    return {
        "lane": _lane(diagram, node),
        "scope": scope.get("id") if scope is not None and inner else None,
        "incoming": tuple(each.get("id", "") for each in diagram.incoming.get(element_id, ())),
        "outgoing": tuple(
            _flow(each, default=default) for each in diagram.outgoing.get(element_id, ())
        ),
        "default": default,
    }


def _lane(diagram: Diagram, node: Node | None) -> str | None:
    """Return the element's own lane, else that of the sub-process around it."""
    while node is not None:
        lane = diagram.lanes.get(node.get("id", ""))
        if lane:
            return lane
        node = scope_of(node)
    return None


def _flow(flow: Node, *, default: str | None) -> Flow:
    condition = condition_of(flow)
    return Flow(
        id=flow.get("id", ""),
        source=flow.get("sourceRef", ""),
        target=flow.get("targetRef", ""),
        name=" ".join(flow.get("name", "").split()),
        condition=condition,
        is_default=flow.get("id") == default,
    )


def _user_task(extensions: Extensions) -> dict[str, Any]:
    value = extensions.value
    return {
        "form": _bound(extensions, "formDefinition", "formId"),
        "assignee": value("assignmentDefinition", "assignee"),
        "candidate_groups": value("assignmentDefinition", "candidateGroups"),
        "candidate_users": value("assignmentDefinition", "candidateUsers"),
        "due_date": value("taskSchedule", "dueDate"),
        "follow_up_date": value("taskSchedule", "followUpDate"),
        "priority": value("priorityDefinition", "priority"),
    }


def _work(extensions: Extensions) -> dict[str, Any]:
    value = extensions.value
    result = value("script", "resultVariable") or value("calledDecision", "resultVariable")
    return {
        "script": value("script", "expression"),
        "decision": _bound(extensions, "calledDecision", "decisionId"),
        "result_variable": result,
        "job_type": value("taskDefinition", "type"),
        "retries": value("taskDefinition", "retries"),
    }


def _bound(extensions: Extensions, name: str, attribute: str) -> Bound | None:
    named = extensions.value(name, attribute)
    if named is None:
        return None
    binding, tag = (extensions.value(name, key) for key in ("bindingType", "versionTag"))
    return Bound(named, binding, tag)


def _called(extensions: Extensions) -> Called | None:
    if "calledElement" not in extensions:
        return None
    name = "calledElement"
    return Called(
        process_id=extensions.value(name, "processId") or "",
        binding=extensions.value(name, "bindingType") or "latest",
        version_tag=extensions.value(name, "versionTag"),
        takes_all=extensions.value(name, "propagateAllParentVariables") != "false",
        gives_all=extensions.value(name, "propagateAllChildVariables") != "false",
    )


def _ad_hoc(node: Node, extensions: Extensions) -> AdHoc | None:
    if not is_bpmn(node, "adHocSubProcess"):
        return None
    name = "adHoc"
    return AdHoc(
        collection=extensions.value(name, "activeElementsCollection"),
        completion_condition=text_of(child(node, "completionCondition")) or None,
        cancels_rest=node.get("cancelRemainingInstances") != "false",
        in_turn=node.get("ordering") == "Sequential",
        output_collection=extensions.value(name, "outputCollection"),
        output_element=extensions.value(name, "outputElement"),
    )


def _loop(node: Node) -> Loop | None:
    characteristics = child(node, "multiInstanceLoopCharacteristics")
    if characteristics is None:
        return None
    extensions = extensions_of(characteristics)
    name = "loopCharacteristics"
    return Loop(
        collection=extensions.value(name, "inputCollection"),
        cardinality=text_of(child(characteristics, "loopCardinality")) or None,
        sequential=characteristics.get("isSequential") == "true",
        element=extensions.value(name, "inputElement"),
        output_collection=extensions.value(name, "outputCollection"),
        output_element=extensions.value(name, "outputElement"),
        completion_condition=text_of(child(characteristics, "completionCondition")) or None,
    )


def _repetition(node: Node) -> Repetition | None:
    characteristics = child(node, "standardLoopCharacteristics")
    if characteristics is None:
        return None
    maximum = characteristics.get("loopMaximum", "")
    return Repetition(
        condition=text_of(child(characteristics, "loopCondition")) or None,
        maximum=int(maximum) if maximum.isdecimal() else None,
        test_before=characteristics.get("testBefore") == "true",
    )
