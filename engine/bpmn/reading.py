"""The elements of a diagram's XML, by their BPMN names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from engine import hostile_xml
from engine.errors import DefinitionInvalid, Finding
from engine.hostile_xml import XmlRefused

Node: TypeAlias = etree._Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_PREFIX = f"{{{BPMN}}}"
#: What the standard writes as a qualified name. The ends of a sequence flow are plain ids.
QUALIFIED = frozenset(
    {
        "activityRef",
        "attachedToRef",
        "bpmnElement",
        "categoryValueRef",
        "dataStoreRef",
        "errorRef",
        "escalationRef",
        "messageRef",
        "processRef",
        "signalRef",
    }
)
QUALIFIED_ENDS = ("association", "messageFlow")
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def read(xml: bytes, *, file: str) -> Node:
    """Return the root of a BPMN file; raise DefinitionInvalid if it is not one, or is too large."""
    try:
        root = hostile_xml.parsed(xml)
    except XmlRefused as refused:
        raise _refused(file, refused.message) from None
    if namespace(root) != BPMN or local(root) != "definitions":
        raise _refused(file, "Die Datei ist kein BPMN-Diagramm (BPMN 2.0).")
    resolve(root)
    return root


def resolve(root: Node) -> None:
    """Leave the plain id of each reference that is written as a qualified name.

    As in Camunda the prefix is not asked for its namespace: there are no other files to refer to.
    """
    ids = {node.get("id") for node in root.iter("*")}
    for node in root.iter("*"):
        ends = ("sourceRef", "targetRef") if is_bpmn(node, *QUALIFIED_ENDS) else ()
        for name in QUALIFIED.union(ends).intersection(map(str, node.keys())):
            reference = node.get(name, "")
            if reference not in ids:
                node.set(name, reference.rpartition(":")[2])


def _refused(file: str, message: str) -> DefinitionInvalid:
    return DefinitionInvalid([Finding(file=file, message=message, rule="bpmn-datei")])


def namespace(node: Node) -> str:
    """Return the namespace of an element, "" for none."""
    uri, brace, _ = str(node.tag).rpartition("}")
    return uri[1:] if brace else ""


def local(node: Node) -> str:
    """Return the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def is_bpmn(node: Node, *names: str) -> bool:
    """Whether a node is one of these BPMN elements; without names, any BPMN element."""
    tag = str(node.tag)
    return tag.startswith(_PREFIX) and (not names or tag[len(_PREFIX) :] in names)


def children(node: Node, *names: str) -> Iterator[Node]:
    """Yield the direct children that are one of these BPMN elements."""
    return (child for child in node if is_bpmn(child, *names))


def child(node: Node, *names: str) -> Node | None:
    """Return the first direct child that is one of these BPMN elements, or None."""
    return next(children(node, *names), None)


def text_of(node: Node | None) -> str:
    """Return the trimmed text of an element, "" where there is none."""
    return (node.text or "").strip() if node is not None else ""


def extension_nodes(node: Node) -> Iterator[Node]:
    """Yield what stands directly in the element's extensionElements."""
    for extensions in children(node, "extensionElements"):
        yield from extensions
