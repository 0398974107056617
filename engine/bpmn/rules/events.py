"""Rules about events: which kind may stand where, and what it must say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn import timers
from engine.bpmn.definitions import TIMER_KINDS
from engine.bpmn.diagram import (
    ACTIVITIES,
    EVENTS,
    Diagram,
    event_definitions,
    event_kind,
    label,
    message_reference,
    scope_of,
)
from engine.bpmn.expressions import is_feel
from engine.bpmn.extensions import extensions_of
from engine.bpmn.reading import Node, children, is_bpmn, local, text_of
from engine.errors import Finding

#: Which kinds of events the engine runs at which place.
PLACES: Mapping[str, frozenset[str]] = {
    "boundaryEvent": frozenset({"error", "message", "timer"}),
    "endEvent": frozenset({"error", "message", "none", "terminate"}),
    "intermediateCatchEvent": frozenset({"message", "timer"}),
    "intermediateThrowEvent": frozenset({"message", "none"}),
    "startEvent": frozenset({"message", "none", "timer"}),
}
NAMES = {"none": "ohne Auslöser"}
_CATCHING = ("boundaryEvent", "intermediateCatchEvent", "receiveTask")


def places(diagram: Diagram) -> Iterator[Finding]:
    """Refuse kinds of events where the engine does not run them."""
    for node in diagram.all_of(*EVENTS):
        kind = event_kind(node)
        if kind not in PLACES[local(node)]:
            what = NAMES.get(kind, f"mit Auslöser „{kind}“")
            message = f"Ein Ereignis {what} kann hier ({label(node)}) nicht ausgeführt werden."
            yield diagram.finding("ereignis-nicht-ausfuehrbar", node, message)


def messages(diagram: Diagram) -> Iterator[Finding]:
    """Require a named message, and where one is awaited the key by which it is found."""
    for node in diagram.flow_nodes.values():
        if event_kind(node) != "message" and not is_bpmn(node, "receiveTask"):
            continue
        if is_bpmn(node, "endEvent", "intermediateThrowEvent"):
            continue
        message = diagram.messages.get(message_reference(node) or "")
        if message is None or not (message.get("name") or "").strip():
            text = f"{label(node)} nennt keine Nachricht mit Namen (messageRef)."
            yield diagram.finding("nachricht-fehlt", node, text)
        elif is_feel(message.get("name", "")):
            text = f"Der Name der Nachricht an {label(node)} darf kein Ausdruck sein."
            yield diagram.finding("nachricht-fehlt", node, text)
        elif is_bpmn(node, *_CATCHING) and not _correlation(message):
            text = f"Der Nachricht {label(message)} fehlt der Zuordnungsschlüssel (correlationKey)."
            yield diagram.finding("zuordnung-fehlt", node, text)


def _correlation(message: Node) -> str | None:
    return extensions_of(message).value("subscription", "correlationKey")


def timer_rules(diagram: Diagram) -> Iterator[Finding]:
    """Require one readable moment, duration or, where it makes sense, repetition."""
    for node in diagram.flow_nodes.values():
        if event_kind(node) != "timer":
            continue
        found = list(children(event_definitions(node)[0], *TIMER_KINDS))
        if len(found) != 1 or not text_of(found[0]):
            message = f"Die Frist {label(node)} braucht genau eine Zeitangabe."
            yield diagram.finding("zeitangabe", node, message)
            continue
        if local(found[0]) == "timeCycle" and not _may_repeat(node):
            message = f"Die Frist {label(node)} kann sich hier nicht wiederholen."
            yield diagram.finding("zeitangabe", node, message)
        yield from _readable(diagram, node, local(found[0]), text_of(found[0]))


def _may_repeat(node: Node) -> bool:
    if is_bpmn(node, "boundaryEvent"):
        return node.get("cancelActivity", "true") == "false"
    return is_bpmn(node, "startEvent")


def _readable(diagram: Diagram, node: Node, kind: str, text: str) -> Iterator[Finding]:
    if is_feel(text):
        return
    try:
        timers.first_round(kind, text, now=timers.SAMPLE)
    except timers.NoMoment as error:
        yield diagram.finding("zeitangabe", node, f"Frist {label(node)}: {error}")


def errors(diagram: Diagram) -> Iterator[Finding]:
    """Require a code where an error is thrown, and an interruption where it is caught."""
    for node in diagram.flow_nodes.values():
        if event_kind(node) != "error":
            continue
        reference = event_definitions(node)[0].get("errorRef")
        error = diagram.errors.get(reference or "")
        code = error.get("errorCode") if error is not None else None
        if not code and (reference or is_bpmn(node, "endEvent")):
            message = f"Dem Fehler an {label(node)} fehlt der Code (errorCode)."
            yield diagram.finding("fehlercode", node, message)
        elif code and is_feel(code):
            message = f"Der Code des Fehlers an {label(node)} darf kein Ausdruck sein."
            yield diagram.finding("fehlercode", node, message)
        if node.get("cancelActivity") == "false":
            message = f"Ein Fehler ({label(node)}) unterbricht immer."
            yield diagram.finding("fehlercode", node, message)


def attachments(diagram: Diagram) -> Iterator[Finding]:
    """Require that a boundary event hangs on an activity of its own plane."""
    for node in diagram.all_of("boundaryEvent"):
        host = diagram.flow_nodes.get(node.get("attachedToRef", ""))
        if host is None or not is_bpmn(host, *ACTIVITIES) or scope_of(host) is not scope_of(node):
            message = f"Das Ereignis {label(node)} hängt an keinem Schritt."
            yield diagram.finding("anhaftung", node, message)


def starts(diagram: Diagram) -> Iterator[Finding]:
    """Require starts that say which one is meant."""
    for process in diagram.processes:
        found = list(children(process, "startEvent"))
        if not found:
            message = f"Dem Verfahren {label(process)} fehlt ein Startereignis."
            yield diagram.finding("start", process, message)
        if len([each for each in found if event_kind(each) == "none"]) > 1:
            message = f"Das Verfahren {label(process)} hat mehrere Startereignisse ohne Auslöser."
            yield diagram.finding("start", process, message)
        references = [message_reference(each) for each in found if event_kind(each) == "message"]
        if len(set(references)) < len(references):
            message = "Zwei Startereignisse warten auf dieselbe Nachricht."
            yield diagram.finding("start", process, message)
    for inner in diagram.all_of("subProcess"):
        found = list(children(inner, "startEvent"))
        if len(found) != 1 or event_kind(found[0]) != "none":
            message = f"{label(inner)} braucht genau ein Startereignis ohne Auslöser."
            yield diagram.finding("start", inner, message)
