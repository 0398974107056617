"""Rules about extension elements: known ones, with known attributes, where they have an effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.diagram import GATEWAYS, Diagram, event_kind, event_kinds, label, scope_of
from engine.bpmn.extensions import KNOWN, PARTS, extensions_of
from engine.bpmn.reading import ZEEBE, Node, extension_nodes, is_bpmn, local, namespace
from engine.errors import Finding

_JOB = frozenset({"taskDefinition", "taskHeaders", "ioMapping"})
_MAPPED = frozenset({"ioMapping"})

#: Which extension elements have an effect where; `properties` may stand everywhere.
EFFECTIVE: Mapping[str, frozenset[str]] = {
    "adHocSubProcess": frozenset({"adHoc", "ioMapping"}),
    "boundaryEvent": _MAPPED,
    "businessRuleTask": _JOB | {"calledDecision"},
    "callActivity": frozenset({"calledElement", "ioMapping"}),
    "conditionalEventDefinition": frozenset({"conditionalFilter"}),
    "endEvent": _JOB,
    "intermediateCatchEvent": _MAPPED,
    "intermediateThrowEvent": _JOB,
    "manualTask": _MAPPED,
    "message": frozenset({"subscription"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics"}),
    "process": frozenset({"versionTag"}),
    "receiveTask": _MAPPED,
    "scriptTask": _JOB | {"script"},
    "sendTask": _JOB,
    "serviceTask": _JOB,
    "startEvent": _MAPPED,
    "subProcess": _MAPPED,
    "task": _MAPPED,
    "userTask": frozenset(
        {
            "assignmentDefinition",
            "formDefinition",
            "ioMapping",
            "priorityDefinition",
            "taskHeaders",
            "taskSchedule",
            "userTask",
        }
    ),
}
_JOB_EVENTS = ("endEvent", "intermediateThrowEvent")
_GIVING = frozenset({"error", "escalation", "signal"})  #: when thrown, their inputs go along
_INPUT_EVENTS = ("boundaryEvent", "intermediateCatchEvent", "startEvent")

_NO_LISTENERS = (
    "Was ein Listener tut, sähe in der Zeichnung niemand. Zeichnen Sie, was geschehen soll, als "
    "eigenen Schritt davor oder dahinter."
)
_OWN_FORMS = "Legen Sie das Formular als Datei neben das Verfahren, und nennen Sie seine formId."
_CHOSEN = (
    "Was in einem Ad-hoc-Teilprozess geschieht, wählen Menschen oder activeElementsCollection."
)
#: Why Lotse leaves out what Camunda 8 knows, and what helps instead.
INSTEAD: Mapping[str, str] = {
    "agentDefinition": "Lotse ruft keine KI-Agenten auf.",
    "executionListeners": _NO_LISTENERS,
    "externalReference": _OWN_FORMS,
    "formKey": _OWN_FORMS,
    "jobPriorityDefinition": "Automatische Schritte kommen der Reihe nach dran.",
    "linkedResources": "Was ein Dienst braucht, geben Sie ihm als Eingabe (ioMapping).",
    "taskListeners": _NO_LISTENERS,
    "userTaskForm": _OWN_FORMS,
}

#: Attributes of other standards that only tell an editor how to draw.
DRAWING = frozenset(
    {
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://www.w3.org/2001/XMLSchema-instance",
    }
)


def known_extensions(diagram: Diagram) -> Iterator[Finding]:
    """Refuse extension elements, their parts and attributes that nobody reads."""
    for owner in _owners(diagram):
        for node in extension_nodes(owner):
            for message in _complaints(node):
                yield diagram.finding("unbekannte-erweiterung", owner, message)


def _owners(diagram: Diagram) -> Iterator[Node]:
    yield from diagram.all_of()
    yield from diagram.messages.values()
    yield from diagram.errors.values()


def _complaints(node: Node) -> Iterator[str]:
    name = local(node)
    if not _is_known(node):
        yield _with_hint(
            f"Die Erweiterung „{name}“ ist nicht bekannt und hätte keine Wirkung.", name
        )
        return
    yield from _attributes(node, KNOWN[name])
    names, attributes = PARTS.get(name, (frozenset(), frozenset()))
    for part in node:
        if namespace(part) != ZEEBE or local(part) not in names:
            yield f"In der Erweiterung „{name}“ ist „{local(part)}“ nicht bekannt."
        else:
            yield from _attributes(part, attributes)


def _is_known(node: Node) -> bool:
    return namespace(node) == ZEEBE and local(node) in KNOWN


def _attributes(node: Node, known: frozenset[str]) -> Iterator[str]:
    for name in map(str, node.attrib):
        if name not in known:
            message = f"In der Erweiterung „{local(node)}“ ist die Angabe „{name}“ nicht bekannt."
            yield _with_hint(message, name)


def _with_hint(message: str, name: str) -> str:
    return f"{message} {INSTEAD[name]}" if name in INSTEAD else message


def effective_extensions(diagram: Diagram) -> Iterator[Finding]:
    """Refuse extension elements where they have no effect, or twice at the same place."""
    for owner in _owners(diagram):
        names = Counter(local(node) for node in extension_nodes(owner) if _is_known(node))
        for name, count in names.items():
            if count > 1:
                message = f"Die Erweiterung „{name}“ steht mehrfach an {label(owner)}."
                yield diagram.finding("erweiterung-doppelt", owner, message)
            if name in KNOWN and name not in _effective_at(owner):
                why = f" {_CHOSEN}" if is_bpmn(owner, "adHocSubProcess") else ""
                message = f"Die Erweiterung „{name}“ hat an {label(owner)} keine Wirkung.{why}"
                yield diagram.finding("erweiterung-ohne-wirkung", owner, message)


def _effective_at(owner: Node) -> frozenset[str]:
    names = EFFECTIVE.get(local(owner), frozenset()) | {"properties"}
    if is_bpmn(owner, "startEvent") and _is_begun_by_people(owner):
        return names | {"formDefinition"}
    if is_bpmn(owner, *_JOB_EVENTS) and event_kind(owner) != "message":
        return _MAPPED | {"properties"}
    return names


def _is_begun_by_people(start: Node) -> bool:
    """Whether a person may stand in front of a start: it begins a procedure, and by nothing."""
    scope = scope_of(start)
    return event_kind(start) == "none" and scope is not None and is_bpmn(scope, "process")


def inputs_at_events(diagram: Diagram) -> Iterator[Finding]:
    """Refuse input mappings at events: nothing would read them."""
    for node in diagram.all_of(*_INPUT_EVENTS, *_JOB_EVENTS, *GATEWAYS):
        if extensions_of(node).inputs and not _reads_inputs(node):
            message = f"Eingaben (ioMapping) haben am Ereignis {label(node)} keine Wirkung."
            yield diagram.finding("erweiterung-ohne-wirkung", node, message)


def _reads_inputs(node: Node) -> bool:
    if not is_bpmn(node, *_JOB_EVENTS):
        return False
    return "taskDefinition" in extensions_of(node) or bool(_GIVING & set(event_kinds(node)))


def foreign_attributes(diagram: Diagram) -> Iterator[Finding]:
    """Refuse attributes of other engines: what they say would be ignored."""
    for node in diagram.all_of():
        for name in node.attrib:
            if _is_foreign(etree.QName(name)):
                message = f"Die Angabe „{etree.QName(name).localname}“ ist nicht bekannt."
                yield diagram.finding("unbekannte-angabe", node, message)


def _is_foreign(name: etree.QName) -> bool:
    if name.namespace == ZEEBE:
        return not name.localname.startswith("modelerTemplate")
    return name.namespace is not None and name.namespace not in DRAWING
