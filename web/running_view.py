"""What the page of a running instance shows: its tokens, what each waits for, where one may begin.

Only elements, moments and states are read; no variable, no name of a family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.definitions import LoadedDefinition
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import TaskState, UserTask
from engine.organisation import groups
from web import wording


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token, or one section or loop that holds tokens."""

    key: int
    name: str
    place: str  #: the sections around it, and the round of a loop
    waits_for: str
    incident_id: int | None
    child_id: int | None  #: the instance that it called


@dataclass(frozen=True)
class Watched:
    """An event that may happen at any time while its section or step runs."""

    name: str
    waits_for: str


@dataclass(frozen=True)
class Place:
    """A section in which steps may begin: pairs of a form's value and what a person reads."""

    name: str
    options: tuple[tuple[str, str], ...]


class Waits:
    """What the tables know about the waits of one instance, by the wait's number."""

    def __init__(self, session: Session, instance_id: int) -> None:
        def rows(model: Any, *where: Any) -> list[Any]:
            own = select(model).where(model.instance_id == instance_id, *where)
            return list(session.scalars(own.order_by(model.id)))

        self.tasks = {row.id: row for row in rows(UserTask, UserTask.state == TaskState.OPEN)}
        self.timers: dict[int, Timer] = {row.id: row for row in rows(Timer)}
        self.subscriptions: dict[int, Subscription] = {r.id: r for r in rows(Subscription)}
        self.jobs: dict[int, Job] = {
            row.id: row for row in rows(Job, Job.available_at.is_not(None))
        }
        failed = rows(Incident, Incident.resolved_at.is_(None))
        self.incidents = {row.element_id: row.id for row in failed}
        called = select(Instance.parent_key, Instance.id).where(Instance.parent_id == instance_id)
        self.children: dict[int | None, int] = {
            key: child for key, child in session.execute(called)
        }
        self.group_names = groups.names(session)

    def text(self, key: int, wait: str | None, element: bpmn.Element) -> str:
        """Say what an element waits for."""
        if wait == "user_task":
            return self._task(self.tasks[key])
        if wait == "timer":
            return f"den {wording.moment(self.timers[key].due_at)}"
        if wait == "subscription":
            return _awaited(self.subscriptions[key], element)
        if wait == "job":
            return f"den Dienst „{self.jobs[key].type}“"
        if wait is None and element.type == "eventBasedGateway":
            return "eines von mehreren Ereignissen"
        return PLAIN[wait]

    def _task(self, task: UserTask) -> str:
        names = [self.group_names.get(name, name) for name in task.candidate_groups]
        who = ", ".join(names) or "eine bestimmte Person"
        return f"{who}, Frist {wording.day(task.due_at)}" if task.due_at else who


PLAIN = {
    None: "die Schritte darin",
    "call": "das Ende des aufgerufenen Vorgangs",
    "ad_hoc": "die Wahl weiterer Schritte oder deren Ende",
    "condition": "eine Bedingung",
    "join": "die übrigen Wege, die hier zusammenlaufen",
}


def _awaited(row: Subscription, element: bpmn.Element) -> str:
    """Name a message or signal; not where the name is computed from values of the case."""
    raw = element.message if row.kind == "message" else element.signal
    kind = "die Nachricht" if row.kind == "message" else "das Signal"
    if raw is None or raw.startswith("="):
        return kind
    return f"{kind} „{wording.message_name(row.message)}“"


def tokens(definition: LoadedDefinition, snapshot: bytes, waits: Waits) -> list[Token]:
    """Return what runs, sections before what they hold."""
    running = bpmn.active(snapshot)
    elements, by_key = definition.process.elements, {each.key: each for each in running}
    return [
        Token(
            key=each.key,
            name=titled(elements[each.element_id]),
            place=_place(elements, each, by_key),
            waits_for=_text(waits, each, elements),
            incident_id=waits.incidents.get(each.element_id) if each.has_incident else None,
            child_id=waits.children.get(each.key) if each.wait == "call" else None,
        )
        for each in running
        if each.element_id in elements
    ]


def _text(waits: Waits, each: bpmn.ActiveElement, elements: Mapping[str, bpmn.Element]) -> str:
    if each.has_incident:
        return "eine Korrektur"
    if elements[each.element_id].repeats and each.index is None:
        return "das Ende aller Durchläufe"
    return waits.text(each.key, each.wait, elements[each.element_id])


def _place(
    elements: Mapping[str, bpmn.Element],
    each: bpmn.ActiveElement,
    by_key: Mapping[int, bpmn.ActiveElement],
) -> str:
    """Name the sections around a token; a loop's whole is not named beside its round."""
    parts = [_round(each)] if each.index is not None else []
    outer = by_key.get(each.scope_key)
    while outer is not None:
        is_repeated = outer.element_id == each.element_id
        if outer.element_id in elements and not is_repeated:
            named = titled(elements[outer.element_id])
            parts.insert(0, f"{named}, {_round(outer)}" if outer.index is not None else named)
        each, outer = outer, by_key.get(outer.scope_key)
    return " › ".join(parts)


def _round(each: bpmn.ActiveElement) -> str:
    return f"Durchlauf {(each.index or 0) + 1}"


def watched(definition: LoadedDefinition, snapshot: bytes, waits: Waits) -> list[Watched]:
    """Return the events that are waited for beside the tokens."""
    running = {each.key for each in bpmn.active(snapshot)}
    elements = definition.process.elements
    rows: Iterable[Timer | Subscription] = (*waits.timers.values(), *waits.subscriptions.values())
    found = []
    for row in rows:
        if row.id not in running:
            kind = "timer" if isinstance(row, Timer) else "subscription"
            element = elements[row.element_id]
            found.append(Watched(titled(element), waits.text(row.id, kind, element)))
    return found


def places(definition: LoadedDefinition, snapshot: bytes) -> list[Place]:
    """Return where a person may begin; in a section that runs several times, once for each."""
    process, running = definition.process, bpmn.active(snapshot)
    found: dict[tuple[str, int | None], list[tuple[str, str]]] = {}
    for element in bpmn.beginnable(process):
        for scope in _scopes(process, element, running):
            value = f"{element.id}@{scope.key}" if scope else element.id
            name = _section(process, element, scope, running)
            found.setdefault((name, scope.key if scope else None), []).append(
                (value, titled(element))
            )
    return [Place(name, tuple(options)) for (name, _), options in found.items()]


def _scopes(
    process: bpmn.Process, element: bpmn.Element, running: tuple[bpmn.ActiveElement, ...]
) -> list[bpmn.ActiveElement | None]:
    """Return the running sections among which one has to be chosen; None where there is no choice.

    The innermost section around the element that runs decides.
    """
    outer = element.scope
    while outer is not None:
        ready = [each for each in running if each.element_id == outer and _is_ready(process, each)]
        if ready:
            return [*ready] if len(ready) > 1 else [None]
        outer = process.elements[outer].scope
    return [None]


def _is_ready(process: bpmn.Process, each: bpmn.ActiveElement) -> bool:
    is_whole_loop = process.elements[each.element_id].repeats and each.index is None
    return not is_whole_loop and not each.has_incident


def _section(
    process: bpmn.Process,
    element: bpmn.Element,
    scope: bpmn.ActiveElement | None,
    running: tuple[bpmn.ActiveElement, ...],
) -> str:
    names: list[str] = []
    outer = element.scope
    while outer is not None:
        names.insert(0, titled(process.elements[outer]))
        outer = process.elements[outer].scope
    if scope is not None:
        around = _place(process.elements, scope, {each.key: each for each in running})
        names.append(around or f"Nummer {scope.key}")
    return " › ".join(names) or process.name


def titled(element: bpmn.Element) -> str:
    """Return an element's name, or its id where it has none."""
    return element.name or element.id
