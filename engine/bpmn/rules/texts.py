"""Rules about expressions: every one must be FEEL that can be compiled."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.bpmn.definitions import elements_of
from engine.bpmn.diagram import Diagram
from engine.bpmn.expressions import Use, compiled, is_feel, uses_of
from engine.errors import Finding

NOT_FEEL = "Ausdrücke beginnen mit „=“ und sind in FEEL geschrieben."


def expressions(diagram: Diagram) -> Iterator[Finding]:
    """Refuse what is not FEEL, with the place where it breaks."""
    for process in diagram.processes:
        for element in elements_of(diagram, process).values():
            complaints = ((use.label, _complaint(use)) for use in uses_of(element))
            yield from (
                Finding(
                    file=diagram.file,
                    message=f"{label}: {message}",
                    element_id=element.id,
                    rule="ausdruck",
                )
                for label, message in complaints
                if message
            )


def _complaint(use: Use) -> str:
    if not is_feel(use.raw):
        return NOT_FEEL if use.must_be_feel else ""
    try:
        compiled(use.raw)
    except feel.FeelError as error:
        return str(error)
    return ""
