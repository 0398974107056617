"""Where each active element of an instance lands in another version of its process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.elements import ElementSpec
from engine.bpmn.joins import JoinSpec
from engine.bpmn.model import Element, Process

MISSING = "Dieses Element gibt es dort nicht. Bitte ordnen Sie ihm ein anderes zu."
OTHER_KIND = "Das zugeordnete Element ist von anderer Art."
OTHER_SCOPE = "Das zugeordnete Element liegt in einem anderen Abschnitt."
OTHER_LOOP = "Das zugeordnete Element wird anders wiederholt."
OTHER_HOST = "Das zugeordnete Ereignis hängt dort an einem anderen Schritt."
ARRIVED = "Ein Fluss, der hier schon angekommen ist, führt dort nicht mehr hierher ({})."
CHOSEN = "Ein Fluss, der hier schon gewählt ist, führt dort nicht mehr weiter ({})."
UNDONE = "„{}“ ist schon erledigt und ließe sich dort nicht mehr rückgängig machen."
SHARED = "Zwei wartende Zusammenführungen können nicht zu einer werden."

Row = list[Any]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One active element and where it goes, or why it cannot."""

    key: int
    element_id: str
    name: str
    target: str
    problem: str = ""


class Landing:
    """The rows of a snapshot, rewritten for the new version."""

    def __init__(
        self, old: Process, new: Process, mapping: Mapping[str, str], rows: list[Row]
    ) -> None:
        self._old, self._new, self._mapping = old, new, mapping
        self._names = {row[0]: row[2] for row in rows}
        self._joins: set[tuple[int, str]] = set()
        self.rows: list[Row] = []
        self.passages: list[Passage] = []
        self.withdrawn: list[str] = []
        self.problems: list[str] = []  #: what concerns no single element
        for row in rows:
            self._land(row)

    def _target(self, element_id: str) -> str:
        own, mark, inner = element_id.partition("#")  # of an ad-hoc sub-process, what runs inside
        return self._mapping.get(own, own) + mark + inner

    def _land(self, row: Row) -> None:
        key, scope, name, state, facts = row
        target = self._target(name)
        if "armed" in facts:
            problem = self._armed_problem(scope, name, target)
            if problem and name not in self._mapping:
                self.withdrawn.append(name)
                return
        else:
            problem = next(self._problems(row, target), "") if name else ""
        if name:
            self._pass(key, name, target, problem, is_armed="armed" in facts)
        self.rows.append([key, scope, target, state, self._facts(name, target, facts)])

    def _pass(self, key: int, name: str, target: str, problem: str, *, is_armed: bool) -> None:
        if is_armed and not problem:
            return
        if self._old.spec.task_specs[name].is_hidden:  # the problem is the sub-process's own
            return
        element = self._old.spec.task_specs[name].element
        passage = Passage(
            key=key, element_id=name, name=element.name, target=target, problem=problem
        )
        self.passages.append(passage)

    def _armed_problem(self, scope: int, name: str, target: str) -> str:
        specs = self._new.spec.task_specs
        host = specs.get(self._target(self._names[scope]), self._new.spec.start)
        spec = specs.get(target)
        if spec is None or spec not in host.awaited():
            return OTHER_HOST
        return "" if self._is_alike(name, spec) else OTHER_KIND

    def _is_alike(self, name: str, spec: ElementSpec) -> bool:
        before = self._old.spec.task_specs[name]
        one, other = before.element, spec.element
        return type(before) is type(spec) and kind_of(one) == kind_of(other)

    def _problems(self, row: Row, target: str) -> Iterator[str]:
        spec = self._new.spec.task_specs.get(target)
        if not isinstance(spec, ElementSpec):
            yield MISSING
            return
        before: Element = self._old.spec.task_specs[row[2]].element
        if not self._is_alike(row[2], spec):
            yield OTHER_KIND
        if (self._target(before.scope) if before.scope else None) != spec.element.scope:
            yield OTHER_SCOPE
        if _repetition(before) != _repetition(spec.element):
            yield OTHER_LOOP
        yield from self._flow_problems(row, spec)

    def _flow_problems(self, row: Row, spec: ElementSpec) -> Iterator[str]:
        _, scope, _, _, facts = row
        if isinstance(spec, JoinSpec) and "arrived" in facts:
            lost = {self._target(each) for each in facts["arrived"]} - set(spec.element.incoming)
            if lost:
                yield ARRIVED.format(", ".join(sorted(lost)))
            if (scope, spec.name) in self._joins:
                yield SHARED
            self._joins.add((scope, spec.name))
        ways = {flow.id for flow in spec.element.outgoing}
        gone = {self._target(each) for each in facts.get("taken", ())} - ways
        if gone:
            yield CHOSEN.format(", ".join(sorted(gone)))

    def _facts(self, name: str, target: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Return what is kept about the element, under the names of the new version."""
        result = dict(facts)
        if "arrived" in facts:
            result["arrived"] = {self._target(way): n for way, n in facts["arrived"].items()}
        if "taken" in facts:
            result["taken"] = [self._target(each) for each in facts["taken"]]
        for list_name in ("undo", "todo"):
            if list_name in facts:
                result[list_name] = [self._record(each) for each in facts[list_name]]
        if "count" in facts and target in self._new.elements:
            values = dict(facts.get("values", {}))
            self._collect_as_new(values, name, target, facts["count"])
            result["values"] = values
        return result

    def _record(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return what a completed activity has left to be undone, under its new name."""
        target = self._target(record["element"])
        before = self._old.elements[record["element"]]
        after = self._new.elements.get(target)
        if after is None or (after.undone_by is None) != (before.undone_by is None):
            self.problems.append(UNDONE.format(before.name or before.id))
        inside = [self._record(each) for each in record["undo"]]
        return {**record, "element": target, "undo": inside}

    def _collect_as_new(self, values: dict[str, Any], name: str, target: str, items: int) -> None:
        """Keep what a loop has collected, also when its list is called differently now."""
        before, after = self._old.elements[name].loop, self._new.elements[target].loop
        collected = values.pop((before and before.output_collection) or "", [None] * items)
        if after is not None and after.output_collection:
            values[after.output_collection] = collected


def kind_of(element: Element) -> tuple[str | None, ...]:
    """Return what an element must have in common with its target: its type and its events."""
    return (element.type, *(each.event for each in element.definitions))


def _repetition(element: Element) -> tuple[bool, bool, bool]:
    loop = element.loop
    is_sequential = loop is not None and loop.sequential
    return loop is not None, is_sequential, element.repetition is not None
