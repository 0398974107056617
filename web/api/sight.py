"""What a caller may see, as conditions of a query: exactly what the pages show to that account.

Operators see every instance with its elements and incidents, and contents only of what belongs to
no Mandant. Everybody else sees the cases of their groups, and in them no step of class S8-Status
unless a group may.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    TableValuedAlias,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine import definitions
from engine.casefile.cases import ENDED
from engine.definitions import LoadedDefinition
from engine.model.case import Case, InvolvedGroup
from engine.model.deployment import Definition
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.model.user_task import UserTask
from engine.organisation import unattached
from web import visibility
from web.api.callers import Caller

Condition = ColumnElement[bool]


def instances(session: Session, caller: Caller) -> Condition:
    """Which instances a caller may know of, as a condition on `Instance`."""
    user = caller.user
    if user.is_operator:
        return true() if user.mandant_id is None else Instance.mandant_id == user.mandant_id
    if user.mandant_id == unattached.MANDANT_ID:
        return Instance.mandant_id == unattached.MANDANT_ID
    groups = [group.id for group in user.groups if not group.portal_only]
    involved = exists().where(
        InvolvedGroup.case_id == Instance.case_id, InvolvedGroup.group_id.in_(groups)
    )
    own = and_(Instance.mandant_id == user.mandant_id, involved)
    if user.sees_status:
        return own
    return and_(own, *_open_ones(session))


def is_unattached(caller: Caller) -> bool:
    """Whether what a caller does and sees apart from instances belongs to no Mandant."""
    user = caller.user
    return user.mandant_id == unattached.MANDANT_ID or (user.is_operator and not user.mandant_id)


def contents(caller: Caller) -> Condition:
    """Of which instances a caller may see values, as a condition on `Instance`."""
    if caller.user.is_operator:
        return Instance.mandant_id == unattached.MANDANT_ID
    return true()


def elements(
    session: Session,
    caller: Caller,
    definition_id: SQLColumnExpression[int],
    element_id: SQLColumnExpression[str],
) -> Condition:
    """Which elements of a visible instance a caller may know of."""
    if caller.user.sees_status or caller.user.is_operator:
        return true()
    hidden = _hidden_elements(session)
    return ~tuple_(definition_id, element_id).in_(hidden) if hidden else true()


def user_tasks(session: Session, caller: Caller) -> Condition:
    """Which tasks a caller may see, as a condition on `UserTask`: those of `user_tasks.may_see`."""
    user, is_open = caller.user, exists().where(Case.id == UserTask.case_id, Case.status != ENDED)
    if is_unattached(caller):
        return and_(UserTask.mandant_id == unattached.MANDANT_ID, is_open)
    groups = names_in(session, UserTask.candidate_groups)
    people = names_in(session, UserTask.candidate_users)
    by_group = select(literal(1)).select_from(groups).where(groups.c.value.in_(user.group_ids))
    by_name = select(literal(1)).select_from(people).where(people.c.value == user.name)
    named = or_(UserTask.assignee == user.name, exists(by_group), exists(by_name))
    return and_(UserTask.mandant_id == user.mandant_id, named, is_open)


def names_in(session: Session, names: InstrumentedAttribute[Any]) -> TableValuedAlias:
    """Return the names in a list that a column holds, as a table with the column `value`."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    listed = func.json_each(names) if is_sqlite else func.json_array_elements_text(names)
    return listed.table_valued("value")


def hides(definition: LoadedDefinition, element_id: str) -> bool:
    """Whether a step is closed to those who may not see class S8-Status."""
    if visibility.is_status(definition.process, element_id):
        return True
    return visibility.phase(definition, element_id) != element_id


def hidden_flows(session: Session, caller: Caller, process_id: str) -> set[str]:
    """Return the sequence flows of a process that would tell a caller of a hidden element."""
    if caller.user.sees_status or caller.user.is_operator:
        return set()
    versions = [each for each in _versions(session) if each.process_id == process_id]
    hidden = {key for each in versions for key in each.process.elements if hides(each, key)}
    return {
        flow.id
        for each in versions
        for element in each.process.elements.values()
        for flow in element.outgoing
        if {flow.source, flow.target} & hidden
    }


def _hidden_elements(session: Session) -> list[tuple[int, str]]:
    """Return what is hidden in any version: an instance that moved on still remembers it."""
    found = list(_versions(session))
    hidden: dict[str, set[str]] = {}
    for each in found:
        closed = {key for key in each.process.elements if hides(each, key)}
        hidden.setdefault(each.process_id, set()).update(closed)
    return [(each.id, key) for each in found for key in sorted(hidden[each.process_id])]


def _open_ones(session: Session) -> Iterable[Condition]:
    """Leave out procedures that begin hidden, and what hidden steps have called."""
    found = list(_all(session))
    closed = [each.id for each in found if visibility.begins_hidden(each)]
    if closed:
        yield Instance.definition_id.not_in(closed)
    calls = [
        (each.id, key)
        for each in found
        for key, element in each.process.elements.items()
        if element.type == "callActivity" and (each.id in closed or hides(each, key))
    ]
    if closed or calls:
        yield Instance.id.not_in(_called_in_secret(closed, calls))


def _called_in_secret(closed: list[int], calls: list[tuple[int, str]]) -> ColumnElement[int]:
    caller, child = Instance.__table__.alias("caller"), Instance.__table__.alias("child")
    by_step = and_(
        HistoryRow.instance_id == caller.c.id,
        HistoryRow.element_key == child.c.parent_key,
        tuple_(caller.c.definition_id, HistoryRow.element_id).in_(calls),
    )
    first = (
        select(child.c.id)
        .join(caller, caller.c.id == child.c.parent_id)
        .where(or_(caller.c.definition_id.in_(closed), exists().where(by_step)))
        .cte("in_secret", recursive=True)
    )
    below = Instance.__table__.alias("below")
    further = first.union_all(select(below.c.id).join(first, below.c.parent_id == first.c.id))
    return select(further.c.id).scalar_subquery()


def _all(session: Session) -> Iterable[LoadedDefinition]:
    """Return every version in which instances run or ran; parsed once per deployment."""
    used = select(Instance.definition_id).distinct()
    for key in session.scalars(select(Definition.id).where(Definition.id.in_(used))):
        yield definitions.load(session, key)


def _versions(session: Session) -> Iterable[LoadedDefinition]:
    """Return every version there is; parsed once per deployment."""
    for key in session.scalars(select(Definition.id)):
        yield definitions.load(session, key)
