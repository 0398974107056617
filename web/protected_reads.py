"""Refuses diagrams and decisions whose expressions can read a protected answer (rule M4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import forms
from engine import bpmn, dmn, user_tasks
from engine.definitions import Bundle
from engine.errors import Finding
from engine.feel.reads import Names, Reading, Way, Ways, reading

ADVICE = (
    "Geschützte Angaben stehen nur Menschen offen; fragen Sie das Nötige als eigene Auswahl ab."
)


@dataclass(frozen=True)
class _Secrets:
    """What a process keeps from its expressions, and what surrounds these."""

    hidden: Ways
    names: Names

    def reading(self, raw: str | None) -> Reading:
        """Return what a raw text reads; deployment has checked its syntax."""
        if raw is None or not raw.lstrip().startswith("="):
            return Reading(frozenset(), frozenset())
        return reading(raw.lstrip()[1:], self.hidden, self.names)


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
    names = Names(functions=frozenset(content.functions))
    for process, file in content.process_files():
        secrets = _with_collections(process, _Secrets(_hidden(process, content), names))
        everywhere |= secrets.hidden
        if secrets.hidden:
            found += [each for e in process.elements.values() for each in _of(e, secrets, file)]
    return found + list(_of_decisions(content, frozenset(everywhere)))


def _hidden(process: bpmn.Process, content: Bundle) -> Ways:
    """Return the protected answers of a process as its expressions would name them.

    A task's answers lie in the variable named as the task, those of a button's form are variables
    of their own.
    """
    ways: set[Way] = set()
    for element in process.elements.values():
        button = element.properties.get("knopf_formular")
        ways |= _protected(button, content)
        variable = user_tasks.result_name(element.id)
        ways |= {(variable, *steps) for steps in _protected(element.form_id, content)}
    return frozenset(ways)


def _protected(form_id: str | None, content: Bundle) -> set[Way]:
    source = content.form(form_id) if form_id else None
    if source is None:
        return set()
    paths = forms.load(source, file=f"{form_id}.form").protected
    return {tuple(step for step in path.split(".") if step != "*") for path in paths}


def _with_collections(process: bpmn.Process, secrets: _Secrets) -> _Secrets:
    """Add the ways through the lists in which the items of multiple tasks are collected."""
    loops = [element.loop for element in process.elements.values() if element.loop is not None]
    while True:
        more = {way for loop in loops for way in _collected(loop, secrets)}
        if more <= secrets.hidden:
            return secrets
        secrets = replace(secrets, hidden=secrets.hidden | more)


def _collected(loop: bpmn.Loop, secrets: _Secrets) -> Iterator[Way]:
    """Yield what is hidden in the list of a multiple task; ways get shorter, never longer."""
    if loop.output_collection and loop.output_element:
        for whole in secrets.reading(loop.output_element).result:
            inside = (way for way in secrets.hidden if way[: len(whole)] == whole)
            yield from ((loop.output_collection, *way[len(whole) :]) for way in inside)


def _of(element: bpmn.Element, secrets: _Secrets, file: str) -> Iterator[Finding]:
    others, hidden = element, secrets.hidden
    if element.loop is not None:
        others = replace(element, loop=replace(element.loop, output_element=None))
        seen = secrets.reading(element.loop.output_element)
        # A context may be collected whole, for then it is still known what the list holds.
        place = _Place(file, element.id, "Ergebnis je Durchgang")
        yield from _complaints(place, seen.read | (seen.result & hidden), hidden)
    for use in bpmn.uses_of(others):
        seen = secrets.reading(use.raw)
        place = _Place(file, element.id, use.label)
        yield from _complaints(place, seen.read | seen.result, hidden)


def _of_decisions(content: Bundle, hidden: Ways) -> Iterator[Finding]:
    for name, source in sorted(content.files.items()):
        if hidden and name.endswith(".dmn"):
            for element_id, ways in dmn.hidden_reads(source, hidden, content.functions, file=name):
                yield from _complaints(_Place(name, element_id), ways, hidden)


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
