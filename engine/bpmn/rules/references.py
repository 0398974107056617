"""Rules about references in what is drawn for readers: whatever is named must be in the file.

Such parts change nothing at run time, but a reference into nothing shows that the file is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.diagram import FLOW_NODES, Diagram, label
from engine.bpmn.reading import Node, is_bpmn, local, text_of
from engine.errors import Finding

#: Attributes that name another element, for each kind of element; True: they must be there.
ATTRIBUTES: Mapping[str, Mapping[str, bool]] = {
    "association": {"sourceRef": True, "targetRef": True},
    "dataObjectReference": {"dataObjectRef": False},
    "dataStoreReference": {"dataStoreRef": False},
    "group": {"categoryValueRef": False},
    "messageFlow": {"messageRef": False, "sourceRef": True, "targetRef": True},
    "participant": {"processRef": False},
}
#: Children whose text names another element, for each kind of element.
TEXTS: Mapping[str, tuple[str, ...]] = {
    "dataInputAssociation": ("sourceRef", "targetRef"),
    "dataOutputAssociation": ("sourceRef", "targetRef"),
    "lane": ("flowNodeRef",),
}
_MESSAGE_ENDS = FLOW_NODES | {"participant"}


def known(diagram: Diagram) -> Iterator[Finding]:
    """Refuse references to what is not in the file."""
    ids = {each.get("id") for each in diagram.root.iter("*") if each.get("id")}
    for node in _drawn(diagram):
        for reference in _references(node):
            if reference not in ids:
                what = f"verweist auf „{reference}“. Das gibt es im Diagramm nicht."
                message = (
                    f"{_title(node)} {what}" if reference else f"{_title(node)} führt ins Leere."
                )
                yield diagram.finding("verweis", node, message)


def _drawn(diagram: Diagram) -> Iterator[Node]:
    wanted = ATTRIBUTES.keys() | TEXTS.keys()
    return (node for node in diagram.root.iter("*") if is_bpmn(node, *wanted))


def _references(node: Node) -> Iterator[str]:
    for name, is_needed in ATTRIBUTES.get(local(node), {}).items():
        reference = node.get(name)
        if is_needed or reference is not None:
            yield reference or ""
    names = TEXTS.get(local(node), ())
    yield from (text_of(each) for each in node if names and is_bpmn(each, *names))


def _title(node: Node) -> str:
    return f"{NAMES[local(node)]} {label(node)}"


NAMES = {
    "association": "Die Verbindung",
    "dataInputAssociation": "Der Datenfluss",
    "dataObjectReference": "Das Datenobjekt",
    "dataOutputAssociation": "Der Datenfluss",
    "dataStoreReference": "Der Datenspeicher",
    "group": "Die Gruppe",
    "lane": "Die Bahn",
    "messageFlow": "Der Nachrichtenfluss",
    "participant": "Der Pool",
}


def message_ends(diagram: Diagram) -> Iterator[Finding]:
    """Refuse message flows that do not lead from pool to pool, or from step to step."""
    ends = {each.get("id"): each for each in diagram.root.iter("*") if each.get("id")}
    for flow in diagram.root.iter("*"):
        if not is_bpmn(flow, "messageFlow"):
            continue
        for name in ("sourceRef", "targetRef"):
            end = ends.get(flow.get(name, ""))
            if end is not None and not is_bpmn(end, *_MESSAGE_ENDS):
                message = f"{_title(flow)} endet weder an einem Pool noch an einem Schritt."
                yield diagram.finding("verweis", flow, message)
