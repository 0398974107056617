"""Runs of elements, read from the history: each token that entered one, until it left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engine.bpmn.outcome import HistoryKind, Role, State
from engine.errors import NotFound
from engine.model.deployment import Definition
from engine.model.history import HistoryRow
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
from web.api.filters import KeyFilter, MomentFilter, TextFilter, choice
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Shown, ShownKey, ShownMoment, Tenant
from web.database import session

section = Section("Schritte")

PROCESS, BODY, EVENT_SUB_PROCESS = "PROCESS", "MULTI_INSTANCE_BODY", "EVENT_SUB_PROCESS"
#: What clients of Camunda 8 call the elements of a diagram.
TYPES = {
    "adHocSubProcess": "AD_HOC_SUB_PROCESS",
    "boundaryEvent": "BOUNDARY_EVENT",
    "businessRuleTask": "BUSINESS_RULE_TASK",
    "callActivity": "CALL_ACTIVITY",
    "endEvent": "END_EVENT",
    "eventBasedGateway": "EVENT_BASED_GATEWAY",
    "exclusiveGateway": "EXCLUSIVE_GATEWAY",
    "inclusiveGateway": "INCLUSIVE_GATEWAY",
    "intermediateCatchEvent": "INTERMEDIATE_CATCH_EVENT",
    "intermediateThrowEvent": "INTERMEDIATE_THROW_EVENT",
    "manualTask": "MANUAL_TASK",
    "parallelGateway": "PARALLEL_GATEWAY",
    "receiveTask": "RECEIVE_TASK",
    "scriptTask": "SCRIPT_TASK",
    "sendTask": "SEND_TASK",
    "serviceTask": "SERVICE_TASK",
    "startEvent": "START_EVENT",
    "subProcess": "SUB_PROCESS",
    "task": "TASK",
    "userTask": "USER_TASK",
}
NEVER = ("AD_HOC_SUB_PROCESS_INNER_INSTANCE", "SEQUENCE_FLOW", "UNKNOWN", "UNSPECIFIED")
KINDS = sorted({*TYPES.values(), *NEVER, PROCESS, BODY, EVENT_SUB_PROCESS})
ACTIVE, COMPLETED, TERMINATED = "ACTIVE", "COMPLETED", "TERMINATED"


class ElementInstanceNotFound(NotFound):
    """Diesen Schritt gibt es nicht."""


class ElementInstanceShown(Shown):
    """One run of an element, or of the process itself."""

    process_definition_id: str
    start_date: ShownMoment
    end_date: ShownMoment | None
    element_id: str
    element_name: str
    type: str
    state: str
    has_incident: bool
    tenant_id: str = TENANT
    element_instance_key: ShownKey
    process_instance_key: ShownKey
    root_process_instance_key: ShownKey | None
    process_definition_key: ShownKey
    incident_key: ShownKey | None


_entered, _left = aliased(HistoryRow), aliased(HistoryRow)
_elements = (
    select(
        _entered.element_key.label("key"),
        _entered.instance_id,
        _entered.element_id,
        _entered.name,
        case(
            (_entered.role == Role.LOOP, BODY),
            (_entered.role == Role.EVENT, EVENT_SUB_PROCESS),
            *((_entered.element_type == kind, name) for kind, name in TYPES.items()),
            else_="UNKNOWN",
        ).label("type"),
        _entered.at.label("started_at"),
        _left.at.label("left_at"),
        _left.kind.label("how"),
        func.coalesce(_entered.scope_key, _entered.instance_id).label("scope_key"),
    )
    .outerjoin(
        _left,
        and_(
            _left.element_key == _entered.element_key,
            _left.instance_id == _entered.instance_id,
            _left.kind.in_((HistoryKind.COMPLETED, HistoryKind.CANCELLED)),
        ),
    )
    .where(_entered.kind == HistoryKind.ENTERED)
)
_processes = select(
    Instance.id,
    Instance.id,
    Definition.process_id,
    Definition.name,
    literal(PROCESS),
    Instance.started_at,
    Instance.ended_at,
    case((Instance.state == State.COMPLETED, HistoryKind.COMPLETED.value), else_=null()),
    null(),
).join(Definition, Definition.id == Instance.definition_id)
RUN = union_all(_elements, _processes).subquery("run")

#: What still ran when its instance ended, ended with it.
STATE = case(
    (RUN.c.how == HistoryKind.COMPLETED, COMPLETED),
    (or_(RUN.c.how.is_not(None), Instance.ended_at.is_not(None)), TERMINATED),
    else_=ACTIVE,
)
END = func.coalesce(RUN.c.left_at, Instance.ended_at)
_of_run = and_(
    Incident.instance_id == RUN.c.instance_id,
    func.coalesce(Incident.element_key, Incident.instance_id) == RUN.c.key,
    Incident.resolved_at.is_(None),
)
INCIDENT = select(func.min(Incident.id)).where(_of_run).correlate(RUN).scalar_subquery()


def _has_incident(_session: Session, wanted: bool) -> Condition:  # noqa: FBT001 - a filter's value
    failed = exists().where(_of_run).correlate(RUN)
    return failed if wanted else ~failed


LISTING = Listing(
    "ElementInstance",
    select(
        RUN,
        Instance,
        Definition.process_id,
        STATE.label("state"),
        END.label("ended_at"),
        INCIDENT.label("incident_id"),
    )
    .join(Instance, Instance.id == RUN.c.instance_id)
    .join(Definition, Definition.id == Instance.definition_id),
    RUN.c.key,
    {
        "elementInstanceKey": Column(RUN.c.key, KeyFilter),
        "processInstanceKey": Column(RUN.c.instance_id, KeyFilter),
        "processDefinitionKey": Column(Instance.definition_id, KeyFilter),
        "processDefinitionId": Column(Definition.process_id, TextFilter),
        "startDate": Column(RUN.c.started_at, MomentFilter),
        "endDate": Column(END, MomentFilter),
        "elementId": Column(RUN.c.element_id, TextFilter),
        "elementName": Column(RUN.c.name, TextFilter),
        "type": Column(RUN.c.type, choice(*KINDS)),
        "state": Column(STATE, choice(ACTIVE, COMPLETED, TERMINATED)),
        "incidentKey": Column(INCIDENT, KeyFilter),
        "elementInstanceScopeKey": Column(RUN.c.scope_key, KeyFilter, sortable=False),
        "tenantId": Column(literal(TENANT), Tenant),
    },
    special={"hasIncident": (bool, _has_incident)},
    has_or=True,
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/element-instances/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[ElementInstanceShown]},
)
def search_element_instances(call: Call[Any]) -> Found[ElementInstanceShown]:
    """Sucht, welche Schritte wann liefen oder laufen."""
    database = session()
    rows, page = run(database, LISTING, call.body, visible(database, call.caller))
    tops = roots(database, [row.Instance for row in rows])
    return Found(items=[_shown(row, tops) for row in rows], page=page)


@section.operation(
    "GET",
    "/element-instances/<key:element_instance_key>",
    scope=Scope.READ,
    answers={200: ElementInstanceShown},
    problems={404},
)
def get_element_instance(call: Call[None], element_instance_key: int) -> ElementInstanceShown:
    """Nennt einen Lauf eines Schritts."""
    database = session()
    found = row(database, call.caller, element_instance_key)
    return _shown(found, roots(database, [found.Instance]))


def row(database: Session, caller: Caller, key: int) -> Any:
    """Return a run that the caller may know of; raise `ElementInstanceNotFound`."""
    query = LISTING.query.where(RUN.c.key == key, visible(database, caller))
    found = database.execute(query).first()
    if found is None:
        raise ElementInstanceNotFound
    return found


def visible(database: Session, caller: Caller) -> Condition:
    """Which runs a caller may know of."""
    element = sight.elements(database, caller, Instance.definition_id, RUN.c.element_id)
    return and_(sight.instances(database, caller), element)


def _shown(row: Any, tops: dict[int, int]) -> ElementInstanceShown:
    return ElementInstanceShown(
        process_definition_id=row.process_id,
        start_date=row.started_at,
        end_date=row.ended_at,
        element_id=row.element_id,
        element_name=row.name or row.element_id,
        type=row.type,
        state=row.state,
        has_incident=row.incident_id is not None,
        element_instance_key=row.key,
        process_instance_key=row.instance_id,
        root_process_instance_key=tops[row.instance_id],
        process_definition_key=row.Instance.definition_id,
        incident_key=row.incident_id,
    )
