"""The `zeebe:` extension elements of one BPMN element, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.model import VariableMapping
from engine.bpmn.reading import ZEEBE, Node, extension_nodes, local, namespace

#: Every extension element that is understood, with the attributes that are.
KNOWN: Mapping[str, frozenset[str]] = {
    "adHoc": frozenset({"activeElementsCollection", "outputCollection", "outputElement"}),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "calledDecision": frozenset({"bindingType", "decisionId", "resultVariable", "versionTag"}),
    "calledElement": frozenset(
        {
            "processId",
            "bindingType",
            "versionTag",
            "propagateAllChildVariables",
            "propagateAllParentVariables",
        }
    ),
    "conditionalFilter": frozenset({"variableEvents", "variableNames"}),
    "formDefinition": frozenset({"bindingType", "formId", "versionTag"}),
    "ioMapping": frozenset(),
    "loopCharacteristics": frozenset(
        {"inputCollection", "inputElement", "outputCollection", "outputElement"}
    ),
    "priorityDefinition": frozenset({"priority"}),
    "properties": frozenset(),
    "script": frozenset({"expression", "resultVariable"}),
    "subscription": frozenset({"correlationKey"}),
    "taskDefinition": frozenset({"type", "retries"}),
    "taskHeaders": frozenset(),
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "userTask": frozenset(),
    "versionTag": frozenset({"value"}),
}

#: What may stand inside an extension element, with its attributes.
PARTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "ioMapping": (frozenset({"input", "output"}), frozenset({"source", "target"})),
    "properties": (frozenset({"property"}), frozenset({"name", "value"})),
    "taskHeaders": (frozenset({"header"}), frozenset({"key", "value"})),
}


@dataclass(frozen=True)
class Extensions:
    """What the extension elements of one BPMN element say."""

    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def value(self, element: str, attribute: str) -> str | None:
        """Return an attribute of an extension element, or None where it is missing or empty."""
        return self.attributes.get(element, {}).get(attribute) or None


def extensions_of(node: Node) -> Extensions:
    """Read the zeebe extension elements of a BPMN element."""
    found = {local(each): each for each in extension_nodes(node) if namespace(each) == ZEEBE}
    return Extensions(
        attributes={name: _attributes(each) for name, each in found.items()},
        inputs=_mappings(found.get("ioMapping"), "input"),
        outputs=_mappings(found.get("ioMapping"), "output"),
        headers=_pairs(found.get("taskHeaders"), "key"),
        properties=_pairs(found.get("properties"), "name"),
    )


def _attributes(node: Node) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


def _mappings(node: Node | None, kind: str) -> tuple[VariableMapping, ...]:
    lines = () if node is None else tuple(each for each in node if local(each) == kind)
    return tuple(
        VariableMapping(source=each.get("source", ""), target=each.get("target", ""))
        for each in lines
    )


def _pairs(node: Node | None, key: str) -> Mapping[str, str]:
    return {} if node is None else {each.get(key, ""): each.get("value", "") for each in node}
