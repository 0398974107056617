"""Rules about events that belong to something else without a flow: links and compensation."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.diagram import (
    ACTIVITIES,
    SUB_PROCESSES,
    Diagram,
    event_kind,
    event_scope,
    is_event_subprocess,
    label,
    link_key,
    scope_of,
)
from engine.bpmn.reading import Node, child, children, is_bpmn
from engine.errors import Finding


def links(diagram: Diagram) -> Iterator[Finding]:
    """Require that each link leads to one place in its own plane, and nothing else does."""
    for node, definition in diagram.defined("link"):
        key = link_key(node, definition)
        if not key[1]:
            yield diagram.finding("link", node, f"Dem Link {label(node)} fehlt der Name.")
            continue
        ends = diagram.links[key]
        targets = [each for each in ends if is_bpmn(each, "intermediateCatchEvent")]
        if len(targets) != 1 or len(ends) == 1:
            message = (
                f"Der Link „{key[1]}“ braucht im selben Verfahren oder Teilprozess genau ein Ziel "
                "und mindestens eine Stelle, die dorthin führt."
            )
            yield diagram.finding("link", node, message)
        side = diagram.incoming if is_bpmn(node, "intermediateCatchEvent") else diagram.outgoing
        if side.get(node.get("id", "")):
            message = f"Am Link {label(node)} gibt es auf dieser Seite keinen Fluss."
            yield diagram.finding("link", node, message)


def compensations(diagram: Diagram) -> Iterator[Finding]:
    """Require one activity that undoes, and something that can be undone where it is thrown."""
    for node, definition in diagram.defined("compensate"):
        complaint = ""
        if is_bpmn(node, "boundaryEvent"):
            complaint = _attached(diagram, node)
        elif is_bpmn(node, "startEvent"):
            complaint = _begins(node)
        elif not _can_undo(diagram, node, definition.get("activityRef")):
            complaint = "nennt keinen Schritt seiner Ebene, der rückgängig gemacht werden kann."
        if complaint:
            message = f"Die Kompensation {label(node)} {complaint}"
            yield diagram.finding("kompensation", node, message)
    yield from _undoing(diagram)


def _attached(diagram: Diagram, node: Node) -> str:
    event_id = node.get("id", "")
    if diagram.outgoing.get(event_id):
        return "führt über keinen Fluss weiter, sondern über eine Verbindung (association)."
    if not _is_only_one(diagram, node):
        return "ist nicht die einzige an ihrem Schritt."
    targets = diagram.compensations.get(event_id, ())
    handlers = [diagram.flow_nodes.get(each) for each in targets]
    if len(handlers) != 1 or not _is_handler(handlers[0], scope_of(node)):
        return "braucht genau einen Schritt (isForCompensation), mit dem sie verbunden ist."
    return ""


def _is_only_one(diagram: Diagram, node: Node) -> bool:
    around = diagram.boundaries.get(node.get("attachedToRef", ""), ())
    return [event_kind(each) for each in around].count("compensate") == 1


def _is_handler(node: Node | None, scope: Node | None) -> bool:
    if node is None or scope_of(node) is not scope:
        return False
    return is_bpmn(node, *ACTIVITIES) and node.get("isForCompensation") == "true"


def _begins(node: Node) -> str:
    inner = event_scope(node)
    around = scope_of(inner) if inner is not None else None
    if around is None or is_bpmn(around, "process") or is_event_subprocess(around):
        return "kann hier nie beginnen: Rückgängig gemacht wird nur ein fertiger Teilprozess."
    others = [each for each in children(around, "subProcess") if is_event_subprocess(each)]
    starts = [child(each, "startEvent") for each in others]
    kinds = [event_kind(each) for each in starts if each is not None]
    return "ist nicht die einzige in ihrem Teilprozess." if kinds.count("compensate") > 1 else ""


def _can_undo(diagram: Diagram, node: Node, activity: str | None) -> bool:
    if activity is None:
        return True
    target = diagram.flow_nodes.get(activity)
    if target is None or scope_of(target) not in _planes(node):
        return False
    kinds = [event_kind(each) for each in diagram.boundaries.get(activity, ())]
    return "compensate" in kinds or is_bpmn(target, *SUB_PROCESSES)


def _planes(node: Node) -> list[Node | None]:
    """Return where a throwing event may look: its plane and, from an event sub-process, around."""
    planes = [scope_of(node)]
    while planes[-1] is not None and is_event_subprocess(planes[-1]):
        planes.append(scope_of(planes[-1]))
    return planes


def _undoing(diagram: Diagram) -> Iterator[Finding]:
    connected = {each for found in diagram.compensations.values() for each in found}
    for node in diagram.all_of(*ACTIVITIES):
        element_id = node.get("id", "")
        if node.get("isForCompensation") != "true":
            continue
        flows = (*diagram.incoming.get(element_id, ()), *diagram.outgoing.get(element_id, ()))
        if flows or element_id not in connected:
            message = (
                f"{label(node)} macht etwas rückgängig (isForCompensation): Dorthin führt nur die "
                "Verbindung von einem Kompensationsereignis, und kein Fluss."
            )
            yield diagram.finding("kompensation", node, message)
