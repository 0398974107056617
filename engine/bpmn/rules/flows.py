"""Rules about sequence flows and gateways."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.definitions import condition_of
from engine.bpmn.diagram import (
    ACTIVITIES,
    FLOW_NODES,
    Diagram,
    event_kind,
    is_event_subprocess,
    label,
    scope_of,
)
from engine.bpmn.extensions import extensions_of
from engine.bpmn.reading import Node, child, children, is_bpmn, local
from engine.errors import Finding

CONDITIONAL = ("exclusiveGateway", "inclusiveGateway")
LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
BEGINNING = FLOW_NODES - {"boundaryEvent"}
RACES = ("eventBasedGateway",)


def connected_flows(diagram: Diagram) -> Iterator[Finding]:
    """Require that both ends of a flow are flow nodes of the same plane."""
    for flow in diagram.flows:
        ends = [diagram.flow_nodes.get(flow.get(end, "")) for end in ("sourceRef", "targetRef")]
        if any(end is None for end in ends):
            message = f"Der Fluss {label(flow)} beginnt oder endet an keinem Element."
            yield diagram.finding("fluss-ohne-ende", flow, message)
        elif any(end is not None and scope_of(end) is not scope_of(flow) for end in ends):
            message = f"Der Fluss {label(flow)} verlässt seinen Teilprozess oder Pool."
            yield diagram.finding("fluss-ueber-grenze", flow, message)


def allowed_ends(diagram: Diagram) -> Iterator[Finding]:
    """Refuse flows into start and boundary events, and out of end events."""
    for node in diagram.all_of("startEvent", "boundaryEvent"):
        if diagram.incoming.get(node.get("id", "")):
            message = f"In das Ereignis {label(node)} darf kein Fluss führen."
            yield diagram.finding("fluss-in-ereignis", node, message)
    for node in diagram.all_of("endEvent"):
        if diagram.outgoing.get(node.get("id", "")):
            message = f"Aus dem Ende {label(node)} darf kein Fluss führen."
            yield diagram.finding("fluss-aus-ende", node, message)


def reachable(diagram: Diagram) -> Iterator[Finding]:
    """Refuse flow nodes that no token can ever reach."""
    reached = _reached(diagram)
    for element_id, node in diagram.flow_nodes.items():
        if element_id not in reached:
            message = f"{label(node)} ist von keinem Start aus erreichbar."
            yield diagram.finding("unerreichbar", node, message)


def _reached(diagram: Diagram) -> set[str]:
    todo = [each.get("id", "") for each in diagram.all_of("startEvent")]
    for ad_hoc in diagram.all_of("adHocSubProcess"):
        inner = [each.get("id", "") for each in children(ad_hoc, *BEGINNING)]
        todo += [each for each in inner if not diagram.incoming.get(each)]
    # No flow leads to these: an event begins them, a link or a compensation names them.
    todo += [
        each.get("id", "") for each in diagram.all_of("subProcess") if is_event_subprocess(each)
    ]
    todo += [
        each.get("id", "")
        for each, _ in diagram.defined("link")
        if is_bpmn(each, "intermediateCatchEvent")
    ]
    todo += [target for targets in diagram.compensations.values() for target in targets]
    reached: set[str] = set()
    while todo:
        element_id = todo.pop()
        if element_id in reached:
            continue
        reached.add(element_id)
        todo += [flow.get("targetRef", "") for flow in diagram.outgoing.get(element_id, ())]
        todo += [event.get("id", "") for event in diagram.boundaries.get(element_id, ())]
    return reached


def continued(diagram: Diagram) -> Iterator[Finding]:
    """Require a way out of gateways, start events and boundary events."""
    for node in diagram.all_of(*FLOW_NODES):
        must_go_on = local(node).endswith(("Gateway", "startEvent", "boundaryEvent"))
        if event_kind(node) == "compensate" and is_bpmn(node, "boundaryEvent"):
            continue
        if must_go_on and not diagram.outgoing.get(node.get("id", "")):
            message = f"Aus {label(node)} führt kein Fluss heraus."
            yield diagram.finding("sackgasse", node, message)


def conditions(diagram: Diagram) -> Iterator[Finding]:
    """Refuse conditions that would be ignored, and choices without them."""
    for element_id, node in diagram.flow_nodes.items():
        flows = diagram.outgoing.get(element_id, ())
        if is_bpmn(node, *CONDITIONAL, *ACTIVITIES):
            yield from _choices(diagram, node, flows)
            continue
        for flow in flows:
            if condition_of(flow) is not None:
                message = f"Die Bedingung am Fluss {label(flow)} hätte hier keine Wirkung."
                yield diagram.finding("bedingung-ohne-wirkung", flow, message)


def _choices(diagram: Diagram, node: Node, flows: tuple[Node, ...]) -> Iterator[Finding]:
    for flow in flows:
        is_default = flow.get("id") == node.get("default")
        if is_default and condition_of(flow) is not None:
            message = f"Die Bedingung am Standardfluss {label(flow)} hätte keine Wirkung."
            yield diagram.finding("bedingung-ohne-wirkung", flow, message)
        is_open = not is_default and condition_of(flow) is None
        if is_open and len(flows) > 1 and is_bpmn(node, *CONDITIONAL):
            message = f"Dem Fluss {label(flow)} fehlt die Bedingung."
            yield diagram.finding("bedingung-fehlt", flow, message)


def defaults(diagram: Diagram) -> Iterator[Finding]:
    """Refuse default flows that do not exist or have no effect."""
    for element_id, node in diagram.flow_nodes.items():
        default = node.get("default")
        if default is None:
            continue
        own = [flow.get("id") for flow in diagram.outgoing.get(element_id, ())]
        if default not in own or not _asks(diagram, node):
            message = f"Der Standardfluss von {label(node)} hat hier keine Wirkung."
            yield diagram.finding("standardfluss", node, message)


def _asks(diagram: Diagram, node: Node) -> bool:
    """Whether an element asks conditions; of an activity the flows say so."""
    if is_bpmn(node, *ACTIVITIES):
        flows = diagram.outgoing.get(node.get("id", ""), ())
        return any(condition_of(flow) is not None for flow in flows)
    return is_bpmn(node, *CONDITIONAL)


def races(diagram: Diagram) -> Iterator[Finding]:
    """Require events of their own, for which something can wait, behind an event-based gateway."""
    for node in diagram.all_of(*RACES):
        flows = diagram.outgoing.get(node.get("id", ""), ())
        if len(flows) < 2:
            message = f"{label(node)} braucht mindestens zwei Ereignisse, die es abwartet."
            yield diagram.finding("ereignis-gateway", node, message)
        for flow in flows:
            if not _is_own_event(diagram, flow.get("targetRef", "")):
                message = (
                    f"Hinter {label(node)} darf direkt nur ein Ereignis stehen, das sich abwarten "
                    "lässt (Frist, Nachricht, Signal, Bedingung) und ihm allein gehört, oder eine "
                    "Empfangsaufgabe ohne Eingaben, angeheftete Ereignisse und Wiederholung."
                )
                yield diagram.finding("ereignis-gateway", flow, message)


def _is_own_event(diagram: Diagram, element_id: str) -> bool:
    target = diagram.flow_nodes.get(element_id)
    if target is None or not is_bpmn(target, "intermediateCatchEvent", "receiveTask"):
        return False
    if extensions_of(target).inputs or diagram.boundaries.get(element_id):
        return False
    if child(target, *LOOPS) is not None:
        return False
    if event_kind(target) == "link":
        return False
    return len(diagram.incoming.get(element_id, ())) == 1
