"""Rules about ad-hoc sub-processes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, Diagram, label
from engine.bpmn.extensions import extensions_of
from engine.bpmn.reading import children
from engine.errors import Finding

ORDERINGS = ("Parallel", "Sequential")


def contents(diagram: Diagram) -> Iterator[Finding]:
    """Require an activity that may begin, and refuse events that a person cannot begin or end."""
    for node in diagram.all_of("adHocSubProcess"):
        inner = list(children(node, *ACTIVITIES))
        if not any(not diagram.incoming.get(each.get("id", "")) for each in inner):
            message = f"In {label(node)} gibt es keinen Schritt, mit dem begonnen werden kann."
            yield diagram.finding("ad-hoc", node, message)
        for event in children(node, "startEvent", "endEvent"):
            message = f"Im Ad-hoc-Teilprozess {label(node)} haben Start und Ende keinen Platz."
            yield diagram.finding("ad-hoc", event, message)


def settings(diagram: Diagram) -> Iterator[Finding]:
    """Refuse values that mean nothing, and results without a place to go."""
    for node in diagram.all_of("adHocSubProcess"):
        ordering = node.get("ordering", ORDERINGS[0])
        if ordering not in ORDERINGS:
            message = f"Die Angabe ordering=„{ordering}“ an {label(node)} gibt es nicht."
            yield diagram.finding("ad-hoc", node, message)
        value = extensions_of(node).value
        if bool(value("adHoc", "outputCollection")) != bool(value("adHoc", "outputElement")):
            message = "Die Angaben outputCollection und outputElement gehören zusammen."
            yield diagram.finding("ad-hoc", node, message)
