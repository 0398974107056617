"""Rules about attributes of BPMN elements: what nobody reads would say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.diagram import Diagram, label
from engine.bpmn.reading import children, is_bpmn, local
from engine.errors import Finding

#: What the standard knows at the elements that the engine runs or that are only drawn.
KNOWN = frozenset(
    {
        "activityRef",
        "associationDirection",
        "attachedToRef",
        "behavior",
        "calledElement",
        "cancelActivity",
        "cancelRemainingInstances",
        "capacity",
        "categoryValueRef",
        "completionQuantity",
        "dataObjectRef",
        "dataStoreRef",
        "default",
        "definitionalCollaborationRef",
        "errorRef",
        "escalationRef",
        "eventGatewayType",
        "evaluatesToTypeRef",
        "gatewayDirection",
        "id",
        "implementation",
        "instantiate",
        "isClosed",
        "isCollection",
        "isExecutable",
        "isForCompensation",
        "isImmediate",
        "isInterrupting",
        "isSequential",
        "isUnlimited",
        "itemSubjectRef",
        "language",
        "loopMaximum",
        "messageRef",
        "method",
        "name",
        "noneBehaviorEventRef",
        "oneBehaviorEventRef",
        "operationRef",
        "ordering",
        "parallelMultiple",
        "partitionElementRef",
        "processType",
        "scriptFormat",
        "signalRef",
        "sourceRef",
        "startQuantity",
        "targetRef",
        "testBefore",
        "textFormat",
        "triggeredByEvent",
        "value",
        "waitForCompletion",
    }
)
#: Where else these stand, nobody would read them.
PLACES = {
    "attachedToRef": ("boundaryEvent",),
    "cancelActivity": ("boundaryEvent",),
    "isInterrupting": ("startEvent",),
    "isSequential": ("multiInstanceLoopCharacteristics",),
    "triggeredByEvent": ("subProcess",),
}
#: What XML Schema lets say in two ways, and we in one: "0" must not be taken for true.
SWITCHES = (
    "cancelActivity",
    "cancelRemainingInstances",
    "instantiate",
    "isExecutable",
    "isForCompensation",
    "isInterrupting",
    "isSequential",
    "parallelMultiple",
    "testBefore",
    "triggeredByEvent",
    "waitForCompletion",
)
EXPRESSIONS = (
    "completionCondition",
    "condition",
    "conditionExpression",
    "loopCardinality",
    "loopCondition",
    "timeCycle",
    "timeDate",
    "timeDuration",
)


def known_attributes(diagram: Diagram) -> Iterator[Finding]:
    """Refuse attributes that the standard does not know: a slip of the pen would go unseen."""
    for node in diagram.all_of():
        for name in map(str, node.attrib):
            if not name.startswith("{") and name not in KNOWN:
                similar = get_close_matches(name, KNOWN, n=1)
                hint = f" Gemeint ist vermutlich „{similar[0]}“." if similar else ""
                message = f"Die Angabe „{name}“ an {label(node)} gibt es in BPMN nicht.{hint}"
                yield diagram.finding("unbekannte-angabe", node, message)


def attributes_in_place(diagram: Diagram) -> Iterator[Finding]:
    """Refuse attributes of another kind of element."""
    for node in diagram.all_of():
        for name, places in PLACES.items():
            if node.get(name) is not None and not is_bpmn(node, *places):
                message = f"Die Angabe „{name}“ hat an {label(node)} keine Wirkung."
                yield diagram.finding("unbekannte-angabe", node, message)


def switches(diagram: Diagram) -> Iterator[Finding]:
    """Refuse other words than true and false: some would be taken for the opposite."""
    processes = children(diagram.root, "process")
    others = (each for each in processes if each not in diagram.processes)
    for node in (*others, *diagram.all_of()):
        for name in SWITCHES:
            if node.get(name) not in (None, "true", "false"):
                message = (
                    f"Die Angabe {name}=„{node.get(name)}“ an {label(node)} ist weder „true“ noch "
                    "„false“."
                )
                yield diagram.finding("unbekannte-angabe", node, message)


def languages(diagram: Diagram) -> Iterator[Finding]:
    """Refuse expressions in another language than FEEL."""
    for node in diagram.all_of(*EXPRESSIONS):
        language = node.get("language")
        if language and "feel" not in language.lower():
            message = f"„{local(node)}“ ist in „{language}“ geschrieben. Lotse liest nur FEEL."
            yield diagram.finding("ausdruck", node, message)
