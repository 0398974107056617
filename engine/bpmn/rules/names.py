"""Rules about what may stand in a diagram at all: elements, attributes, ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.diagram import FLOW_NODES, Diagram, label
from engine.bpmn.reading import Node, is_bpmn, local, namespace
from engine.errors import Finding

#: Elements that change nothing at run time; they are drawn for readers.
DOCUMENTATION = frozenset(
    {
        "association",
        "category",
        "categoryValue",
        "collaboration",
        "dataInput",
        "dataInputAssociation",
        "dataInputRefs",
        "dataObject",
        "dataObjectReference",
        "dataOutput",
        "dataOutputAssociation",
        "dataOutputRefs",
        "dataState",
        "dataStore",
        "dataStoreReference",
        "documentation",
        "group",
        "inputSet",
        "ioSpecification",
        "itemDefinition",
        "lane",
        "laneSet",
        "childLaneSet",
        "flowNodeRef",
        "messageFlow",
        "outputSet",
        "participant",
        "property",
        "sourceRef",
        "targetRef",
        "text",
        "textAnnotation",
    }
)
#: Elements that say something about the flow node or flow they stand in.
PARTS = frozenset(
    {
        "compensateEventDefinition",
        "completionCondition",
        "condition",
        "conditionExpression",
        "conditionalEventDefinition",
        "error",
        "errorEventDefinition",
        "escalation",
        "escalationEventDefinition",
        "extensionElements",
        "incoming",
        "linkEventDefinition",
        "loopCardinality",
        "loopCondition",
        "message",
        "messageEventDefinition",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "process",
        "sequenceFlow",
        "signal",
        "signalEventDefinition",
        "standardLoopCharacteristics",
        "terminateEventDefinition",
        "timeCycle",
        "timeDate",
        "timeDuration",
        "timerEventDefinition",
    }
)
KNOWN = FLOW_NODES | DOCUMENTATION | PARTS

#: What helps instead of an attribute that is refused.
INSTEAD = {
    "instantiate": " Zeichnen Sie stattdessen für jede Nachricht ein Startereignis.",
}

#: Attributes that would change the meaning, with the only value that the engine runs.
FIXED = {
    "behavior": "All",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "instantiate": "false",
    "startQuantity": "1",
}


def unknown_elements(diagram: Diagram) -> Iterator[Finding]:
    """Refuse every BPMN element that the engine does not know."""
    for node in _relevant(diagram):
        if is_bpmn(node) and local(node) not in KNOWN:
            message = f"Das Element „{local(node)}“ kann nicht ausgeführt werden."
            yield diagram.finding("unbekanntes-element", node, message)
        elif namespace(node) == "":
            message = f"„{local(node)}“ gehört zu keinem bekannten Standard."
            yield diagram.finding("unbekanntes-element", node, message)


def _relevant(diagram: Diagram) -> Iterator[Node]:
    """Yield the content of executable processes and the declarations around them."""
    yield from (each for each in diagram.root if not is_bpmn(each, "process"))
    for process in diagram.processes:
        yield from process.iter("*")


def fixed_attributes(diagram: Diagram) -> Iterator[Finding]:
    """Refuse attributes whose meaning would be ignored."""
    for node in diagram.all_of():
        for name, only in FIXED.items():
            if node.get(name, only) != only:
                message = f"Die Angabe {name}=„{node.get(name)}“ kann nicht ausgeführt werden."
                message += INSTEAD.get(name, "")
                yield diagram.finding("unbekannte-angabe", node, message)


def identified(diagram: Diagram) -> Iterator[Finding]:
    """Require an id of every flow node, flow and process, each only once."""
    needing = [*diagram.all_of(*FLOW_NODES, "sequenceFlow"), *diagram.processes]
    for node in needing:
        if not node.get("id"):
            message = f"Dem Element {label(node)} ({local(node)}) fehlt die Id."
            yield diagram.finding("id-fehlt", node, message)
    counted = Counter(each.get("id") for each in diagram.root.iter("*") if each.get("id"))
    for element_id, count in counted.items():
        if count > 1:
            message = f"Die Id „{element_id}“ kommt mehrfach vor."
            yield Finding(
                file=diagram.file, message=message, element_id=str(element_id), rule="id-doppelt"
            )


def executable(diagram: Diagram) -> Iterator[Finding]:
    """Require a process that can be run."""
    if not diagram.processes:
        message = "Das Diagramm enthält kein ausführbares Verfahren (isExecutable)."
        yield diagram.finding("nicht-ausfuehrbar", None, message)
