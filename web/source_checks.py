"""Warns where a step does not say which rule it follows, or names one that nobody knows (M11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import forms
from engine import bpmn, dmn
from engine.bundle import Bundle
from engine.errors import Finding
from engine.rulebook import Rulebook

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
ASSUMED = "annahme"


def findings(content: Bundle, files: Mapping[str, bytes], book: Rulebook) -> Iterator[Finding]:
    """Yield warnings about the diagrams of a folder and about its own decisions and forms."""
    for process, file in content.process_files():
        for element in process.elements.values():
            yield from _of_element(element, file, book)
    for name, source in sorted(files.items()):
        if name.endswith(".dmn"):
            for row in dmn.described_rows(source, file=name):
                yield from _of_row(row, name, book)
        elif name.endswith(".form"):
            for each in forms.load(source, file=name).fields:
                yield from _strangers(each.properties.get("quelle", ""), name, each.id, book)


def _of_element(element: bpmn.Element, file: str, book: Rulebook) -> Iterator[Finding]:
    source = element.properties.get("quelle", "")
    assumed = element.properties.get(ASSUMED, "")
    what = _kind(element)
    if what and not source.strip() and not assumed.strip():
        message = f"{what} nennt weder quelle noch annahme."
        yield _warning(file, element.id, "source-missing", message)
    yield from _strangers(source, file, element.id, book)


def _kind(element: bpmn.Element) -> str:
    """Return what an element is called that must say where it comes from, else nothing."""
    if element.type == "userTask":
        return "Die Aufgabe"
    if element.type in DECIDING and len(element.outgoing) > 1:
        return "Die Verzweigung"
    return "Die Frist" if element.timer is not None else ""


def _of_row(row: dmn.DescribedRow, file: str, book: Rulebook) -> Iterator[Finding]:
    if not row.description:
        message = "Die Zeile nennt in ihrer Beschreibung weder eine Regel noch eine Annahme."
        yield _warning(file, row.id, "source-missing", message)
    named = (part for part in row.description.split(",") if not part.strip().startswith(ASSUMED))
    yield from _strangers(",".join(named), file, row.id, book)


def _strangers(source: str, file: str, element_id: str, book: Rulebook) -> Iterator[Finding]:
    for rule_id in sorted({part.strip() for part in source.split(",")} - {""}):
        if rule_id not in book:
            message = f"Die Regel „{rule_id}“ steht in keinem Regelwerk."
            yield _warning(file, element_id, "source-unknown", message)


def _warning(file: str, element_id: str, rule: str, message: str) -> Finding:
    return Finding(file=file, element_id=element_id, rule=rule, message=message, level="warning")
