"""Refuses diagrams and decisions whose expressions can read a protected answer (rule M4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import forms
from engine import bpmn, dmn, user_tasks
from engine.definitions import Bundle
from engine.errors import Finding
from engine.feel.reads import Reading, Way, Ways, reading

ADVICE = (
    "Geschützte Angaben stehen nur Menschen offen; fragen Sie das Nötige als eigene Auswahl ab."
)


@dataclass(frozen=True)
class _Place:
    """Where an expression stands."""

    file: str
    element_id: str | None
    label: str = ""


def findings(content: Bundle) -> list[Finding]:
    """Return a complaint for every expression that can get at a field of class S8 or A8."""
    found: list[Finding] = []
    everywhere: set[Way] = set()
    for process in content.processes.values():
        hidden = _hidden(process, content)
        everywhere |= hidden
        if hidden:
            file = content.files_of[process.id]
            found += [each for e in process.elements.values() for each in _of(e, hidden, file)]
    return found + list(_of_decisions(content, frozenset(everywhere)))


def _hidden(process: bpmn.Process, content: Bundle) -> Ways:
    """Return the protected answers of a process as its expressions would name them.

    A task's answers lie in the variable named as the task, those of a button's form are variables
    of their own.
    """
    ways: set[Way] = set()
    for element in process.elements.values():
        button = element.properties.get("knopf_formular")
        ways |= {steps for steps in _protected(button, content)}
        variable = user_tasks.result_name(element.id)
        ways |= {(variable, *steps) for steps in _protected(element.form_id, content)}
    return _with_collections(process, frozenset(ways))


def _protected(form_id: str | None, content: Bundle) -> set[Way]:
    source = content.form(form_id) if form_id else None
    if source is None:
        return set()
    paths = forms.load(source, file=f"{form_id}.form").protected
    return {tuple(step for step in path.split(".") if step != "*") for path in paths}


def _with_collections(process: bpmn.Process, hidden: Ways) -> Ways:
    """Add the ways through the lists in which the items of multiple tasks are collected."""
    loops = [element.loop for element in process.elements.values() if element.loop is not None]
    while True:
        more = {way for loop in loops for way in _collected(loop, hidden)}
        if more <= hidden:
            return hidden
        hidden |= more


def _collected(loop: bpmn.Loop, hidden: Ways) -> Iterator[Way]:
    """Yield what is hidden in the list of a multiple task; ways get shorter, never longer."""
    if loop.output_collection and loop.output_element:
        for whole in _reading(loop.output_element, hidden).result:
            inside = (way for way in hidden if way[: len(whole)] == whole)
            yield from ((loop.output_collection, *way[len(whole) :]) for way in inside)


def _of(element: bpmn.Element, hidden: Ways, file: str) -> Iterator[Finding]:
    others = element
    if element.loop is not None:
        others = replace(element, loop=replace(element.loop, output_element=None))
        place = _Place(file, element.id, "Ergebnis je Durchgang")
        seen = _reading(element.loop.output_element, hidden)
        # A context may be collected whole, for then it is still known what the list holds.
        yield from _complaints(place, seen.read | (seen.result & hidden), hidden)
    for use in bpmn.uses_of(others):
        seen = _reading(use.raw, hidden)
        yield from _complaints(_Place(file, element.id, use.label), seen.read | seen.result, hidden)


def _of_decisions(content: Bundle, hidden: Ways) -> Iterator[Finding]:
    for name, source in sorted(content.files.items()):
        if hidden and name.endswith(".dmn"):
            for element_id, ways in dmn.hidden_reads(source, hidden, file=name):
                yield from _complaints(_Place(name, element_id), ways, hidden)


def _reading(raw: str | None, hidden: Ways) -> Reading:
    """Return what a raw text reads; deployment has checked its syntax."""
    if raw is None or not raw.lstrip().startswith("="):
        return Reading(frozenset(), frozenset())
    return reading(raw.lstrip()[1:], hidden)


def _complaints(place: _Place, ways: Iterable[Way], hidden: Ways) -> Iterator[Finding]:
    for way in sorted(ways):
        yield Finding(
            file=place.file,
            element_id=place.element_id,
            rule="protected-read",
            message=(f"{place.label}: " if place.label else "") + _sentence(way, hidden),
        )


def _sentence(way: Way, hidden: Ways) -> str:
    named = ".".join(way)
    if way in hidden:
        return f"Der Ausdruck liest die geschützte Angabe „{named}“. {ADVICE}"
    inside = ", ".join(f"„{'.'.join(each)}“" for each in sorted(hidden) if each[: len(way)] == way)
    return (
        f"Der Ausdruck gibt „{named}“ im Ganzen weiter, darin die geschützte Angabe {inside}. "
        "Nennen Sie einzeln, was gebraucht wird."
    )
