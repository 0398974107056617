"""Rules about tasks and loops: that they say what is to be done, and under which names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.diagram import Diagram, event_kind, label
from engine.bpmn.extensions import Extensions, extensions_of
from engine.bpmn.reading import Node, child, is_bpmn
from engine.errors import Finding

BINDINGS = ("deployment", "latest", "versionTag")


def jobs(diagram: Diagram) -> Iterator[Finding]:
    """Require a handler's type where a handler is to work."""
    for node in diagram.flow_nodes.values():
        extensions = extensions_of(node)
        if _needs_job(node, extensions) and not extensions.value("taskDefinition", "type"):
            message = f"{label(node)} nennt keinen Dienst (taskDefinition type)."
            yield diagram.finding("dienst-fehlt", node, message)


def _needs_job(node: Node, extensions: Extensions) -> bool:
    if is_bpmn(node, "serviceTask", "sendTask"):
        return True
    if is_bpmn(node, "endEvent", "intermediateThrowEvent"):
        return event_kind(node) == "message"
    return "taskDefinition" in extensions


def scripts(diagram: Diagram) -> Iterator[Finding]:
    """Require a FEEL script with a name for its result."""
    for node in diagram.all_of("scriptTask"):
        yield from _either(diagram, node, "script", "expression")


def decisions(diagram: Diagram) -> Iterator[Finding]:
    """Require a decision with a name for its result."""
    for node in diagram.all_of("businessRuleTask"):
        yield from _either(diagram, node, "calledDecision", "decisionId")


def _either(diagram: Diagram, node: Node, name: str, what: str) -> Iterator[Finding]:
    extensions = extensions_of(node)
    if (name in extensions) == ("taskDefinition" in extensions):
        message = f"{label(node)} braucht entweder {name} oder taskDefinition."
        yield diagram.finding("auftrag-fehlt", node, message)
    elif name in extensions:
        for attribute in (what, "resultVariable"):
            if not extensions.value(name, attribute):
                message = f"{label(node)} fehlt die Angabe {attribute} in {name}."
                yield diagram.finding("auftrag-fehlt", node, message)


def calls(diagram: Diagram) -> Iterator[Finding]:
    """Require the called process, and a version that can be found."""
    for node in diagram.all_of("callActivity"):
        value = extensions_of(node).value
        name = "calledElement"
        if not value(name, "processId"):
            message = f"{label(node)} nennt kein Verfahren, das aufgerufen wird (processId)."
            yield diagram.finding("aufruf", node, message)
        for fault in _wrong_binding(value(name, "bindingType"), value(name, "versionTag")):
            yield diagram.finding("aufruf", node, f"{label(node)}: {fault}")
        for flag in ("propagateAllChildVariables", "propagateAllParentVariables"):
            if value(name, flag) not in (None, "true", "false"):
                message = f"{label(node)}: {flag} ist entweder „true“ oder „false“."
                yield diagram.finding("aufruf", node, message)


def forms(diagram: Diagram) -> Iterator[Finding]:
    """Require the form's id where a form is named."""
    for node in diagram.all_of("startEvent", "userTask"):
        extensions = extensions_of(node)
        if "formDefinition" in extensions and not extensions.value("formDefinition", "formId"):
            message = f"{label(node)} nennt kein Formular (formId)."
            yield diagram.finding("formular-fehlt", node, message)


def bindings(diagram: Diagram) -> Iterator[Finding]:
    """Require of forms and decisions a version that can be found."""
    for node in diagram.all_of("businessRuleTask", "startEvent", "userTask"):
        value = extensions_of(node).value
        for name in ("calledDecision", "formDefinition"):
            for fault in _wrong_binding(value(name, "bindingType"), value(name, "versionTag")):
                yield diagram.finding("bindung", node, f"{label(node)}: {fault}")


def _wrong_binding(binding: str | None, version_tag: str | None) -> Iterator[str]:
    if binding is not None and binding not in BINDINGS:
        yield f"Die Bindung „{binding}“ gibt es nicht. Möglich sind {', '.join(BINDINGS)}."
    if (binding == "versionTag") != (version_tag is not None):
        yield "bindingType=„versionTag“ und versionTag gehören zusammen."


def variable_names(diagram: Diagram) -> Iterator[Finding]:
    """Require names that expressions can read."""
    for node in diagram.flow_nodes.values():
        extensions = extensions_of(node)
        for line in (*extensions.inputs, *extensions.outputs):
            if not line.source:
                message = f"An {label(node)} fehlt die Quelle von „{line.target}“."
                yield diagram.finding("quelle-fehlt", node, message)
        for name, parts in _names(node, extensions):
            if not all(part.isidentifier() for part in parts):
                message = f"An {label(node)} ist „{name}“ kein Name für eine Variable."
                yield diagram.finding("variablenname", node, message)


def _names(node: Node, extensions: Extensions) -> Iterator[tuple[str, list[str]]]:
    targets = (line.target for line in (*extensions.inputs, *extensions.outputs))
    yield from ((target, target.split(".")) for target in targets)
    loop = child(node, "multiInstanceLoopCharacteristics")
    of_loop = extensions_of(loop) if loop is not None else Extensions()
    given = (
        extensions.value("script", "resultVariable"),
        extensions.value("calledDecision", "resultVariable"),
        of_loop.value("loopCharacteristics", "inputElement"),
        of_loop.value("loopCharacteristics", "outputCollection"),
        extensions.value("adHoc", "outputCollection"),
    )
    yield from ((name, [name]) for name in given if name is not None)
