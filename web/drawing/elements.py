"""Reads what a diagram says about its elements: kind, name, lane, event, markers, flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from web.drawing.relations import BPMN, Relations, words
from web.drawing.values import GATEWAYS, Element

NAMED_BY_CHILD = {"textAnnotation": f"{BPMN}text"}
DATA = frozenset({"dataObjectReference", "dataStoreReference"})


class Elements(Mapping[str, Element]):
    """All elements of a file by id; each is read when somebody asks for it, once."""

    def __init__(self, root: etree._Element) -> None:
        self._found = {node.get("id", ""): node for node in root.iter(f"{BPMN}*") if node.get("id")}
        self._read: dict[str, Element] = {}
        self._relations = Relations(root)
        self._defaults = {n.get("default") for n in self._found.values() if n.get("default")}
        # An inner lane stands behind its outer one in the file, so the innermost name wins.
        self._lanes = {
            (ref.text or "").strip(): words(lane.get("name"))
            for lane in root.iter(f"{BPMN}lane")
            for ref in lane.iterchildren(f"{BPMN}flowNodeRef")
        }

    def __getitem__(self, element_id: str) -> Element:
        if element_id not in self._read:
            self._read[element_id] = self._element(element_id, self._found[element_id])
        return self._read[element_id]

    def __contains__(self, element_id: object) -> bool:
        return element_id in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def of_kind(self, kind: str) -> list[Element]:
        """Return the elements of one kind, in the order of the file."""
        return [self[key] for key, node in self._found.items() if node.tag == f"{BPMN}{kind}"]

    def _element(self, key: str, node: etree._Element) -> Element:
        kind = etree.QName(node).localname
        parent = node.getparent()
        return Element(
            id=key,
            kind=kind,
            name=self._name(kind, node),
            parent=(parent.get("id") or "") if parent is not None else "",
            lane=self._lanes.get(key, ""),
            event=_event(kind, node),
            dashed=_is_dashed(kind, node),
            markers=self._markers(kind, node),
            host=node.get("attachedToRef", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            is_default=key in self._defaults,
            is_conditional=self._is_conditional(kind, node),
            direction=node.get("associationDirection", ""),
            process=node.get("processRef", ""),
            link_target=self._relations.link_target(node),
            relations=self._relations.told(node),
        )

    def _name(self, kind: str, node: etree._Element) -> str:
        if kind == "textAnnotation":
            return words(node.findtext(f"{BPMN}text"))
        if kind == "group":
            value = self._found.get(node.get("categoryValueRef", ""))
            return words(value.get("value") if value is not None else "")
        return words(node.get("name"))

    def _markers(self, kind: str, node: etree._Element) -> tuple[str, ...]:
        markers = [_repetition(child) for child in node]
        if node.get("isForCompensation") == "true":
            markers.append("compensation")
        if kind == "adHocSubProcess":
            markers.append("adhoc")
        target = self._found.get(node.get("dataObjectRef", "")) if kind in DATA else None
        if target is not None and target.get("isCollection") == "true":
            markers.append("parallel")
        return tuple(marker for marker in markers if marker)

    def _is_conditional(self, kind: str, node: etree._Element) -> bool:
        if kind != "sequenceFlow" or node.find(f"{BPMN}conditionExpression") is None:
            return False
        source = self._found.get(node.get("sourceRef", ""))
        return source is not None and etree.QName(source).localname not in GATEWAYS


def _event(kind: str, node: etree._Element) -> str:
    """Return „message“, „timer“ …, „multiple“ where there are several, else nothing."""
    if kind == "eventBasedGateway":
        return "instantiate" if node.get("instantiate") == "true" else ""
    names = [etree.QName(child).localname for child in node if isinstance(child.tag, str)]
    events = [n.removesuffix("EventDefinition") for n in names if n.endswith("EventDefinition")]
    if len(events) > 1:
        return "parallelMultiple" if node.get("parallelMultiple") == "true" else "multiple"
    return events[0] if events else ""


def _is_dashed(kind: str, node: etree._Element) -> bool:
    if kind == "boundaryEvent":
        return node.get("cancelActivity") == "false"
    if kind == "startEvent":
        return node.get("isInterrupting") == "false"
    return kind == "subProcess" and node.get("triggeredByEvent") == "true"


def _repetition(child: etree._Element) -> str:
    if child.tag == f"{BPMN}standardLoopCharacteristics":
        return "loop"
    if child.tag == f"{BPMN}participantMultiplicity":
        return "parallel"
    if child.tag != f"{BPMN}multiInstanceLoopCharacteristics":
        return ""
    return "sequential" if child.get("isSequential") == "true" else "parallel"
