"""Moves an instance to another version of its process, as a whole or not at all.

Zeebe's rules: every active element needs a target of the same kind in the same scope; without a
mapping its id is its target. What waits goes on waiting as it was: a user task with its key and
due date, a timer with its moment, a subscription with its message and correlation key (nothing is
evaluated again). Events that only the new version has at an active host begin to wait now; events
that it no longer has there are withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import armed, snapshot
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, is_armed
from engine.bpmn.landing import Landing, Passage
from engine.bpmn.model import Moment, Process
from engine.bpmn.outcome import Outcome, State
from engine.bpmn.projection import outcome_of
from engine.bpmn.scopes import is_item
from engine.errors import Conflict

ENDED = "Der Vorgang ist beendet. Nur laufende Vorgänge können umziehen."


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a migration would do; it is possible if there is no problem anywhere."""

    passages: tuple[Passage, ...] = ()  #: one per token and scope
    armed: tuple[str, ...] = ()  #: events that begin to wait
    withdrawn: tuple[str, ...] = ()  #: events that no longer wait
    problems: tuple[str, ...] = ()  #: what concerns no single element

    @property
    def is_possible(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems and not any(each.problem for each in self.passages)


class MigrationRefused(Conflict):
    """Der Vorgang kann nicht auf diesen Stand des Verfahrens umziehen."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


def plan(
    old: Process, saved: bytes, new: Process, mapping: Mapping[str, str], *, moment: Moment
) -> Preview:
    """Say for each active element where it would go, or why it cannot; changes nothing.

    `mapping` gives the ids of elements (and of flows on which joins have counted tokens) that
    are called differently in the new version.
    """
    highest = max((row[0] for row in snapshot.read(saved)["rows"]), default=0)
    numbers = count(highest + 1).__next__
    return _tried(old, saved, new, mapping, replace(moment, ids=numbers))[1]


def migrate(
    old: Process, saved: bytes, new: Process, mapping: Mapping[str, str], *, moment: Moment
) -> Outcome:
    """Return the instance on the new version; raise MigrationRefused with the preview."""
    instance, preview = _tried(old, saved, new, mapping, moment)
    if instance is None:
        raise MigrationRefused(preview)
    for task in list(instance.tasks.values()):
        if task.internal_data.get("wait") == "join":
            task.task_spec.recount(task)
    instance.advance()
    return outcome_of(instance)


def _tried(
    old: Process, saved: bytes, new: Process, mapping: Mapping[str, str], moment: Moment
) -> tuple[Instance | None, Preview]:
    known = snapshot.read(saved)
    problems = _unknown(old, new, mapping)
    if known["state"] != State.ACTIVE:
        problems.append(ENDED)
    snapshot.restore(known, old, moment)  # raises SnapshotUnreadable if `old` is not its process
    landing = Landing(old, new, mapping, known["rows"])
    preview = Preview(
        passages=tuple(landing.passages),
        withdrawn=tuple(landing.withdrawn),
        problems=(*problems, *landing.problems),
    )
    if not preview.is_possible:
        return None, preview
    return _armed({**known, "rows": landing.rows}, new, moment, preview)


def _unknown(old: Process, new: Process, mapping: Mapping[str, str]) -> list[str]:
    found = [(name, old) for name in mapping] + [(name, new) for name in mapping.values()]
    return [
        f"„{name}“ aus der Zuordnung gibt es in „{process.name}“ nicht."
        for name, process in found
        if name not in _ids(process)
    ]


def _ids(process: Process) -> set[str]:
    elements = process.elements.values()
    return set(process.elements) | {flow.id for each in elements for flow in each.outgoing}


def _armed(
    known: Mapping[str, Any], new: Process, moment: Moment, preview: Preview
) -> tuple[Instance | None, Preview]:
    instance = snapshot.restore(known, new, moment)
    begun: list[str] = []
    try:
        for host in list(instance.tasks.values()):
            present = _waiting_in(host)
            armed.arm((spec for spec in _expected(host) if spec.name not in present), host)
            begun += sorted(_waiting_in(host) - present)
    except Failure as failure:
        return None, replace(preview, problems=(failure.message,))
    return instance, replace(preview, armed=tuple(begun))


def _waiting_in(host: Task) -> set[str]:
    return {child.task_spec.name for child in host.children if is_armed(child)}


def _expected(host: Task) -> list[Any]:
    """Return the events that the new version lets wait in a host that runs."""
    facts, spec = host.internal_data, host.task_spec
    if "restored" in facts or "incident" in facts:
        return []
    begun = host.parent is None or "open" in facts
    listening = spec.handlers if begun and _listens(host) else []
    attached = [each for each in spec.awaited() if each not in spec.handlers]
    return [*(attached if begun and not is_item(host) else []), *listening]


def _listens(scope: Task) -> bool:
    """Whether a scope has passed its start and no event has interrupted it."""
    spec = scope.task_spec
    is_whole_loop = scope.parent is not None and spec.element.repeats and not is_item(scope)
    starts = (child for child in scope.children if not is_armed(child))
    has_begun = all(child.task_spec.element.type != "startEvent" for child in starts)
    return has_begun and not is_whole_loop and "interrupted" not in scope.internal_data
