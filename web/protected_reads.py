"""Refuses diagrams and decisions whose expressions can read a protected answer (rule M4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine import bindings, bpmn, call_graph, dmn
from engine.bindings import Elsewhere
from engine.bundle import Bundle, Kind
from engine.call_graph import Call, Neighbours
from engine.deployment import NO_NEIGHBOURS
from engine.errors import Finding
from engine.feel.reads import Way, Ways
from web import protected_ways
from web.protected_ways import Known, Secrets

ADVICE = (
    "Geschützte Angaben stehen nur Menschen offen; fragen Sie das Nötige als eigene Auswahl ab."
)
#: Inputs that a service takes as protected references and keeps under the same protection.
FILED_PROTECTED = {"kontakt.erfassen": ("notiz_sgb8",)}
_PLAIN_PATH = re.compile(r"=\s*[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\s*")


@dataclass(frozen=True)
class _Place:
    """Where an expression stands."""

    file: str
    element_id: str | None
    label: str = ""


def findings(
    content: Bundle,
    neighbours: Neighbours = NO_NEIGHBOURS,
    elsewhere: Elsewhere | None = None,
) -> list[Finding]:
    """Return a complaint for every expression that can get at a field of class S8 or A8.

    Beside the folder's own, those of other folders are looked at whose processes get to know
    more answers by what this folder brings, or ask a decision that it brings.
    """
    until_now = elsewhere or bindings.among(neighbours)
    from_now_on = bindings.after(content, until_now)
    processes = call_graph.drawn(neighbours, content)
    calls = call_graph.calls(processes)
    secrets = protected_ways.known(processes, calls, from_now_on)
    beside = call_graph.drawn(neighbours)
    before = protected_ways.known(beside, call_graph.calls(beside), until_now)
    folders = [_Looked(content, "", from_now_on)]
    for name, each in neighbours.items():
        looked = _Looked(each, f"{name}/", from_now_on)
        if looked.asks(content) or any(secrets[key] != before[key] for key in each.files_of):
            folders.append(looked)
    return [each for folder in folders for each in _of_folder(folder, secrets, calls)]


@dataclass(frozen=True)
class _Looked:
    """A folder that is looked at, how findings name it, and where it finds what is not its own."""

    content: Bundle
    place: str
    elsewhere: Elsewhere

    def decided_by(self, element: bpmn.Element) -> Bundle | None:
        """Return what holds the decision of an element, if there is one."""
        wanted = element.decision
        if wanted is None:
            return None
        return bindings.holder(Kind.DECISION, wanted, self.content, self.elsewhere)

    def asks(self, other: Bundle) -> bool:
        """Whether another folder holds a decision that an element of this one asks."""
        elements = (e for each in self.content.processes.values() for e in each.elements.values())
        return any(self.decided_by(element) is other for element in elements)


def _of_folder(folder: _Looked, secrets: Known, calls: Iterable[Call]) -> Iterator[Finding]:
    content, place = folder.content, folder.place
    special = {(c.caller, c.element.id): protected_ways.seen_by(c, secrets) for c in calls}
    everywhere: set[Way] = set()
    for process, file in content.process_files():
        usual = secrets[process.id]
        everywhere |= usual.hidden
        for element in process.elements.values():
            own = special.get((process.id, element.id), usual)
            if own.hidden:
                yield from _of(element, own, place + file)
                yield from _of_foreign_decision(element, own.hidden, folder, file)
    yield from _of_decisions(content, frozenset(everywhere), place)


def _of(element: bpmn.Element, secrets: Secrets, file: str) -> Iterator[Finding]:
    filed = FILED_PROTECTED.get(element.job_type or "", ())
    hands_over = [each for each in element.inputs if _hands_over(each.target, each.source, filed)]
    if hands_over:
        rest = tuple(line for line in element.inputs if line not in hands_over)
        element = replace(element, inputs=rest)
        names = frozenset((line.target,) for line in hands_over)
        secrets = replace(secrets, hidden=secrets.hidden | names)
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


def _hands_over(target: str, source: str, filed: Iterable[str]) -> bool:
    """Whether a mapping only brings a protected answer to the service that files it as such.

    The service gets the reference and nothing else; inside the task, the name stays protected.
    """
    return target in filed and _PLAIN_PATH.fullmatch(source) is not None


def _without_results(element: bpmn.Element) -> bpmn.Element:
    loop = replace(element.loop, output_element=None) if element.loop else None
    ad_hoc = replace(element.ad_hoc, output_element=None) if element.ad_hoc else None
    return replace(element, loop=loop, ad_hoc=ad_hoc)


def _of_foreign_decision(
    element: bpmn.Element, hidden: Ways, folder: _Looked, file: str
) -> Iterator[Finding]:
    """Look into the file of a decision that comes from another folder."""
    content, wanted = folder.decided_by(element), element.decision
    if wanted is None or content is None or content is folder.content:
        return
    source = content.brought[Kind.DECISION][wanted.id].file
    place = _Place(folder.place + file, element.id, f"Entscheidung „{wanted.id}“")
    reads = dmn.hidden_reads(content.files[source], hidden, content.functions, file=source)
    for _, ways in reads:
        yield from _complaints(place, ways, hidden)


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
