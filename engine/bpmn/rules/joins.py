"""The rule about parallel gateways that wait for tokens which never come together.

What tokens may do is taken generously: every condition may hold, every event may happen, an
inclusive join lets each token pass, a termination leaves the others alone. So a gateway is refused
only if no case at all could pass it; where that stays open, the running case gets an incident.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.diagram import (
    ACTIVITIES,
    FLOW_NODES,
    Diagram,
    event_definitions,
    event_kind,
    label,
    link_key,
)
from engine.bpmn.meetings import Change, Meetings, TooMuch
from engine.bpmn.reading import Node, is_bpmn
from engine.errors import Finding

ONE_WAY = ("eventBasedGateway", "exclusiveGateway")
#: Where each token of a process or sub-process comes from; no id is empty.
ORIGIN = ""


def meeting(diagram: Diagram) -> Iterator[Finding]:
    """Refuse parallel gateways where some of the flows never bring their tokens together.

    The contents of ad-hoc sub-processes are left alone: people may begin anything at any time.
    """
    joins = [node for node in diagram.all_of("parallelGateway") if _is_join(diagram, node)]
    if not joins:
        return
    try:
        meetings = Meetings(_changes(diagram), ORIGIN)
    except TooMuch:
        return
    for node in joins:
        flows = _incoming(diagram, node)
        apart = meetings.apart(tuple(flows))
        if apart and any(map(meetings.reached, flows)):
            message = _complaint(diagram, node, [flows[each] for each in apart])
            yield diagram.finding("zusammenfuehrung", node, message)


def _complaint(diagram: Diagram, node: Node, flows: list[Node]) -> str:
    ways = " und ".join(f"den Fluss {label(flow)}{_origin(diagram, flow)}" for flow in flows)
    if len(flows) == 1:
        return (
            f"{label(node)} wartet auf {ways}, über den nie etwas ankommt: Hier ginge es nie "
            "weiter. Führt er hierher zurück, so setzen Sie ein exklusives Gateway davor, in dem "
            "er endet."
        )
    return (
        f"{label(node)} wartet auf {ways}, aber nie kommt über beide etwas an: Hier ginge es nie "
        "weiter. Führen Sie Wege, von denen nur einer genommen wird, mit einem exklusiven Gateway "
        "zusammen."
    )


def _origin(diagram: Diagram, flow: Node) -> str:
    source = diagram.flow_nodes.get(flow.get("sourceRef", ""))
    return f" (von {label(source)})" if source is not None else ""


def _is_join(diagram: Diagram, node: Node) -> bool:
    flows = diagram.incoming.get(node.get("id", ""), ())
    return is_bpmn(node, "parallelGateway") and len(flows) > 1


def _incoming(diagram: Diagram, node: Node) -> dict[str, Node]:
    return {flow.get("id", ""): flow for flow in diagram.incoming[node.get("id", "")]}


def _changes(diagram: Diagram) -> Iterator[Change]:
    """Yield what tokens may do: they rest in nodes, and in the flows into a join.

    One token begins in one of the scopes, so that tokens of different scopes never meet.
    """
    for node in diagram.all_of(*FLOW_NODES):
        element_id = node.get("id", "")
        if is_bpmn(node, "startEvent"):
            yield Change((ORIGIN,), (element_id,))
        takes = tuple(_incoming(diagram, node)) if _is_join(diagram, node) else (element_id,)
        for way in filter(None, _ways(diagram, node)):
            yield Change(takes, tuple(_place(diagram, flow) for flow in way))
        for event in diagram.boundaries.get(element_id, ()):
            stays = (element_id,) if event.get("cancelActivity") == "false" else ()
            yield Change((element_id,), (event.get("id", ""), *stays))
        yield from (Change((element_id,), (target,)) for target in _linked(diagram, node))


def _ways(diagram: Diagram, node: Node) -> list[tuple[Node, ...]]:
    """Return the flows that may be taken together; what takes fewer of them adds nothing."""
    flows = diagram.outgoing.get(node.get("id", ""), ())
    if is_bpmn(node, *ONE_WAY):
        return [(flow,) for flow in flows]
    if is_bpmn(node, "inclusiveGateway", *ACTIVITIES):
        default = tuple(flow for flow in flows if flow.get("id") == node.get("default"))
        asked = tuple(flow for flow in flows if flow not in default)
        return [default, asked]
    return [flows]


def _place(diagram: Diagram, flow: Node) -> str:
    target = diagram.flow_nodes.get(flow.get("targetRef", ""))
    is_awaited = target is not None and _is_join(diagram, target)
    return flow.get("id" if is_awaited else "targetRef", "")


def _linked(diagram: Diagram, node: Node) -> list[str]:
    """Return where a thrown link leads."""
    if not is_bpmn(node, "intermediateThrowEvent") or event_kind(node) != "link":
        return []
    (definition,) = event_definitions(node)
    ends = diagram.links[link_key(node, definition)]
    return [each.get("id", "") for each in ends if is_bpmn(each, "intermediateCatchEvent")]
