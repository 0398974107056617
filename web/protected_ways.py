"""Under which names the processes know protected answers: their own, and those that calls bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import forms
from engine import bindings, bpmn, user_tasks
from engine.bindings import Elsewhere
from engine.bundle import Bundle, Kind
from engine.call_graph import Call, Drawn
from engine.feel.reads import Names, Reading, Way, Ways, reading


@dataclass(frozen=True)
class Secrets:
    """What a process keeps from its expressions, and what surrounds these."""

    hidden: Ways
    names: Names

    def reading(self, raw: str | None) -> Reading:
        """Return what a raw text reads; deployment has checked its syntax."""
        if raw is None or not raw.lstrip().startswith("="):
            return Reading(frozenset(), frozenset())
        return reading(raw.lstrip()[1:], self.hidden, self.names)


#: What each process keeps secret, by its id.
Known = Mapping[str, Secrets]


def known(
    processes: Mapping[str, Drawn], calls: Iterable[Call], elsewhere: Elsewhere
) -> dict[str, Secrets]:
    """Return what each process keeps secret, whichever of them asked for it.

    A call takes answers along unless it hands over only what it maps, and the child's come back
    unless output mappings pick from them.
    """
    found = {key: _own(each, elsewhere) for key, each in processes.items()}
    while True:
        grown = {key: _with_collections(processes[key].process, s) for key, s in found.items()}
        for call in calls:
            for target in call.targets:
                _flow(grown, call, target)
        if grown == found:
            return found
        found = grown


def _own(drawn: Drawn, elsewhere: Elsewhere) -> Secrets:
    names = Names(functions=frozenset(drawn.content.functions))
    return Secrets(_hidden(drawn, elsewhere), names)


def _flow(found: dict[str, Secrets], call: Call, target: str) -> None:
    called = call.element.called
    assert called is not None
    if called.takes_all:
        found[target] = _with(found[target], found[call.caller].hidden)
    if called.gives_all and not call.element.outputs:
        found[call.caller] = _with(found[call.caller], found[target].hidden)


def _with(secrets: Secrets, more: Ways) -> Secrets:
    return replace(secrets, hidden=secrets.hidden | more)


def seen_by(call: Call, found: Known) -> Secrets:
    """Return what the output mappings of a call must not read: the child's answers, too."""
    return _with(found[call.caller], frozenset().union(*(found[t].hidden for t in call.targets)))


def _hidden(drawn: Drawn, elsewhere: Elsewhere) -> Ways:
    """Return the protected answers of a process as its expressions would name them.

    A task's answers lie in the variable named as the task, those of a button's form are variables
    of their own.
    """
    ways: set[Way] = set()
    for element in drawn.process.elements.values():
        ways |= _protected(element.asked_before, drawn.content, elsewhere)
        if element.type == "userTask":
            variable = user_tasks.result_name(element.id)
            answers = _protected(element.form, drawn.content, elsewhere)
            ways |= {(variable, *steps) for steps in answers}
    return frozenset(ways)


def _protected(wanted: bpmn.Bound | None, own: Bundle, elsewhere: Elsewhere) -> set[Way]:
    content = bindings.holder(Kind.FORM, wanted, own, elsewhere) if wanted else None
    source = content.form(wanted.id) if wanted and content else None
    if wanted is None or source is None:
        return set()
    paths = forms.load(source, file=f"{wanted.id}.form").protected
    return {tuple(step for step in path.split(".") if step != "*") for path in paths}


def _with_collections(process: bpmn.Process, secrets: Secrets) -> Secrets:
    """Add the ways through the lists in which the results of repeated work are collected."""
    lists = [each for e in process.elements.values() for each in (e.loop, e.ad_hoc) if each]
    while True:
        more = {way for each in lists for way in _collected(each, secrets)}
        if more <= secrets.hidden:
            return secrets
        secrets = _with(secrets, frozenset(more))


def _collected(around: bpmn.Loop | bpmn.AdHoc, secrets: Secrets) -> Iterator[Way]:
    """Yield what is hidden in the list of repeated work; ways get shorter, never longer."""
    if around.output_collection and around.output_element:
        for whole in secrets.reading(around.output_element).result:
            inside = (way for way in secrets.hidden if way[: len(whole)] == whole)
            yield from ((around.output_collection, *way[len(whole) :]) for way in inside)
