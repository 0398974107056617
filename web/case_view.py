"""What the case page shows, put together for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, user_tasks
from engine.bpmn.outcome import State
from engine.definitions import LoadedDefinition
from engine.model.history import HistoryRow
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import TaskState, UserTask
from engine.organisation.accounts import User
from web import decisions, drawing, visibility
from web.decisions import Reason
from web.drawing import Mark, NotDrawable, Step
from web.visibility import Course, may_see_procedure, may_see_step

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
    called_by: str | None  #: the procedure that it is a part of
    version: int
    is_running: bool
    started_at: datetime
    ended_at: datetime | None
    ended_in: tuple[str, ...]
    pictures: tuple[Picture, ...]
    reasons: tuple[Reason, ...]
    has_incident: bool
    parent_id: int | None  #: the instance that called it


def procedures(session: Session, case_id: int, user: User) -> list[Procedure]:
    """Return the procedures of a case, the running ones first, the newest before the others.

    What was called stands under its caller, if the person may see that.
    """
    query = (
        select(Instance)
        .where(Instance.case_id == case_id)
        .order_by(Instance.state != State.ACTIVE, Instance.id.desc())
    )
    found = visibility.courses(session, case_id)
    return _under_callers(
        [
            _procedure(session, instance, found, user)
            for instance in session.scalars(query).all()
            if may_see_procedure(found[instance.id], user)
        ]
    )


def _under_callers(found: list[Procedure]) -> list[Procedure]:
    shown = {each.instance_id for each in found}
    called: dict[int | None, list[Procedure]] = {}
    for each in found:
        called.setdefault(each.parent_id if each.parent_id in shown else None, []).append(each)
    ordered: list[Procedure] = []
    waiting = called.pop(None, [])
    while waiting:
        first, *rest = waiting
        ordered.append(first)
        waiting = called.pop(first.instance_id, []) + rest
    return ordered


def _procedure(
    session: Session, instance: Instance, found: Mapping[int, Course], user: User
) -> Procedure:
    course = found[instance.id]
    definition, caller = course.definition, course.caller
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
        if key in elements and may_see_step(course, key, user)
    ]
    return Procedure(
        instance_id=instance.id,
        name=definition.name,
        called_by=found[caller[0]].definition.name if caller else None,
        version=definition.version,
        is_running=instance.state == State.ACTIVE,
        started_at=instance.started_at,
        ended_at=instance.ended_at,
        ended_in=tuple(ends),
        pictures=pictures(definition, marks),
        reasons=tuple(decisions.latest(session, course, instance.id, user=user)),
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
        select(Job.element_id).where(Job.instance_id == instance_id, Job.available_at.is_not(None)),
        select(HistoryRow.element_id)
        .join(Instance, HistoryRow.element_key == Instance.parent_key)
        .where(Instance.parent_id == instance_id, Instance.state == State.ACTIVE)
        .where(HistoryRow.instance_id == instance_id),
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
    found = visibility.courses(session, case_id)
    lines: dict[tuple[int, str], OpenLine] = {}
    for task in user_tasks.of_case(session, case_id):
        place = (task.instance_id, task.element_id)
        shown = place if user.sees_status else visibility.shown_in(found, *place)
        if user_tasks.may_see(task, user):
            lines[task.id, ""] = OpenLine(task.name, task, is_own=True)
        elif not may_see_procedure(found[shown[0]], user):
            continue
        elif shown == place:
            lines[task.id, ""] = OpenLine(task.name, task, is_own=False)
        elif shown[0] == place[0] or may_see_step(found[shown[0]], shown[1], user):
            phase = found[shown[0]].definition.process.elements[shown[1]].name
            lines[shown] = OpenLine(phase, None, is_own=False)
    return list(lines.values())
