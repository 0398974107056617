"""Jobs as a search finds them: those that wait, and what became of the others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, case, literal, null, select
from sqlalchemy.orm import Session

from engine import clock
from engine.model.base import UtcDateTime
from engine.model.deployment import Definition
from engine.model.instance import Instance
from engine.model.job import Job, JobState
from engine.organisation.clients import Scope
from web.api.filters import KeyFilter, MomentFilter, NumberFilter, TextFilter, choice
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Shown, ShownKey, ShownMoment, Tenant
from web.api.workers import seen
from web.database import session

section = Section("Aufträge")

STATES = (
    *("CANCELED", "COMPLETED", "CREATED", "ERROR_THROWN", "FAILED", "MIGRATED"),
    *("PRIORITY_UPDATED", "RETRIES_UPDATED", "TIMEOUT_UPDATED", "TIMED_OUT"),
)
KINDS = ("BPMN_ELEMENT", "EXECUTION_LISTENER", "TASK_LISTENER", "AD_HOC_SUB_PROCESS")
EVENTS = (
    *("ASSIGNING", "BEFORE_ALL", "CANCEL", "CANCELING", "COMPLETING", "CREATING"),
    *("END", "START", "UNSPECIFIED", "UPDATING"),
)


class JobShown(Shown):
    """One job."""

    custom_headers: dict[str, Any]
    deadline: ShownMoment | None
    denied_reason: str | None = None
    element_id: str | None
    element_instance_key: ShownKey
    end_time: ShownMoment | None
    error_code: str | None
    error_message: str | None
    has_failed_with_retries_left: bool
    is_denied: bool | None = None
    job_key: ShownKey
    kind: str = "BPMN_ELEMENT"
    listener_event_type: str = "UNSPECIFIED"
    process_definition_id: str
    process_definition_key: ShownKey
    process_instance_key: ShownKey
    root_process_instance_key: ShownKey | None
    business_id: str | None
    retries: int
    state: str
    tenant_id: str = TENANT
    type: str
    worker: str
    creation_time: ShownMoment | None
    last_update_time: ShownMoment | None
    priority: int


_NOW = bindparam("at_this_moment", callable_=clock.now, type_=UtcDateTime())
IS_LATE = and_(Job.account.is_not(None), Job.available_at <= _NOW)
STATE = case((IS_LATE, "TIMED_OUT"), else_=Job.state)
DEADLINE = case((Job.account.is_not(None), Job.available_at))
LEFT = and_(Job.state == JobState.FAILED, Job.available_at.is_not(None))
WORKER = case((Job.worker.is_(None), ""), else_=Job.worker)


def _left(_session: Session, wanted: bool) -> Condition:  # noqa: FBT001 - a filter's value
    return LEFT if wanted else ~LEFT


LISTING = Listing(
    "Job",
    select(Job, Instance, Definition.process_id, STATE.label("now"), DEADLINE.label("deadline"))
    .join(Instance, Instance.id == Job.instance_id)
    .join(Definition, Definition.id == Instance.definition_id),
    Job.id,
    {
        "jobKey": Column(Job.id, KeyFilter),
        "deadline": Column(DEADLINE, MomentFilter),
        "deniedReason": Column(null(), TextFilter, sortable=False),
        "elementId": Column(Job.element_id, TextFilter),
        "elementInstanceKey": Column(Job.id, KeyFilter),
        "endTime": Column(Job.ended_at, MomentFilter),
        "errorCode": Column(Job.error_code, TextFilter),
        "errorMessage": Column(Job.error_message, TextFilter),
        "isDenied": Column(null(), bool, sortable=False),
        "kind": Column(literal("BPMN_ELEMENT"), choice(*KINDS)),
        "listenerEventType": Column(literal("UNSPECIFIED"), choice(*EVENTS)),
        "priority": Column(-Job.rank, NumberFilter),
        "processDefinitionId": Column(Definition.process_id, TextFilter),
        "processDefinitionKey": Column(Instance.definition_id, KeyFilter),
        "processInstanceKey": Column(Job.instance_id, KeyFilter),
        "retries": Column(Job.retries, NumberFilter),
        "state": Column(STATE, choice(*STATES)),
        "tenantId": Column(literal(TENANT), Tenant),
        "type": Column(Job.type, TextFilter),
        "worker": Column(WORKER, TextFilter),
        "creationTime": Column(Job.created_at, MomentFilter),
        "lastUpdateTime": Column(Job.changed_at, MomentFilter),
    },
    special={"hasFailedWithRetriesLeft": (bool, _left)},
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST", "/jobs/search", scope=Scope.READ, body=Search, answers={200: Found[JobShown]}
)
def search_jobs(call: Call[Any]) -> Found[JobShown]:
    """Sucht Aufträge, offene und beendete."""
    database = session()
    rows, page = run(database, LISTING, call.body, seen(database, call.caller))
    tops = roots(database, [row.Instance for row in rows])
    return Found(items=[_shown(row, tops) for row in rows], page=page)


def _shown(row: Any, tops: dict[int, int]) -> JobShown:
    job, instance = row.Job, row.Instance
    return JobShown(
        custom_headers=job.headers,
        deadline=row.deadline,
        element_id=job.element_id,
        element_instance_key=job.id,
        end_time=job.ended_at,
        error_code=job.error_code,
        error_message=job.error_message,
        has_failed_with_retries_left=row.now == JobState.FAILED and job.available_at is not None,
        job_key=job.id,
        process_definition_id=row.process_id,
        process_definition_key=instance.definition_id,
        process_instance_key=instance.id,
        root_process_instance_key=tops[instance.id],
        business_id=instance.business_id,
        retries=job.retries,
        state=row.now,
        type=job.type,
        worker=job.worker or "",
        creation_time=job.created_at,
        last_update_time=job.changed_at,
        priority=-job.rank,
    )
