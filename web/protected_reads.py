"""Refuses diagrams and decisions whose expressions can read a protected answer (rule M4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine import bpmn, call_graph, dmn
from engine.call_graph import Call, Neighbours
from engine.definitions import Bundle
from engine.deployment import NO_NEIGHBOURS
from engine.errors import Finding
from engine.feel.reads import Way, Ways
from web import protected_ways
from web.protected_ways import Known, Secrets

ADVICE = (
    "Geschützte Angaben stehen nur Menschen offen; fragen Sie das Nötige als eigene Auswahl ab."
)


@dataclass(frozen=True)
class _Place:
    """Where an expression stands."""

    file: str
    element_id: str | None
    label: str = ""


def findings(content: Bundle, neighbours: Neighbours = NO_NEIGHBOURS) -> list[Finding]:
    """Return a complaint for every expression that can get at a field of class S8 or A8.

    Beside the folder's own, those of other folders are looked at whose processes get to know
    more answers by what this folder brings.
    """
    processes = call_graph.drawn(neighbours, content)
    calls = call_graph.calls(processes)
    secrets = protected_ways.known(processes, calls)
    beside = call_graph.drawn(neighbours)
    before = protected_ways.known(beside, call_graph.calls(beside))
    folders = [(content, "")]
    for name, each in neighbours.items():
        if any(secrets[key] != before[key] for key in each.files_of):
            folders.append((each, f"{name}/"))
    return [each for folder in folders for each in _of_folder(folder, secrets, calls)]


def _of_folder(
    folder: tuple[Bundle, str], secrets: Known, calls: Iterable[Call]
) -> Iterator[Finding]:
    content, place = folder
    special = {(c.caller, c.element.id): protected_ways.seen_by(c, secrets) for c in calls}
    everywhere: set[Way] = set()
    for process, file in content.process_files():
        usual = secrets[process.id]
        everywhere |= usual.hidden
        for element in process.elements.values():
            own = special.get((process.id, element.id), usual)
            yield from _of(element, own, place + file) if own.hidden else ()
    yield from _of_decisions(content, frozenset(everywhere), place)


def _of(element: bpmn.Element, secrets: Secrets, file: str) -> Iterator[Finding]:
    hidden = secrets.hidden
    for around in (element.loop, element.ad_hoc):
        if around is not None:
            seen = secrets.reading(around.output_element)
            # A context may be collected whole, for then it is still known what the list holds.
            place = _Place(file, element.id, "Ergebnis je Durchgang")
            yield from _complaints(place, seen.read | (seen.result & hidden), hidden)
    for use in bpmn.uses_of(_without_results(element)):
        seen = secrets.reading(use.raw)
        place = _Place(file, element.id, use.label)
        yield from _complaints(place, seen.read | seen.result, hidden)


def _without_results(element: bpmn.Element) -> bpmn.Element:
    loop = replace(element.loop, output_element=None) if element.loop else None
    ad_hoc = replace(element.ad_hoc, output_element=None) if element.ad_hoc else None
    return replace(element, loop=loop, ad_hoc=ad_hoc)


def _of_decisions(content: Bundle, hidden: Ways, place: str) -> Iterator[Finding]:
    for name, source in sorted(content.files.items()):
        if hidden and name.endswith(".dmn"):
            for element_id, ways in dmn.hidden_reads(source, hidden, content.functions, file=name):
                yield from _complaints(_Place(place + name, element_id), ways, hidden)


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
