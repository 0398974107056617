"""Process instances as a search finds them and as they are shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, exists, literal, select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import State
from engine.errors import InstanceNotFound, NotAllowed
from engine.model.batch import BatchItem
from engine.model.deployment import Definition
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
from web.api.filters import (
    KeyFilter,
    MomentFilter,
    NumberFilter,
    TextFilter,
    choice,
    condition,
)
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wanted_variables import WantedVariables, having
from web.api.wire import TENANT, Found, Shown, ShownKey, ShownMoment, Tenant
from web.database import session

section = Section("Vorgänge")

STATES = {
    State.ACTIVE: "ACTIVE",
    State.COMPLETED: "COMPLETED",
    State.CANCELLED: "TERMINATED",
    State.TERMINATED: "TERMINATED",
}


class InstanceShown(Shown):
    """One execution of a process."""

    process_instance_key: ShownKey
    process_definition_id: str
    process_definition_key: ShownKey
    process_definition_name: str | None
    process_definition_version: int
    process_definition_version_tag: str | None
    start_date: ShownMoment
    end_date: ShownMoment | None
    state: str
    suspended_date: ShownMoment | None = None
    has_incident: bool
    parent_process_instance_key: ShownKey | None
    parent_element_instance_key: ShownKey | None
    root_process_instance_key: ShownKey | None
    tags: list[str]
    business_id: str | None
    tenant_id: str = TENANT


STATE: ColumnElement[str] = case(
    *((Instance.state == state, name) for state, name in STATES.items()), else_="ACTIVE"
)
HAS_INCIDENT = exists().where(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None))


def _has_incident(_session: Session, wanted: bool) -> Condition:  # noqa: FBT001 - a filter's value
    return HAS_INCIDENT if wanted else ~HAS_INCIDENT


def _in_batch(_session: Session, wanted: Any) -> Condition:
    chosen = select(BatchItem.instance_id).where(condition(BatchItem.batch_id, wanted))
    return Instance.id.in_(chosen)


LISTING = Listing(
    "ProcessInstance",
    select(Instance, Definition, HAS_INCIDENT.label("has_incident")).join(
        Definition, Definition.id == Instance.definition_id
    ),
    Instance.id,
    {
        "processInstanceKey": Column(Instance.id, KeyFilter),
        "processDefinitionId": Column(Definition.process_id, TextFilter),
        "processDefinitionKey": Column(Instance.definition_id, KeyFilter),
        "processDefinitionName": Column(Definition.name, TextFilter),
        "processDefinitionVersion": Column(Definition.version, NumberFilter),
        "processDefinitionVersionTag": Column(Definition.version_tag, TextFilter),
        "startDate": Column(Instance.started_at, MomentFilter),
        "endDate": Column(Instance.ended_at, MomentFilter),
        "state": Column(STATE, choice("ACTIVE", "COMPLETED", "TERMINATED", "SUSPENDED")),
        "parentProcessInstanceKey": Column(Instance.parent_id, KeyFilter),
        "parentElementInstanceKey": Column(Instance.parent_key, KeyFilter),
        "businessId": Column(Instance.business_id, TextFilter),
        "tenantId": Column(literal(TENANT), Tenant),
    },
    special={
        "hasIncident": (bool, _has_incident),
        "variables": (WantedVariables, having),
        "batchOperationKey": (KeyFilter, _in_batch),
        "batchOperationId": (KeyFilter, _in_batch),
    },
    has_or=True,
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/process-instances/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[InstanceShown]},
)
def search_process_instances(call: Call[Any]) -> Found[InstanceShown]:
    """Sucht Vorgänge, laufende und beendete."""
    database = session()
    rows, page = run(database, LISTING, call.body, sight.instances(database, call.caller))
    tops = roots(database, [row[0] for row in rows])
    return Found(items=[_shown(row, tops) for row in rows], page=page)


@section.operation(
    "GET",
    "/process-instances/<key:process_instance_key>",
    scope=Scope.READ,
    answers={200: InstanceShown},
    problems={404},
)
def get_process_instance(call: Call[None], process_instance_key: int) -> InstanceShown:
    """Nennt einen Vorgang."""
    database = session()
    query = LISTING.query.where(Instance.id == process_instance_key)
    row = database.execute(query.where(sight.instances(database, call.caller))).first()
    if row is None:
        raise InstanceNotFound
    return _shown(row, roots(database, [row[0]]))


def require_operated(database: Session, caller: Caller, instance_id: int) -> Instance:
    """Return a running instance that the caller may move by hand; raise `InstanceNotFound`.

    Operators may with all, as on their pages; programs of no Mandant with what belongs to none.
    """
    query = select(Instance).where(Instance.id == instance_id, Instance.state == State.ACTIVE)
    row = database.scalars(query.where(sight.instances(database, caller))).first()
    if row is None:
        raise InstanceNotFound
    if not caller.is_operator and row.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed
    return row


def roots(database: Session, found: list[Instance]) -> dict[int, int]:
    """Return the topmost caller of each of these instances; the instance itself where none is."""
    table = Instance.__table__
    line = (
        select(table.c.id.label("of"), table.c.id, table.c.parent_id)
        .where(table.c.id.in_([each.id for each in found if each.parent_id is not None]))
        .cte("line", recursive=True)
    )
    upwards = line.union_all(
        select(line.c.of, table.c.id, table.c.parent_id).join(line, table.c.id == line.c.parent_id)
    )
    tops = {each.id: each.id for each in found}
    if any(each.parent_id is not None for each in found):
        query = select(upwards.c.of, upwards.c.id).where(upwards.c.parent_id.is_(None))
        tops |= {of: top for of, top in database.execute(query)}
    return tops


def _shown(row: Any, tops: dict[int, int]) -> InstanceShown:
    instance, definition, has_incident = row[0], row[1], row.has_incident
    return InstanceShown(
        process_instance_key=instance.id,
        process_definition_id=definition.process_id,
        process_definition_key=definition.id,
        process_definition_name=definition.name or None,
        process_definition_version=definition.version,
        process_definition_version_tag=definition.version_tag,
        start_date=instance.started_at,
        end_date=instance.ended_at,
        state=STATES[State(instance.state)],
        has_incident=bool(has_incident),
        parent_process_instance_key=instance.parent_id,
        parent_element_instance_key=instance.parent_key,
        root_process_instance_key=tops[instance.id],
        tags=instance.tags or [],
        business_id=instance.business_id,
    )
