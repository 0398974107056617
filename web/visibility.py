"""What of a procedure a person may see: steps of class S8-Status are for the SGB VIII part (M4).

A step is of that class if it or a phase around it says so: that the youth office was asked is
already a hint at a danger to the child, whatever came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.definitions import LoadedDefinition
from engine.model.deployment import Definition, Deployment
from engine.model.instance import Instance
from engine.organisation.accounts import User

STATUS_CLASS = "S8-Status"


def is_status(process: bpmn.Process, element_id: str) -> bool:
    """Whether a step belongs to the part that carries codes of class S8-Status."""
    inner = process.elements.get(element_id)
    while inner is not None:
        if inner.properties.get("datenklasse") == STATUS_CLASS:
            return True
        inner = process.elements.get(inner.scope) if inner.scope else None
    return False


def may_see_step(definition: LoadedDefinition, element_id: str, user: User) -> bool:
    """Whether a step's name, course and result are open to a person.

    What an older version did, before its instance moved, may be unknown here: then it is not open.
    """
    is_known = element_id in definition.process.elements
    return user.sees_status or (is_known and not is_status(definition.process, element_id))


def shown_as(definition: LoadedDefinition, element_id: str, user: User) -> str:
    """Return the element at which a step is shown to a person: itself, or the phase around it.

    A phase that holds any step of the class is shown as a whole to those who may not see such
    steps: if only the others were named, a missing name would give the hidden one away.
    """
    if user.sees_status:
        return element_id
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


def may_see_procedure(definition: LoadedDefinition, user: User) -> bool:
    """Whether a person may know that a procedure runs: one of its starts must be open to them."""
    starts = definition.process.starts
    return user.sees_status or not all(is_status(definition.process, s.id) for s in starts)


def of_case(session: Session, case_id: int, user: User) -> Callable[[int, str], bool]:
    """Return whether a step (instance, element) of a case is open to a person."""
    found = definitions_of(session, case_id)
    return lambda instance_id, element_id: may_see_step(found[instance_id], element_id, user)


def definitions_of(session: Session, case_id: int) -> Mapping[int, LoadedDefinition]:
    """Return what each instance of a case runs on, by the instance's id."""
    query = (
        select(Instance.id.label("instance_id"), *definitions.COLUMNS)
        .join(Definition, Instance.definition_id == Definition.id)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .where(Instance.case_id == case_id)
    )
    return {
        row.instance_id: definitions.from_row(session, row) for row in session.execute(query).all()
    }
