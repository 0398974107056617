"""Checks what only diagram, forms and groups together show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import forms
from engine import bindings, bpmn
from engine.bindings import Elsewhere
from engine.bundle import Bundle, Kind
from engine.call_graph import Neighbours
from engine.deployment import NO_NEIGHBOURS
from engine.errors import Finding
from engine.organisation import catalogue

#: Returns those of some ids that are no group.
Unknown = Callable[[Iterable[str]], set[str]]


def outside_catalogue(group_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are no group of the groups that come with Lotse."""
    return set(group_ids) - {group_id for _, group_id, _ in catalogue.GROUPS}


def findings(
    content: Bundle,
    unknown: Unknown,
    neighbours: Neighbours = NO_NEIGHBOURS,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with the forms and groups that diagrams name.

    Beside the folder's own starts, those of other folders are looked at: they may ask for a form
    that this folder brings.
    """
    known = bindings.after(content, elsewhere or bindings.among(neighbours))
    strangers = unknown({name for _, e in _elements(content) for name in _groups(e)})
    for file, element in _elements(content):
        missing = _missing_forms(element, content, known)
        for rule, message in (*missing, *_complaints(element, strangers)):
            yield Finding(file=file, element_id=element.id, rule=rule, message=message)
    yield from _start_forms(content, "", known)
    for name, each in neighbours.items():
        yield from _start_forms(each, f"{name}/", known)


def _elements(content: Bundle) -> Iterator[tuple[str, bpmn.Element]]:
    for process, file in content.process_files():
        yield from ((file, element) for element in process.elements.values())


def _missing_forms(
    element: bpmn.Element, content: Bundle, known: Elsewhere
) -> Iterator[tuple[str, str]]:
    for wanted in dict.fromkeys((element.form, element.asked_before)):
        if wanted and bindings.holder(Kind.FORM, wanted, content, known) is None:
            yield "form-exists", f"Das Formular {bindings.called(wanted)}"
    if element.type == "userTask" and not element.form:
        yield "form-missing", "Die Aufgabe nennt kein Formular."
    is_begun_by_nothing = element.type == "startEvent" and element.event == "none"
    if is_begun_by_nothing and "knopf_formular" in element.properties:
        yield (
            "start-form",
            "Was ein Start ohne Auslöser fragt, steht in seinem Formular (formDefinition). Die "
            "Eigenschaft „knopf_formular“ gilt nur für Ereignisse, die auf eine Nachricht warten.",
        )


def _complaints(element: bpmn.Element, strangers: set[str]) -> Iterator[tuple[str, str]]:
    if "knopf" in element.properties and not _is_noticed_by_people(element):
        yield (
            "button-event",
            "Diese Schaltfläche erschiene nie: Nur ein Start ohne Auslöser und ein Ereignis, das "
            "auf eine Nachricht wartet, lassen sich von Hand eintragen.",
        )
    if element.type == "userTask" and not _names_anybody(element):
        yield (
            "group-exists",
            "Die Aufgabe nennt weder Gruppe noch Person, niemand bekäme sie zu sehen. Bitte tragen "
            "Sie ein, wer sie erledigt (candidateGroups).",
        )
    for name in sorted(_groups(element) & strangers):
        yield (
            "group-exists",
            f"Die Gruppe „{name}“ gibt es nicht, niemand bekäme dies zu sehen. "
            "Bitte prüfen Sie die Schreibweise.",
        )


def _is_noticed_by_people(element: bpmn.Element) -> bool:
    kinds = {each.event for each in element.definitions}
    return "message" in kinds or (element.type == "startEvent" and kinds == {"none"})


def _names_anybody(element: bpmn.Element) -> bool:
    given = (element.assignee, element.candidate_groups, element.candidate_users)
    return any(text and text.strip(" ,") for text in given)


def _groups(element: bpmn.Element) -> set[str]:
    """Return the groups that are named in so many words; expressions are left alone."""
    given = (element.candidate_groups, element.properties.get("knopf_gruppen"))
    literal = (text for text in given if text and not text.lstrip().startswith("="))
    names = {name.strip() for text in literal for name in text.split(",")}
    return names - {""}


def _start_forms(content: Bundle, place: str, known: Elsewhere) -> Iterator[Finding]:
    """Refuse what a form asks before there is a case whose key could protect it."""
    for process, file in content.process_files():
        for start in {each.id: each for each in process.starts}.values():
            wanted = start.asked_before
            brings = bindings.holder(Kind.FORM, wanted, content, known) if wanted else None
            for message in _unkept(wanted.id, brings) if wanted and brings else ():
                yield Finding(
                    file=place + file, element_id=start.id, rule="start-form", message=message
                )


def _unkept(form_id: str, content: Bundle) -> Iterator[str]:
    form = forms.load(content.form(form_id) or b"", file=f"{form_id}.form")
    for path in sorted(form.protected):
        yield (
            f"Das Formular „{form_id}“ fragt zum Beginn nach der geschützten Angabe „{path}“. "
            "Noch gibt es keinen Fall, in dem sie sicher läge; fragen Sie in der ersten Aufgabe."
        )
    for path in sorted(form.file_paths):
        yield (
            f"Das Formular „{form_id}“ fragt zum Beginn nach der Datei „{path}“. "
            "Noch gibt es keinen Fall, in dem sie läge; fragen Sie in der ersten Aufgabe."
        )
