"""Incidents: found, read, and resolved once their cause is corrected."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.orm import Session

from engine import clock, incidents
from engine.errors import InstanceNotFound
from engine.incidents import IncidentNotFound
from engine.instances import Advance
from engine.model.deployment import Definition
from engine.model.incident import OVERDUE, Incident
from engine.model.instance import Instance
from engine.model.job import Job
from engine.organisation.clients import Scope
from web import steps
from web.api import element_instances, sight, within
from web.api.callers import Caller
from web.api.filters import KeyFilter, MomentFilter, TextFilter, choice
from web.api.instances import require_operated, roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Sent, Shown, ShownKey, ShownMoment, Tenant
from web.database import session

section = Section("Vorfälle")

#: What clients of Camunda 8 call our kinds of incidents.
TYPES = {
    "job": "JOB_NO_RETRIES",
    "error": "UNHANDLED_ERROR_EVENT",
    "decision": "DECISION_EVALUATION_ERROR",
    "no_decision": "CALLED_DECISION_ERROR",
    "call": "CALLED_ELEMENT_ERROR",
    "gateway": "CONDITION_ERROR",
    "expression": "EXTRACT_VALUE_ERROR",
    "io_mapping": "IO_MAPPING_ERROR",
    "multi_instance": "EXTRACT_VALUE_ERROR",
    "message": "EXTRACT_VALUE_ERROR",
    "timer": "EXTRACT_VALUE_ERROR",
    "ad_hoc": "EXTRACT_VALUE_ERROR",
    "size": "MESSAGE_SIZE_EXCEEDED",
}
UNKNOWN = "UNKNOWN"
STATES = ("ACTIVE", "MIGRATED", "PENDING", "RESOLVED")


class IncidentShown(Shown):
    """One failure."""

    process_definition_id: str
    error_type: str
    error_message: str
    element_id: str
    creation_time: ShownMoment
    state: str
    incident_key: ShownKey
    process_definition_key: ShownKey
    process_instance_key: ShownKey
    root_process_instance_key: ShownKey | None
    element_instance_key: ShownKey
    job_key: ShownKey | None
    tenant_id: str = TENANT


class Resolution(Sent):
    """An incident's cause is corrected."""

    operation_reference: int | None = None


TYPE = case(*((Incident.kind == kind, name) for kind, name in TYPES.items()), else_=UNKNOWN)
STATE = case((Incident.resolved_at.is_(None), "ACTIVE"), else_="RESOLVED")
ELEMENT = func.coalesce(Incident.element_key, Incident.instance_id)
LISTING = Listing(
    "Incident",
    select(
        Incident,
        Instance,
        Definition.process_id,
        Job.id.label("job_id"),
        TYPE.label("type"),
        STATE.label("now"),
        ELEMENT.label("element_key"),
    )
    .join(Instance, Instance.id == Incident.instance_id)
    .join(Definition, Definition.id == Instance.definition_id)
    .outerjoin(Job, Job.id == Incident.element_key),
    Incident.id,
    {
        "incidentKey": Column(Incident.id, KeyFilter),
        "processDefinitionId": Column(Definition.process_id, TextFilter),
        "processDefinitionKey": Column(Instance.definition_id, KeyFilter),
        "processInstanceKey": Column(Incident.instance_id, KeyFilter),
        "errorType": Column(TYPE, choice(*sorted({*TYPES.values(), UNKNOWN}))),
        "errorMessage": Column(Incident.message, TextFilter, sortable=False),
        "elementId": Column(Incident.element_id, TextFilter),
        "elementInstanceKey": Column(ELEMENT, KeyFilter),
        "creationTime": Column(Incident.created_at, MomentFilter),
        "state": Column(STATE, choice(*STATES)),
        "jobKey": Column(Job.id, KeyFilter),
        "tenantId": Column(literal(TENANT), Tenant),
    },
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST", "/incidents/search", scope=Scope.READ, body=Search, answers={200: Found[IncidentShown]}
)
def search_incidents(call: Call[Any]) -> Found[IncidentShown]:
    """Sucht Vorfälle, offene und behobene."""
    return _found(session(), call)


@section.operation(
    "POST",
    "/process-instances/<key:process_instance_key>/incidents/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[IncidentShown]},
    problems={404},
)
def search_process_instance_incidents(
    call: Call[Any], process_instance_key: int
) -> Found[IncidentShown]:
    """Sucht Vorfälle eines Vorgangs und derer, die er aufgerufen hat."""
    database = session()
    visible = sight.instances(database, call.caller)
    query = select(Instance.id).where(Instance.id == process_instance_key, visible)
    if database.scalar(query) is None:
        raise InstanceNotFound
    return _found(database, call, within.instance_incidents(process_instance_key))


@section.operation(
    "POST",
    "/element-instances/<key:element_instance_key>/incidents/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[IncidentShown]},
    problems={404},
)
def search_element_instance_incidents(
    call: Call[Any], element_instance_key: int
) -> Found[IncidentShown]:
    """Sucht Vorfälle eines Schritts, derer in ihm und dessen, was er aufgerufen hat."""
    database = session()
    row = element_instances.row(database, call.caller, element_instance_key)
    return _found(database, call, within.run_incidents(row.instance_id, row.key))


@section.operation(
    "GET",
    "/incidents/<key:incident_key>",
    scope=Scope.READ,
    answers={200: IncidentShown},
    problems={404},
)
def get_incident(call: Call[None], incident_key: int) -> IncidentShown:
    """Nennt einen Vorfall."""
    database = session()
    row = _row(database, call.caller, incident_key)
    return _shown(row, roots(database, [row.Instance]))


@section.operation(
    "POST",
    "/incidents/<key:incident_key>/resolution",
    scope=Scope.INSTANCES,
    body=Resolution,
    problems={404, 409},
)
def resolve_incident(call: Call[Resolution], incident_key: int) -> None:
    """Versucht einen Schritt noch einmal, dessen Ursache behoben ist."""
    row = _row(session(), call.caller, incident_key)
    require_operated(session(), call.caller, row.Instance.id)
    user = call.caller.user

    def step(database: Session) -> Advance:
        return incidents.retry(database, incident_key, user=user, now=clock.now())

    steps.take(step)


def seen(database: Session, caller: Caller) -> Condition:
    """Which incidents a caller may know of."""
    return and_(
        sight.instances(database, caller),
        sight.elements(database, caller, Instance.definition_id, Incident.element_id),
    )


def _row(database: Session, caller: Caller, key: int) -> Any:
    query = LISTING.query.where(Incident.id == key, seen(database, caller))
    row = database.execute(query).first()
    if row is None:
        raise IncidentNotFound
    return row


def _found(database: Session, call: Call[Any], *where: Condition) -> Found[IncidentShown]:
    rows, page = run(database, LISTING, call.body, seen(database, call.caller), *where)
    tops = roots(database, [row.Instance for row in rows])
    return Found(items=[_shown(row, tops) for row in rows], page=page)


def _shown(row: Any, tops: dict[int, int]) -> IncidentShown:
    incident = row.Incident
    return IncidentShown(
        process_definition_id=row.process_id,
        error_type=row.type,
        error_message=incident.message,
        element_id=incident.element_id,
        creation_time=incident.created_at,
        state=row.now,
        incident_key=incident.id,
        process_definition_key=row.Instance.definition_id,
        process_instance_key=incident.instance_id,
        root_process_instance_key=tops[incident.instance_id],
        element_instance_key=row.element_key,
        job_key=row.job_id if incident.kind != OVERDUE else None,
    )
