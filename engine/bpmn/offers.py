"""What people may begin in ad-hoc sub-processes right now, and the groups that may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from SpiffWorkflow.task import Task

from engine.bpmn import snapshot, tasks
from engine.bpmn.failures import Failure
from engine.bpmn.model import Element, Moment, Process


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An element of an ad-hoc sub-process that may begin now."""

    key: int  #: of the ad-hoc sub-process that waits
    section_id: str
    element_id: str
    groups: frozenset[str]


def offers(process: Process, saved: bytes, moment: Moment) -> tuple[Offer, ...]:
    """Return what may begin, and for whom; changes nothing.

    A user task is offered to its own candidate groups, everything else to the groups that have
    tasks in its lane. The property `knopf_gruppen` says otherwise, as it does for messages.
    """
    instance = snapshot.load(saved, process, moment)
    return tuple(offer for task in instance.tasks.values() for offer in _of(task, process))


def _of(task: Task, process: Process) -> Iterator[Offer]:
    facts = task.internal_data
    if facts.get("wait") != "ad_hoc" or "incident" in facts:
        return
    for element_id in task.task_spec.choices:
        yield Offer(
            key=task.id,
            section_id=task.task_spec.element.id,
            element_id=element_id,
            groups=_groups(task, process, process.elements[element_id]),
        )


def _groups(task: Task, process: Process, element: Element) -> frozenset[str]:
    own = element.properties.get("knopf_gruppen") or element.candidate_groups
    if own:
        return frozenset(_named(task, [own]))
    neighbours = (each for each in process.elements.values() if each.lane == element.lane)
    return frozenset(_named(task, (each.candidate_groups for each in neighbours)))


def _named(task: Task, texts: Iterable[str | None]) -> Iterator[str]:
    """Yield the groups of raw texts; one that cannot be computed yet names nobody."""
    for text in texts:
        try:
            yield from tasks.names_of(task, text, "Zuständige Gruppen")
        except Failure:
            continue
