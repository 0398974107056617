"""Rules about loops and multi-instance: how often, over what, and where results go."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, Diagram, label
from engine.bpmn.expressions import is_feel
from engine.bpmn.extensions import extensions_of
from engine.bpmn.reading import Node, child, children, is_bpmn, local, text_of
from engine.errors import Finding

MULTI = "multiInstanceLoopCharacteristics"
STANDARD = "standardLoopCharacteristics"

#: Parts of elements, and where somebody reads them.
PLACES = {
    "completionCondition": (MULTI, "adHocSubProcess"),
    "loopCardinality": (MULTI,),
    "loopCondition": (STANDARD,),
}


def repeated(diagram: Diagram) -> Iterator[Finding]:
    """Refuse loops where nothing can be repeated, or two at one element."""
    for loop in diagram.all_of(MULTI, STANDARD):
        owner = loop.getparent()
        if owner is None or not is_bpmn(owner, *ACTIVITIES):
            message = "Eine Mehrfachausführung ist nur an Aufgaben und Teilprozessen möglich."
            yield diagram.finding("mehrfach", loop, message)
        elif len(list(children(owner, MULTI, STANDARD))) > 1:
            message = f"{label(owner)} hat mehrere Angaben zur Wiederholung. Erlaubt ist eine."
            yield diagram.finding("mehrfach", loop, message)


def multi_instances(diagram: Diagram) -> Iterator[Finding]:
    """Require a list or a number, and results with a place to go."""
    for loop in diagram.all_of(MULTI):
        value = extensions_of(loop).value
        name = "loopCharacteristics"
        cardinality = text_of(child(loop, "loopCardinality"))
        if bool(value(name, "inputCollection")) == bool(cardinality):
            message = (
                "Die Mehrfachaufgabe braucht entweder eine Liste (inputCollection) "
                "oder eine Anzahl (loopCardinality)."
            )
            yield diagram.finding("mehrfach", loop, message)
        if cardinality and value(name, "inputElement"):
            message = "Die Angabe inputElement hat ohne Liste (inputCollection) keine Wirkung."
            yield diagram.finding("mehrfach", loop, message)
        if cardinality and not is_feel(cardinality) and not _is_number(cardinality):
            message = "Die Anzahl (loopCardinality) ist keine ganze Zahl und kein Ausdruck."
            yield diagram.finding("mehrfach", loop, message)
        if bool(value(name, "outputCollection")) != bool(value(name, "outputElement")):
            message = "Die Angaben outputCollection und outputElement gehören zusammen."
            yield diagram.finding("mehrfach", loop, message)


def own_lists(diagram: Diagram) -> Iterator[Finding]:
    """Refuse lists of results that a loop around is just collecting under the same name."""
    for node in diagram.all_of(*ACTIVITIES):
        names = _lists(node)
        # To look for the lists of a scope costs a look at all that it holds.
        around = node.iterancestors() if names else ()
        taken = [name for outer in around for name in _lists(outer)]
        for number, name in enumerate(names):
            if name in taken or name in names[:number]:
                message = (
                    f"Die Ergebnisliste „{name}“ an {label(node)} sammelt schon eine umgebende "
                    "Wiederholung. Jede braucht einen eigenen Namen."
                )
                yield diagram.finding("ergebnisliste", node, message)


def _lists(node: Node) -> list[str]:
    """Return the lists that a step collects, outermost first."""
    loop = child(node, MULTI)
    of_loop = (
        extensions_of(loop).value("loopCharacteristics", "outputCollection")
        if loop is not None
        else None
    )
    found = (of_loop, extensions_of(node).value("adHoc", "outputCollection"))
    return [name for name in found if name]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def standard_loops(diagram: Diagram) -> Iterator[Finding]:
    """Require something that ends a loop."""
    for loop in diagram.all_of(STANDARD):
        maximum = loop.get("loopMaximum")
        if maximum is None and not text_of(child(loop, "loopCondition")):
            message = (
                "Die Schleife endet nie. Sie braucht eine Bedingung (loopCondition) "
                "oder eine Höchstzahl (loopMaximum)."
            )
            yield diagram.finding("schleife", loop, message)
        if maximum is not None and (not _is_number(maximum) or int(maximum) == 0):
            message = "Die Höchstzahl der Schleife (loopMaximum) ist keine ganze Zahl ab 1."
            yield diagram.finding("schleife", loop, message)


def in_places(diagram: Diagram) -> Iterator[Finding]:
    """Refuse parts of elements that stand where nobody reads them."""
    for node in diagram.all_of(*PLACES):
        owner = node.getparent()
        if owner is None or not _reads(owner, node):
            message = f"„{local(node)}“ hat hier keine Wirkung."
            yield diagram.finding("unbekannte-angabe", node, message)


def _reads(owner: Node, node: Node) -> bool:
    return is_bpmn(owner, *PLACES[local(node)])
