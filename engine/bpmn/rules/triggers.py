"""Rules about what an event definition must say: names, codes, moments, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn import timers
from engine.bpmn.diagram import Diagram, event_scope, label
from engine.bpmn.expressions import is_feel
from engine.bpmn.extensions import extensions_of
from engine.bpmn.reading import Node, child, children, is_bpmn, local, text_of
from engine.bpmn.rules.events import THROWN
from engine.bpmn.triggers import TIMER_KINDS
from engine.errors import Finding

CHANGES = frozenset({"create", "update"})


def messages(diagram: Diagram) -> Iterator[Finding]:
    """Require a named message, and where one is awaited the key by which it is found."""
    awaited = [pair for pair in diagram.defined("message") if not is_bpmn(pair[0], *THROWN)]
    awaited += [(node, node) for node in diagram.all_of("receiveTask")]
    for node, definition in awaited:
        message = diagram.messages.get(definition.get("messageRef", ""))
        if message is None or not (message.get("name") or "").strip():
            text = f"{label(node)} nennt keine Nachricht mit Namen (messageRef)."
            yield diagram.finding("nachricht-fehlt", node, text)
        elif is_feel(message.get("name", "")) and _begins_process(node):
            text = f"Der Name der Nachricht am Start {label(node)} darf kein Ausdruck sein."
            yield diagram.finding("nachricht-fehlt", node, text)
        elif not _begins_process(node) and not _correlation(message):
            text = f"Der Nachricht {label(message)} fehlt der Zuordnungsschlüssel (correlationKey)."
            yield diagram.finding("zuordnung-fehlt", node, text)


def _begins_process(node: Node) -> bool:
    return is_bpmn(node, "startEvent") and event_scope(node) is None


def _correlation(message: Node) -> str | None:
    return extensions_of(message).value("subscription", "correlationKey")


def signals(diagram: Diagram) -> Iterator[Finding]:
    """Require a named signal; what begins a process is known before any variable."""
    for node, definition in diagram.defined("signal"):
        signal = diagram.signals.get(definition.get("signalRef", ""))
        name = (signal.get("name") or "").strip() if signal is not None else ""
        if not name:
            text = f"{label(node)} nennt kein Signal mit Namen (signalRef)."
            yield diagram.finding("signal-fehlt", node, text)
        elif is_feel(name) and _begins_process(node):
            text = f"Der Name des Signals am Start {label(node)} darf kein Ausdruck sein."
            yield diagram.finding("signal-fehlt", node, text)


def timer_rules(diagram: Diagram) -> Iterator[Finding]:
    """Require one readable moment, duration or, where it makes sense, repetition."""
    for node, definition in diagram.defined("timer"):
        found = list(children(definition, *TIMER_KINDS))
        if len(found) != 1 or not text_of(found[0]):
            message = f"Die Frist {label(node)} braucht genau eine Zeitangabe."
            yield diagram.finding("zeitangabe", node, message)
            continue
        if local(found[0]) == "timeCycle" and not _may_repeat(node):
            message = f"Die Frist {label(node)} kann sich hier nicht wiederholen."
            yield diagram.finding("zeitangabe", node, message)
        yield from _readable(diagram, node, local(found[0]), text_of(found[0]))


def _may_repeat(node: Node) -> bool:
    if node.get("parallelMultiple") == "true":
        return False
    if is_bpmn(node, "boundaryEvent"):
        return node.get("cancelActivity", "true") == "false"
    if event_scope(node) is not None:
        return node.get("isInterrupting", "true") == "false"
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
    for node, definition in diagram.defined("error"):
        error = diagram.errors.get(definition.get("errorRef") or "")
        code = error.get("errorCode") if error is not None else None
        yield from _code(diagram, node, (definition.get("errorRef"), code), ERROR)
        if "false" in (node.get("cancelActivity"), node.get("isInterrupting")):
            message = f"Ein Fehler ({label(node)}) unterbricht immer."
            yield diagram.finding("fehlercode", node, message)


def escalations(diagram: Diagram) -> Iterator[Finding]:
    """Require a code where an escalation is thrown, and a plain one where it is caught."""
    for node, definition in diagram.defined("escalation"):
        reference = definition.get("escalationRef")
        escalation = diagram.escalations.get(reference or "")
        code = escalation.get("escalationCode") if escalation is not None else None
        yield from _code(diagram, node, (reference, code), ESCALATION)


@dataclass(frozen=True)
class Coded:
    """A kind of event that is told apart by a code, and how the sentences call it."""

    rule: str
    given: str
    possessive: str
    attribute: str


ERROR = Coded(
    rule="fehlercode", given="Dem Fehler", possessive="des Fehlers", attribute="errorCode"
)
ESCALATION = Coded(
    rule="eskalationscode",
    given="Der Eskalation",
    possessive="der Eskalation",
    attribute="escalationCode",
)


def _code(
    diagram: Diagram, node: Node, named: tuple[str | None, str | None], kind: Coded
) -> Iterator[Finding]:
    reference, code = named
    is_thrown = is_bpmn(node, *THROWN)
    if not code and (reference or is_thrown):
        message = f"{kind.given} an {label(node)} fehlt der Code ({kind.attribute})."
        yield diagram.finding(kind.rule, node, message)
    elif code and is_feel(code) and not is_thrown:
        message = f"Der Code {kind.possessive} an {label(node)} darf kein Ausdruck sein."
        yield diagram.finding(kind.rule, node, message)


def conditions(diagram: Diagram) -> Iterator[Finding]:
    """Require a condition where an event waits for one, and a filter that exists."""
    for node, definition in diagram.defined("conditional"):
        if not text_of(child(definition, "condition")):
            message = f"Dem Ereignis {label(node)} fehlt die Bedingung."
            yield diagram.finding("bedingung-fehlt", node, message)
        given = extensions_of(definition).value("conditionalFilter", "variableEvents") or ""
        wrong = {part.strip() for part in given.split(",") if part.strip()} - CHANGES
        for name in sorted(wrong):
            message = f"Die Änderung „{name}“ (variableEvents) gibt es nicht."
            yield diagram.finding("unbekannte-angabe", node, message)
