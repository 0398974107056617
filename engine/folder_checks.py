"""What is wrong with the decisions of a folder, and with what its processes begin by or ask."""

from __future__ import annotations

from collections.abc import Iterator

from engine import bindings, dmn
from engine.bindings import Elsewhere
from engine.bundle import Bundle, Kind
from engine.errors import Finding


def of_decisions(content: bytes, name: str) -> list[Finding]:
    """Return what is wrong with a DMN file; if nothing is, what to look at."""
    try:
        broken = dmn.examine(content, file=name)[1]
    except dmn.DecisionInvalid as refused:
        return refused.findings
    return broken or [remark.finding(name) for remark in dmn.analyse(content, file=name)]


def starts_for_nobody(content: Bundle) -> Iterator[Finding]:
    """Yield a complaint for every start by time that names no office."""
    for process, file in content.process_files():
        nameless = {
            start.id: start
            for start in process.starts
            if start.timer is not None and not start.properties.get("mandant", "").strip()
        }
        for start in nameless.values():
            yield Finding(
                file=file,
                element_id=start.id,
                rule="start-ohne-mandant",
                message=f"Der Start „{start.name or start.id}“ beginnt von selbst, sagt aber nicht "
                "für wen. Bitte nennen Sie in seiner Eigenschaft „mandant“ eine oder mehrere "
                "Stellen.",
            )


def unknown_decisions(content: Bundle, elsewhere: Elsewhere) -> Iterator[Finding]:
    """Yield a complaint for every task that asks a decision that exists nowhere."""
    known = bindings.after(content, elsewhere)
    for process, file in content.process_files():
        for element in process.elements.values():
            wanted = element.decision
            if wanted and bindings.holder(Kind.DECISION, wanted, content, known) is None:
                yield Finding(
                    file=file,
                    element_id=element.id,
                    rule="decision-exists",
                    message=f"Die Entscheidung {bindings.called(wanted)}",
                )
