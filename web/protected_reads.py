"""Refuses diagrams whose expressions read a protected answer (domain rule M4)."""

from __future__ import annotations

from dataclasses import dataclass

import forms
from engine import bpmn
from engine.definitions import Bundle
from engine.deployment import Folder
from engine.errors import Finding
from engine.feel.reads import paths


@dataclass(frozen=True)
class Protected:
    """The protected answers of all forms of a folder, as expressions would name them."""

    exact: frozenset[tuple[str, ...]]  # ("fallbesprechung", "hze_art")
    in_rows: frozenset[str]  # last parts of answers in lists, read through a loop's variable
    contexts: frozenset[str]  # names of all forms' variables


def findings(wanted: Folder, content: Bundle) -> list[Finding]:
    """Return a complaint for every expression that names a field of class S8 or A8."""
    protected = _protected(wanted)
    return [
        _finding(content.files_of[process.id], element, read)
        for process in content.processes.values()
        for element in process.elements.values()
        for read in sorted(_reads(element))
        if _is_protected(read, protected)
    ]


def _reads(element: bpmn.Element) -> set[tuple[str, ...]]:
    """Return what the expressions of an element read; deployment has checked their syntax."""
    texts = (use.raw.lstrip() for use in bpmn.uses_of(element))
    return {read for text in texts if text.startswith("=") for read in paths(text[1:])}


def _is_protected(read: tuple[str, ...], protected: Protected) -> bool:
    if any(read[: len(path)] == path for path in protected.exact):
        return True
    return read[0] not in protected.contexts and read[-1] in protected.in_rows and len(read) > 1


def _protected(wanted: Folder) -> Protected:
    exact, in_rows, contexts = set(), set(), set()
    for name, content in wanted.files.items():
        if not name.endswith(".form"):
            continue
        context = name.removesuffix(".form").rpartition(".")[2]
        contexts.add(context)
        for path in forms.load(content, file=name).protected:
            steps = tuple(step for step in path.split(".") if step != "*")
            exact.add((context, *steps))
            if "*" in path:
                in_rows.add(steps[-1])
    return Protected(frozenset(exact), frozenset(in_rows), frozenset(contexts))


def _finding(file: str, element: bpmn.Element, read: tuple[str, ...]) -> Finding:
    return Finding(
        file=file,
        element_id=element.id,
        rule="protected-read",
        message=f"Ein Ausdruck liest die geschützte Angabe „{'.'.join(read)}“. Geschützte "
        "Angaben stehen nur Menschen offen; fragen Sie das Nötige als eigene Auswahl ab.",
    )
