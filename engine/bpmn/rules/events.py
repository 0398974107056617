"""Rules about events: which kind may stand where, and how several are combined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.diagram import (
    ACTIVITIES,
    EVENTS,
    Diagram,
    event_definitions,
    event_kind,
    event_kinds,
    event_scope,
    is_event_subprocess,
    label,
    scope_of,
)
from engine.bpmn.reading import Node, children, is_bpmn, local
from engine.errors import Finding

AWAITED = frozenset({"conditional", "message", "signal", "timer"})
CAUGHT = frozenset({"error", "escalation"})
#: Which kinds of events the engine runs at which place.
PLACES: Mapping[str, frozenset[str]] = {
    "boundaryEvent": AWAITED | CAUGHT | {"compensate"},
    "endEvent": CAUGHT | {"compensate", "message", "none", "signal", "terminate"},
    "intermediateCatchEvent": AWAITED | {"link"},
    "intermediateThrowEvent": frozenset(
        {"compensate", "escalation", "link", "message", "none", "signal"}
    ),
    "startEvent": frozenset({"message", "none", "signal", "timer"}),
}
IN_EVENT_SUBPROCESS = AWAITED | CAUGHT | {"compensate"}
THROWN = ("endEvent", "intermediateThrowEvent")
NAMES = {
    "cancel": "Abbruch",
    "compensate": "Kompensation",
    "conditional": "Bedingung",
    "error": "Fehler",
    "escalation": "Eskalation",
    "link": "Link",
    "message": "Nachricht",
    "signal": "Signal",
    "terminate": "Beenden",
    "timer": "Frist",
}


def places(diagram: Diagram) -> Iterator[Finding]:
    """Refuse kinds of events where the engine does not run them."""
    for node in diagram.all_of(*EVENTS):
        possible = IN_EVENT_SUBPROCESS if event_scope(node) is not None else PLACES[local(node)]
        for kind in event_kinds(node) or ("none",):
            if kind not in possible:
                yield diagram.finding("ereignis-nicht-ausfuehrbar", node, _misplaced(node, kind))


def _misplaced(node: Node, kind: str) -> str:
    if kind == "conditional" and is_bpmn(node, "startEvent"):
        return (
            f"Das Verfahren kann nicht mit der Bedingung {label(node)} beginnen: Vor dem Start "
            "gibt es keine Variablen, über die sie etwas sagen könnte."
        )
    what = "ohne Auslöser" if kind == "none" else f"mit dem Auslöser „{NAMES.get(kind, kind)}“"
    return f"Ein Ereignis {what} kann hier ({label(node)}) nicht ausgeführt werden."


def several_definitions(diagram: Diagram) -> Iterator[Finding]:
    """Refuse combinations of definitions that contradict each other."""
    for node in diagram.all_of(*EVENTS):
        complaint = _contradiction(node)
        if complaint:
            message = f"Das Ereignis {label(node)} hat mehrere Auslöser. {complaint}"
            yield diagram.finding("mehrere-ausloeser", node, message)


def _contradiction(node: Node) -> str:
    kinds = event_kinds(node)
    together = node.get("parallelMultiple") == "true"
    if len(kinds) < 2:
        return "Dafür (parallelMultiple) braucht es mindestens zwei." if together else ""
    if is_bpmn(node, *THROWN):
        possible = set(kinds) <= {"escalation", "signal"}
        return "" if possible else "Zusammen auslösen lassen sich nur Signale und Eskalationen."
    if set(kinds) & {"compensate", "link"}:
        return "Kompensation und Link lassen sich nicht mit anderen verbinden."
    if together and set(kinds) & CAUGHT:
        return (
            "Auf einen Fehler oder eine Eskalation lässt sich nicht gemeinsam mit anderem warten."
        )
    if together and is_bpmn(node, "startEvent") and event_scope(node) is None:
        return "Ein Verfahren beginnt mit dem ersten; es kann nicht auf alle gemeinsam warten."
    return ""


def attachments(diagram: Diagram) -> Iterator[Finding]:
    """Require that a boundary event hangs on an activity of its own plane."""
    for node in diagram.all_of("boundaryEvent"):
        host = diagram.flow_nodes.get(node.get("attachedToRef", ""))
        if host is None or not _can_be_host(host) or scope_of(host) is not scope_of(node):
            message = f"Das Ereignis {label(node)} hängt an keinem Schritt."
            yield diagram.finding("anhaftung", node, message)


def _can_be_host(node: Node) -> bool:
    return is_bpmn(node, *ACTIVITIES) and not is_event_subprocess(node)


def starts(diagram: Diagram) -> Iterator[Finding]:
    """Require starts that say which one is meant."""
    for process in diagram.processes:
        yield from _process_starts(diagram, process)
    for inner in diagram.all_of("subProcess"):
        found = list(children(inner, "startEvent"))
        if is_event_subprocess(inner):
            if len(found) != 1:
                message = f"{label(inner)} braucht genau ein Startereignis mit Auslöser."
                yield diagram.finding("start", inner, message)
        elif len(found) != 1 or event_kind(found[0]) != "none":
            message = f"{label(inner)} braucht genau ein Startereignis ohne Auslöser."
            yield diagram.finding("start", inner, message)


def _process_starts(diagram: Diagram, process: Node) -> Iterator[Finding]:
    found = list(children(process, "startEvent"))
    if not found:
        message = f"Dem Verfahren {label(process)} fehlt ein Startereignis."
        yield diagram.finding("start", process, message)
    if len([each for each in found if event_kind(each) == "none"]) > 1:
        message = f"Das Verfahren {label(process)} hat mehrere Startereignisse ohne Auslöser."
        yield diagram.finding("start", process, message)
    for attribute, what in (("messageRef", "Nachricht"), ("signalRef", "Signal")):
        definitions = (each for start in found for each in event_definitions(start))
        references = [ref for each in definitions if (ref := each.get(attribute))]
        if len(set(references)) < len(references):
            article = "dieselbe" if what == "Nachricht" else "dasselbe"
            message = f"Zwei Startereignisse warten auf {article} {what}."
            yield diagram.finding("start", process, message)


def event_subprocesses(diagram: Diagram) -> Iterator[Finding]:
    """Refuse flows and loops at event sub-processes, and interruption where nothing is running."""
    for node in diagram.all_of("subProcess"):
        element_id = node.get("id", "")
        flows = (*diagram.incoming.get(element_id, ()), *diagram.outgoing.get(element_id, ()))
        if is_event_subprocess(node) and (flows or _is_repeated(node)):
            message = (
                f"Der Ereignis-Teilprozess {label(node)} beginnt nur durch sein Ereignis: An ihm "
                "gibt es weder Flüsse noch Wiederholungen."
            )
            yield diagram.finding("ereignis-teilprozess", node, message)
    for node in diagram.all_of("startEvent"):
        if node.get("isInterrupting") == "false" and event_scope(node) is None:
            message = f"Das Startereignis {label(node)} kann nichts unterbrechen (isInterrupting)."
            yield diagram.finding("ereignis-teilprozess", node, message)


def _is_repeated(node: Node) -> bool:
    return any(local(each).endswith("LoopCharacteristics") for each in node)
