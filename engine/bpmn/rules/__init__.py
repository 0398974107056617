"""What is refused at deployment: one function per rule, each with an id and a German sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.bpmn.diagram import Diagram
from engine.bpmn.rules import names
from engine.errors import Finding

Rule = Callable[[Diagram], Iterator[Finding]]

#: Checked first: the others rely on sound ids and known elements.
GROUND: tuple[Rule, ...] = (
    names.executable,
    names.identified,
    names.unknown_elements,
    names.fixed_attributes,
    names.single_event_definition,
)
RULES: tuple[Rule, ...] = ()


def findings_in(diagram: Diagram) -> list[Finding]:
    """Return every complaint about a diagram, the fundamental ones first and alone."""
    found = [finding for rule in GROUND for finding in rule(diagram)]
    return found or [finding for rule in RULES for finding in rule(diagram)]
