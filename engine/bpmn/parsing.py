"""From the bytes of a file to findings, or to processes that can be run."""

from __future__ import annotations

from engine.bpmn import graph
from engine.bpmn.definitions import elements_of, version_tag_of
from engine.bpmn.diagram import Diagram
from engine.bpmn.model import Process
from engine.bpmn.reading import Node, read
from engine.bpmn.rules import findings_in
from engine.errors import DefinitionInvalid, Finding


def check(xml: bytes, *, file: str) -> list[Finding]:
    """Return everything for which the diagram would be refused."""
    try:
        diagram = Diagram(file, read(xml, file=file))
    except DefinitionInvalid as refused:
        return refused.findings
    return findings_in(diagram)


def parse(xml: bytes, *, file: str) -> tuple[Process, ...]:
    """Return the executable processes of a file; raise DefinitionInvalid with the findings."""
    diagram = Diagram(file, read(xml, file=file))
    findings = findings_in(diagram)
    if findings:
        raise DefinitionInvalid(findings)
    return tuple(_process(diagram, node) for node in diagram.processes)


def form_ids(xml: bytes, *, file: str) -> frozenset[str]:
    """Return the forms that a diagram names, for its tasks and its buttons, even a broken one's."""
    try:
        diagram = Diagram(file, read(xml, file=file))
    except DefinitionInvalid:
        return frozenset()
    elements = (e for node in diagram.processes for e in elements_of(diagram, node).values())
    named = ((e.form and e.form.id, e.properties.get("knopf_formular")) for e in elements)
    return frozenset(form_id for pair in named for form_id in pair if form_id)


def _process(diagram: Diagram, node: Node) -> Process:
    elements = elements_of(diagram, node)
    process_id = node.get("id", "")
    starts = (each for each in elements.values() if each.type == "startEvent" and not each.scope)
    return Process(
        id=process_id,
        name=node.get("name") or process_id,
        version_tag=version_tag_of(node),
        elements=elements,
        starts=tuple(definition for each in starts for definition in each.definitions),
        spec=graph.build(process_id, elements),
    )
