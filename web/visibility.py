"""What of a procedure a person may see: steps of class S8-Status are for the SGB VIII part (M4).

A step is of that class if it or a phase around it says so: that the youth office was asked is
already a hint at a danger to the child, whatever came of it. What such a step calls is as hidden as
the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.definitions import LoadedDefinition
from engine.model.deployment import Definition, Deployment
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.organisation.accounts import User

STATUS_CLASS = "S8-Status"


@dataclass(frozen=True)
class Course:
    """What an instance runs on, the call activity that began it, and whether that one is hidden."""

    definition: LoadedDefinition
    caller: tuple[int, str] | None = None  #: instance and element
    is_hidden: bool = False  #: for all who may not see steps of the class


def is_status(process: bpmn.Process, element_id: str) -> bool:
    """Whether a step belongs to the part that carries codes of class S8-Status.

    One that an older version had, and this one has no more, counts as such.
    """
    inner = process.elements.get(element_id)
    if inner is None:
        return True
    while inner is not None:
        if inner.properties.get("datenklasse") == STATUS_CLASS:
            return True
        inner = process.elements.get(inner.scope) if inner.scope else None
    return False


def may_see_step(course: Course, element_id: str, user: User) -> bool:
    """Whether a step's name, course and result are open to a person."""
    if user.sees_status:
        return True
    return not course.is_hidden and not is_status(course.definition.process, element_id)


def shown_as(definition: LoadedDefinition, element_id: str, user: User) -> str:
    """Return the element at which a step is shown to a person: itself, or the phase around it.

    A phase that holds any step of the class is shown as a whole to those who may not see such
    steps: if only the others were named, a missing name would give the hidden one away.
    """
    return element_id if user.sees_status else phase(definition, element_id)


def phase(definition: LoadedDefinition, element_id: str) -> str:
    """Return the phase that stands for a step before those who may not see the class."""
    shown, inner = element_id, definition.process.elements[element_id]
    while inner.scope:
        if inner.scope in _mixed(definition.process):
            shown = inner.scope
        inner = definition.process.elements[inner.scope]
    return shown


def _mixed(process: bpmn.Process) -> set[str]:
    """Return the sub-processes in which some step is of the class, at whatever depth."""
    found: set[str] = set()
    for key in process.elements:
        scope = process.elements[key].scope if is_status(process, key) else None
        while scope:
            found.add(scope)
            scope = process.elements[scope].scope
    return found


def may_see_procedure(course: Course, user: User) -> bool:
    """Whether a person may know that a procedure runs: one of its starts must be open to them."""
    return user.sees_status or not (course.is_hidden or begins_hidden(course.definition))


def begins_hidden(definition: LoadedDefinition) -> bool:
    """Whether every start of a procedure is of the class, so that it is hidden as a whole."""
    return all(is_status(definition.process, start.id) for start in definition.process.starts)


def courses(session: Session, case_id: int) -> Mapping[int, Course]:
    """Return what each instance of a case runs on, by the instance's id."""
    query = (
        select(Instance.id.label("instance_id"), Instance.parent_id, Instance.parent_key)
        .add_columns(*definitions.COLUMNS)
        .join(Definition, Instance.definition_id == Definition.id)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .where(Instance.case_id == case_id)
    )
    rows = session.execute(query).all()
    keys = [row.parent_key for row in rows if row.parent_key is not None]
    calls = _calls(session, case_id) if keys else {}
    waiting = {row.instance_id: row for row in rows}
    found: dict[int, Course] = {}

    def course(instance_id: int) -> Course:
        if instance_id not in found:
            row = waiting[instance_id]
            definition = definitions.from_row(session, row)
            if row.parent_id is None:
                found[instance_id] = Course(definition)
            else:
                element_id = calls.get((row.parent_id, row.parent_key), "")
                hidden = _hides(course(row.parent_id), element_id)
                found[instance_id] = Course(definition, (row.parent_id, element_id), hidden)
        return found[instance_id]

    return {row.instance_id: course(row.instance_id) for row in rows}


def _calls(session: Session, case_id: int) -> dict[tuple[int, int], str]:
    """Return the call activities that an instance of a case has entered, by instance and key."""
    query = select(HistoryRow.instance_id, HistoryRow.element_key, HistoryRow.element_id).where(
        HistoryRow.case_id == case_id, HistoryRow.element_type == "callActivity"
    )
    return {(row.instance_id, row.element_key): row.element_id for row in session.execute(query)}


def _hides(caller: Course, element_id: str) -> bool:
    """Whether a call is hidden from those who may not see steps of the class, or its phase is."""
    definition = caller.definition
    if caller.is_hidden or begins_hidden(definition) or is_status(definition.process, element_id):
        return True
    return phase(definition, element_id) != element_id


def shown_in(found: Mapping[int, Course], instance_id: int, element_id: str) -> tuple[int, str]:
    """Return instance and element at which a step is shown to those who may not see it.

    What runs in a hidden call is shown at the phase around the call, in the first caller that is
    open to them.
    """
    place = (instance_id, element_id)
    while (course := found[place[0]]).is_hidden and course.caller is not None:
        place = course.caller
    return place[0], phase(found[place[0]].definition, place[1])
