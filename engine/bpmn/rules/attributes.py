"""Rules about attributes of BPMN elements: what nobody reads would say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.diagram import Diagram, label
from engine.bpmn.reading import is_bpmn
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
