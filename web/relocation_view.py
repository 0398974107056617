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
    rows = []
    elements = old.process.elements
    for element in (each for key, each in elements.items() if key in set(waiting)):
        options = _options(element, new.process)
        chosen = wanted.get(element.id) or element.id
        rows.append(
            Choice(
                element_id=element.id,
                name=_named(old.process, element),
                chosen=chosen if chosen in dict(options) else "",
                options=options,
            )
        )
    return rows


def _options(element: bpmn.Element, process: bpmn.Process) -> tuple[tuple[str, str], ...]:
    alike = (e for e in process.elements.values() if bpmn.kind_of(e) == bpmn.kind_of(element))
    return tuple((each.id, _named(process, each)) for each in alike)


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
