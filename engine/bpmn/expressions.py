"""Raw texts of diagrams: FEEL with a leading "=", or the plain text itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import feel
from engine.bpmn.model import Element


@dataclass(frozen=True)
class Use:
    """One raw text of an element and what the person who drew it calls it."""

    label: str
    raw: str
    must_be_feel: bool = False


def is_feel(raw: str) -> bool:
    """Whether a raw text is an expression."""
    return raw.lstrip().startswith("=")


def compiled(raw: str) -> feel.Expression:
    """Compile a raw expression; `feel.compile` keeps what was compiled before.

    A blank takes the place of the "=", so that columns are those of the text as it was written.
    """
    return feel.compile(raw.replace("=", " ", 1) if is_feel(raw) else raw)


def root_name(raw: str | None) -> str | None:
    """Return the variable that an expression begins with, if it is a mere path."""
    name = (raw or "").lstrip("= ").strip().split(".")[0]
    return name if name.isidentifier() else None


def uses_of(element: Element) -> Iterator[Use]:
    """Yield every raw text of an element that may be, or must be, an expression."""
    yield from _mappings(element)
    yield from _assignments(element)
    yield from _work(element)
    yield from _loop(element)
    for definition in element.definitions:
        yield from _event(definition)
    for flow in element.outgoing:
        if flow.condition is not None:
            label = f"Bedingung am Fluss „{flow.name or flow.id}“"
            yield Use(label, flow.condition, must_be_feel=True)


def _given(*pairs: tuple[str, str | None], must_be_feel: bool = False) -> Iterator[Use]:
    for label, raw in pairs:
        if raw is not None:
            yield Use(label, raw, must_be_feel=must_be_feel)


def _mappings(element: Element) -> Iterator[Use]:
    for line in element.inputs:
        yield Use(f"Eingabe „{line.target}“", line.source)
    for line in element.outputs:
        yield Use(f"Ausgabe „{line.target}“", line.source)


def _assignments(element: Element) -> Iterator[Use]:
    yield from _given(
        ("Zuständige Person", element.assignee),
        ("Zuständige Gruppen", element.candidate_groups),
        ("Zuständige Personen", element.candidate_users),
        ("Fälligkeit", element.due_date),
        ("Wiedervorlage", element.follow_up_date),
        ("Priorität", element.priority),
    )


def _work(element: Element) -> Iterator[Use]:
    yield from _given(
        ("Aufgerufenes Verfahren", element.called.process_id if element.called else None),
        ("Entscheidung", element.decision.id if element.decision else None),
        ("Art des Dienstes", element.job_type),
        ("Versuche", element.retries),
    )
    yield from _given(
        ("Skript", element.script),
        must_be_feel=True,
    )


def _event(element: Element) -> Iterator[Use]:
    yield from _given(
        ("Name der Nachricht", element.message),
        ("Name des Signals", element.signal),
        ("Code des Fehlers", element.error_code),
        ("Code der Eskalation", element.escalation_code),
    )
    yield from _given(("Zuordnungsschlüssel", element.correlation), must_be_feel=True)
    if element.timer is not None:
        yield Use("Zeitangabe", element.timer.expression)
    if element.condition is not None:
        yield Use("Bedingung", element.condition.expression, must_be_feel=True)


def _loop(element: Element) -> Iterator[Use]:
    if element.ad_hoc is not None:
        yield from _given(
            ("Liste der Schritte", element.ad_hoc.collection),
            ("Abschlussbedingung", element.ad_hoc.completion_condition),
            ("Ergebnis je Schritt", element.ad_hoc.output_element),
            must_be_feel=True,
        )
    if element.repetition is not None:
        condition = element.repetition.condition
        yield from _given(("Schleifenbedingung", condition), must_be_feel=True)
    if element.loop is None:
        return
    yield from _given(("Anzahl der Durchgänge", element.loop.cardinality))
    yield from _given(
        ("Liste der Mehrfachaufgabe", element.loop.collection),
        ("Ergebnis je Durchgang", element.loop.output_element),
        ("Abbruchbedingung", element.loop.completion_condition),
        must_be_feel=True,
    )
