"""What the case page shows, put together for one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, definitions, user_tasks
from engine.bpmn.outcome import State
from engine.definitions import LoadedDefinition
from engine.model.deployment import Definition, Deployment
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import TaskState, UserTask
from engine.organisation.accounts import User
from web import decisions, drawing, visibility
from web.decisions import Reason
from web.drawing import Mark, NotDrawable, Step
from web.visibility import may_see_procedure, may_see_step

HERE = Mark("hier")
STUCK = Mark("Vorfall")


@dataclass(frozen=True)
class Picture:
    """One plane of a diagram as it stands, drawn and in words."""

    name: str
    svg: str
    steps: tuple[Step, ...]
    is_current: bool


@dataclass(frozen=True)
class Procedure:
    """One running or finished procedure of the case."""

    instance_id: int
    name: str
    version: int
    is_running: bool
    started_at: datetime
    ended_at: datetime | None
    ended_in: tuple[str, ...]
    pictures: tuple[Picture, ...]
    reasons: tuple[Reason, ...]
    has_incident: bool
    parent_id: int | None  #: the instance that called it
    caller: str = ""  #: the name of the procedure above it that called it


def procedures(session: Session, case_id: int, user: User) -> list[Procedure]:
    """Return the procedures of a case, the running ones first, the newest before the others.

    What was called stands under its caller, if the person may see that.
    """
    query = (
        select(Instance, *definitions.COLUMNS)
        .join(Definition, Instance.definition_id == Definition.id)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .where(Instance.case_id == case_id)
        .order_by(Instance.state != State.ACTIVE, Instance.id.desc())
    )
    found = [
        (row.Instance, definitions.from_row(session, row)) for row in session.execute(query).all()
    ]
    return _under_callers(
        [
            _procedure(session, instance, definition, user)
            for instance, definition in found
            if may_see_procedure(definition, user)
        ]
    )


def _under_callers(found: list[Procedure]) -> list[Procedure]:
    shown = {each.instance_id: each for each in found}
    called: dict[int | None, list[Procedure]] = {}
    for each in found:
        caller = shown.get(each.parent_id) if each.parent_id is not None else None
        named = replace(each, caller=caller.name) if caller else each
        called.setdefault(caller.instance_id if caller else None, []).append(named)
    ordered: list[Procedure] = []
    waiting = called.pop(None, [])
    while waiting:
        first, *rest = waiting
        ordered.append(first)
        waiting = called.pop(first.instance_id, []) + rest
    return ordered


def _procedure(
    session: Session, instance: Instance, definition: LoadedDefinition, user: User
) -> Procedure:
    marks = positions(session, instance) if instance.state == State.ACTIVE else {}
    own = _own_elements(session, instance, user)
    marks = {
        key if key in own else visibility.shown_as(definition, key, user): mark
        for key, mark in marks.items()
    }
    elements = definition.process.elements
    ends = [
        elements[key].name
        for key in instance.ended_in or []
        if key in elements and may_see_step(definition, key, user)
    ]
    return Procedure(
        instance_id=instance.id,
        name=definition.name,
        version=definition.version,
        is_running=instance.state == State.ACTIVE,
        started_at=instance.started_at,
        ended_at=instance.ended_at,
        ended_in=tuple(ends),
        pictures=pictures(definition, marks),
        reasons=tuple(decisions.latest(session, definition, instance.id, user=user)),
        has_incident=STUCK in marks.values(),
        parent_id=instance.parent_id,
    )


def _own_elements(session: Session, instance: Instance, user: User) -> set[str]:
    """Return the elements of the person's own open tasks: those may always be named to them."""
    open_tasks = user_tasks.of_case(session, instance.case_id)
    return {
        task.element_id
        for task in open_tasks
        if task.instance_id == instance.id and user_tasks.may_see(task, user)
    }


def positions(session: Session, instance: Instance) -> dict[str, Mark]:
    """Return the elements where an instance stands; one that failed says so."""
    instance_id = instance.id
    waits = [
        select(UserTask.element_id).where(
            UserTask.instance_id == instance_id, UserTask.state == TaskState.OPEN
        ),
        select(Timer.element_id).where(Timer.instance_id == instance_id),
        select(Subscription.element_id).where(Subscription.instance_id == instance_id),
    ]
    marks = {key: HERE for query in waits for key in session.scalars(query)}
    marks |= {each.element_id: HERE for each in bpmn.active(instance.snapshot) if each.wait}
    stuck = select(Incident.element_id).where(
        Incident.instance_id == instance_id, Incident.resolved_at.is_(None)
    )
    return marks | dict.fromkeys(session.scalars(stuck), STUCK)


def pictures(definition: LoadedDefinition, marks: dict[str, Mark]) -> tuple[Picture, ...]:
    """Draw the whole, then each inner plane in which something is marked."""
    tokens = {
        key: mark
        for key, mark in marks.items()
        if definition.process.elements[key].type != "boundaryEvent"
    }
    found = _drawn(definition.diagram, tuple(sorted((key, m.text) for key, m in tokens.items())))
    return tuple(picture for index, picture in enumerate(found) if index == 0 or picture.is_current)


@lru_cache(maxsize=200)
def _drawn(diagram: bytes, marked: tuple[tuple[str, str], ...]) -> tuple[Picture, ...]:
    """Draw each plane; a procedure runs without a drawing, too, and its case stays readable."""
    marks = {key: Mark(text) for key, text in marked}
    pictures = []
    try:
        found = drawing.planes(diagram)
    except NotDrawable:
        return ()
    for plane in found:
        steps = drawing.outline(diagram, plane.id, marks)
        svg = drawing.draw(diagram, plane.id, marks)
        is_current = any(step.is_current for step in steps)
        pictures.append(Picture(plane.name, svg, steps, is_current))
    return tuple(pictures)


@dataclass(frozen=True)
class OpenLine:
    """An open task of the case, or the phase that stands for steps a person may not know."""

    name: str
    task: UserTask | None
    is_own: bool


def open_lines(session: Session, case_id: int, user: User) -> list[OpenLine]:
    """Return what is open in a case, as far as a person may know; a phase is named once."""
    found = visibility.definitions_of(session, case_id)
    lines: dict[tuple[int, str], OpenLine] = {}
    for task in user_tasks.of_case(session, case_id):
        definition = found[task.instance_id]
        if user_tasks.may_see(task, user):
            lines[task.id, ""] = OpenLine(task.name, task, is_own=True)
        elif may_see_procedure(definition, user):
            shown = visibility.shown_as(definition, task.element_id, user)
            if shown == task.element_id:
                lines[task.id, ""] = OpenLine(task.name, task, is_own=False)
            else:
                phase = definition.process.elements[shown].name
                lines[task.instance_id, shown] = OpenLine(phase, None, is_own=False)
    return list(lines.values())
