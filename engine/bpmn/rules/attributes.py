"""The rule about attributes of BPMN elements: one that the standard does not know says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.diagram import Diagram, label
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


def known_attributes(diagram: Diagram) -> Iterator[Finding]:
    """Refuse attributes that the standard does not know: a slip of the pen would go unseen."""
    for node in diagram.all_of():
        for name in map(str, node.attrib):
            if not name.startswith("{") and name not in KNOWN:
                similar = get_close_matches(name, KNOWN, n=1)
                hint = f" Gemeint ist vermutlich „{similar[0]}“." if similar else ""
                message = f"Die Angabe „{name}“ an {label(node)} gibt es in BPMN nicht.{hint}"
                yield diagram.finding("unbekannte-angabe", node, message)
