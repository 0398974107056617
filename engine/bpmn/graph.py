"""Builds SpiffWorkflow's graph of a process from its elements.

SpiffWorkflow's own parser leaves out what it does not reach, forgets the ids of flows, adds nodes
of its own around boundary events and refuses several outgoing flows; so the graph is built here.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.activities import ActivitySpec
from engine.bpmn.ad_hoc import AdHocSpec
from engine.bpmn.boundaries import BoundarySpec
from engine.bpmn.calls import CallSpec
from engine.bpmn.decisions import DecisionSpec
from engine.bpmn.elements import ElementSpec, Graph
from engine.bpmn.events import (
    CatchSpec,
    CompensateSpec,
    PassSpec,
    ReceiveSpec,
    StartSpec,
    TerminateSpec,
    ThrowSpec,
)
from engine.bpmn.gateways import EventGatewaySpec, ExclusiveSpec, InclusiveSpec, ParallelSpec
from engine.bpmn.model import Element
from engine.bpmn.subprocesses import EventSubProcessSpec, SubProcessSpec
from engine.bpmn.tasks import JobSpec, ScriptSpec, UserTaskSpec

KINDS: Mapping[str, type[ElementSpec]] = {
    "adHocSubProcess": AdHocSpec,
    "boundaryEvent": BoundarySpec,
    "callActivity": CallSpec,
    "endEvent": PassSpec,
    "eventBasedGateway": EventGatewaySpec,
    "exclusiveGateway": ExclusiveSpec,
    "inclusiveGateway": InclusiveSpec,
    "intermediateCatchEvent": CatchSpec,
    "intermediateThrowEvent": PassSpec,
    "manualTask": ActivitySpec,
    "parallelGateway": ParallelSpec,
    "receiveTask": ReceiveSpec,
    "startEvent": StartSpec,
    "subProcess": SubProcessSpec,
    "task": ActivitySpec,
    "userTask": UserTaskSpec,
}
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
THROWS: Mapping[str | None, type[ElementSpec]] = {
    "compensate": CompensateSpec,
    "error": ThrowSpec,
    "escalation": ThrowSpec,
    "multiple": ThrowSpec,
    "signal": ThrowSpec,
    "terminate": TerminateSpec,
}


def kind_of(element: Element) -> type[ElementSpec]:
    """Return the class that runs an element: by what it does, then by what it is."""
    if element.decision is not None:
        return DecisionSpec
    if element.script is not None:
        return ScriptSpec
    if element.job_type is not None:
        return JobSpec
    if element.triggered_by_event:
        return EventSubProcessSpec
    if element.event == "link":
        return PassSpec
    if element.type in THROWING and element.event in THROWS:
        return THROWS[element.event]
    return KINDS[element.type]


def build(process_id: str, elements: Mapping[str, Element]) -> Graph:
    """Return the graph, to be shared by all instances and never changed."""
    graph = Graph(process_id)
    for element in elements.values():
        kind_of(element)(graph, element)
    for element in elements.values():
        _connect(graph, elements, element)
    return graph


def _connect(graph: Graph, elements: Mapping[str, Element], element: Element) -> None:
    specs = graph.task_specs
    spec = specs[element.id]
    for flow in element.outgoing:
        spec.connect(specs[flow.target])
    if element.attached_to is not None:
        specs[element.attached_to].attached.append(spec)
    if element.type == "startEvent" and element.scope is not None:
        _begin(graph, elements, element)


def _begin(graph: Graph, elements: Mapping[str, Element], start: Element) -> None:
    """Note where a sub-process begins, and who listens for the start of an event sub-process."""
    inner = elements[start.scope or ""]
    graph.task_specs[inner.id].inner_start = start.id
    if inner.triggered_by_event:
        around = graph.task_specs[inner.scope] if inner.scope else graph.start
        around.handlers.append(graph.task_specs[start.id])
