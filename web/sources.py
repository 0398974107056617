"""The rule behind an element: what the concept asks for, in plain words, or that we assume it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine import bpmn, rulebook
from engine.rulebook import Rule, Rulebook

RULES = Path(__file__).resolve().parent.parent / "processes" / "regeln"


@dataclass(frozen=True)
class Source:
    """The rules behind an element, and the assumption that stands in for a missing one."""

    rules: tuple[Rule, ...]
    assumption: str | None  # U-number of the register of open questions, or "ja"


@cache
def rules() -> Rulebook:
    """Return all rules of all concepts; they are part of the product and never change."""
    return rulebook.load(RULES)


def of(element: bpmn.Element) -> Source:
    """Return what stands behind an element of a diagram."""
    return of_text(element.properties.get("quelle", ""), element.properties.get("annahme"))


def of_text(ids: str, assumption: str | None = None) -> Source:
    """Return what stands behind a comma-separated list of rule ids; unknown ones are left out."""
    book = rules()
    wanted = [name.strip() for name in ids.split(",")]
    return Source(book.rules(name for name in wanted if name in book), assumption)


def place_of(process: bpmn.Process, element: bpmn.Element) -> tuple[str, ...]:
    """Return where an element stands: the process, the phases around it, and its lane."""
    phases: list[str] = []
    scope = element.scope
    while scope is not None:
        phase = process.elements[scope]
        phases.insert(0, phase.name)
        scope = phase.scope
    lane = (element.lane,) if element.lane else ()
    return (process.name, *phases, *lane)
