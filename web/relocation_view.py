"""What the page of a move shows: where each element would go, and what that means per instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine import bpmn
from engine.definitions import LoadedDefinition
from engine.migration import Planned
from web import running_view


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An element at which something waits, and where it may go."""

    element_id: str
    name: str
    chosen: str  #: an id in the new version, or "" for none
    options: tuple[tuple[str, str], ...]

    @property
    def is_by_id(self) -> bool:
        """Whether it goes to the element with its own id."""
        return self.chosen == self.element_id


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a move would do with one instance, in words."""

    instance_id: int
    is_possible: bool
    lines: tuple[str, ...]


def choices(
    old: LoadedDefinition,
    new: LoadedDefinition,
    waiting: Iterable[str],
    wanted: Mapping[str, str],
) -> list[Choice]:
    """Return where each waiting element goes: as wanted, else to its own id where that fits."""
    elements, rows = old.process.elements, []
    for element in (each for key, each in elements.items() if key in set(waiting)):
        row = _choice(element.id, _named(old.process, element), _options(element, new), wanted)
        rows += [row, *_ways_into(old, element, new, row.chosen, wanted)]
    return rows


def _choice(
    element_id: str, name: str, options: tuple[tuple[str, str], ...], wanted: Mapping[str, str]
) -> Choice:
    chosen = wanted.get(element_id) or element_id
    is_offered = chosen in dict(options)
    chosen = chosen if is_offered else ""
    return Choice(element_id=element_id, name=name, chosen=chosen, options=options)


def _options(element: bpmn.Element, new: LoadedDefinition) -> tuple[tuple[str, str], ...]:
    elements = new.process.elements.values()
    alike = (each for each in elements if bpmn.kind_of(each) == bpmn.kind_of(element))
    return tuple((each.id, _named(new.process, each)) for each in alike)


def _ways_into(
    old: LoadedDefinition,
    join: bpmn.Element,
    new: LoadedDefinition,
    target_id: str,
    wanted: Mapping[str, str],
) -> list[Choice]:
    """Return the ways that a waiting join counts, for those that are called differently there."""
    if not target_id or len(join.incoming) < 2:
        return []
    there = _sources(new.process)
    ways = new.process.elements[target_id].incoming
    options = tuple((way, f"der Weg von „{there[way]}“") for way in ways)
    here = _sources(old.process)
    return [
        _choice(way, f"Der Weg von „{here[way]}“ zu „{running_view.titled(join)}“", options, wanted)
        for way in join.incoming
        if way not in ways
    ]


def _sources(process: bpmn.Process) -> dict[str, str]:
    """Return the names of the elements that flows come from."""
    elements = process.elements.values()
    return {flow.id: running_view.titled(each) for each in elements for flow in each.outgoing}


def _named(process: bpmn.Process, element: bpmn.Element) -> str:
    """Name an element and the section it lies in."""
    name = running_view.titled(element)
    if element.scope is None:
        return name
    return f"{name} ({running_view.titled(process.elements[element.scope])})"


def mapping(rows: Iterable[Choice]) -> dict[str, str]:
    """Return what the engine has to be told: the elements that do not go to their own id."""
    return {row.element_id: row.chosen for row in rows if row.chosen and not row.is_by_id}


def forecast(planned: Planned, old: LoadedDefinition, new: LoadedDefinition) -> Forecast:
    """Tell a preview: what speaks against it, else what goes where."""
    preview = planned.preview
    lines = [*preview.problems] if not preview.is_possible else []
    for passage in preview.passages:
        name = _title(old, passage.element_id)
        if passage.problem:
            lines.append(f"{name}: {passage.problem}")
        elif preview.is_possible:
            lines.append(_way(name, _title(new, passage.target)))
    if preview.is_possible:
        lines += [f"{_title(new, key)}: wird neu abgewartet" for key in preview.armed]
        lines += [f"{_title(old, key)}: wird nicht mehr abgewartet" for key in preview.withdrawn]
    distinct = tuple(dict.fromkeys(lines))  # a loop says the same for each of its rounds
    return Forecast(
        instance_id=planned.instance_id, is_possible=preview.is_possible, lines=distinct
    )


def _way(name: str, target: str) -> str:
    return f"{name}: bleibt, wo es ist" if name == target else f"{name}: weiter bei {target}"


def _title(definition: LoadedDefinition, element_id: str) -> str:
    element = definition.process.elements.get(element_id)
    return running_view.titled(element) if element is not None else element_id
