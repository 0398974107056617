"""User tasks as a search finds them and as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine import definitions
from engine.errors import UserTaskNotFound
from engine.model.deployment import Definition, Deployment
from engine.model.form import FormDefinition
from engine.model.instance import Instance
from engine.model.user_task import TaskState, UserTask
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
from web.api.filters import KeyFilter, MomentFilter, NumberFilter, TextFilter, choice, condition
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wanted_variables import WantedVariables, having, having_itself
from web.api.wire import TENANT, Found, Shown, ShownKey, ShownMoment, Tenant
from web.database import session

section = Section("Aufgaben")

STATES = {
    TaskState.OPEN: "CREATED",
    TaskState.COMPLETED: "COMPLETED",
    TaskState.CANCELLED: "CANCELED",
}
#: Those that Camunda knows and Lotse's tasks never have may be asked for, too.
KNOWN_STATES = (
    *("CREATING", "CREATED", "ASSIGNING", "UPDATING", "COMPLETING", "COMPLETED"),
    *("CANCELING", "CANCELED", "FAILED"),
)


class UserTaskShown(Shown):
    """Work for a person."""

    user_task_key: ShownKey
    name: str | None
    state: str
    element_id: str
    element_instance_key: ShownKey
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    creation_date: ShownMoment
    completion_date: ShownMoment | None
    due_date: ShownMoment | None
    follow_up_date: ShownMoment | None
    priority: int
    form_key: ShownKey | None
    external_form_reference: str | None = None
    custom_headers: dict[str, str]
    process_instance_key: ShownKey
    root_process_instance_key: ShownKey | None
    process_definition_key: ShownKey
    process_definition_id: str
    process_definition_version: int
    process_name: str | None
    business_id: str | None
    tags: list[str]
    tenant_id: str = TENANT


STATE: ColumnElement[str] = case(
    *((UserTask.state == state, name) for state, name in STATES.items()), else_="CREATED"
)
#: The form's own row: that which the task names, else what came with its definition.
FORM_KEY = (
    select(FormDefinition.id)
    .where(
        or_(
            FormDefinition.id == UserTask.form_key,
            and_(
                UserTask.form_key.is_(None),
                FormDefinition.form_id == UserTask.form_id,
                FormDefinition.deployment_id.in_((Definition.deployment_id, Deployment.shared_id)),
            ),
        )
    )
    .order_by(FormDefinition.deployment_id != Definition.deployment_id)
    .limit(1)
    .correlate(UserTask, Definition, Deployment)
    .scalar_subquery()
)


def _named_in(names: InstrumentedAttribute[list[Any]]) -> Callable[[Session, Any], Condition]:
    """Return the filter by one name of a list: one of them must be as it asks."""

    def among(database: Session, wanted: Any) -> Condition:
        found = sight.names_in(database, names)
        return exists(select(literal(1)).select_from(found).where(condition(found.c.value, wanted)))

    return among


def _tagged(database: Session, wanted: list[str]) -> Condition:
    found = sight.names_in(database, Instance.tags)
    return and_(
        true(),
        *(exists(select(literal(1)).select_from(found).where(found.c.value == t)) for t in wanted),
    )


LISTING = Listing(
    "UserTask",
    select(UserTask, Definition, Instance, FORM_KEY.label("form"))
    .join(Instance, Instance.id == UserTask.instance_id)
    .join(Definition, Definition.id == UserTask.definition_id)
    .join(Deployment, Deployment.id == Definition.deployment_id),
    UserTask.id,
    {
        "userTaskKey": Column(UserTask.id, KeyFilter, sortable=False),
        "elementInstanceKey": Column(UserTask.id, KeyFilter, sortable=False),
        "state": Column(STATE, choice(*KNOWN_STATES), sortable=False),
        "assignee": Column(UserTask.assignee, TextFilter, sortable=False),
        "name": Column(UserTask.name, TextFilter),
        "elementId": Column(UserTask.element_id, TextFilter, sortable=False),
        "priority": Column(UserTask.priority, NumberFilter),
        "creationDate": Column(UserTask.created_at, MomentFilter),
        "completionDate": Column(UserTask.completed_at, MomentFilter),
        "dueDate": Column(UserTask.due_at, MomentFilter),
        "followUpDate": Column(UserTask.follow_up_at, MomentFilter),
        "processInstanceKey": Column(UserTask.instance_id, KeyFilter, sortable=False),
        "processDefinitionKey": Column(UserTask.definition_id, KeyFilter, sortable=False),
        "processDefinitionId": Column(Definition.process_id, TextFilter, sortable=False),
        "businessId": Column(Instance.business_id, TextFilter),
        "tenantId": Column(literal(TENANT), Tenant, sortable=False),
    },
    special={
        "candidateGroup": (TextFilter, _named_in(UserTask.candidate_groups)),
        "candidateUser": (TextFilter, _named_in(UserTask.candidate_users)),
        "tags": (list[str], _tagged),
        "processInstanceVariables": (WantedVariables, having),
        "localVariables": (WantedVariables, having_itself),
    },
    has_or=True,
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/user-tasks/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[UserTaskShown]},
)
def search_user_tasks(call: Call[Any]) -> Found[UserTaskShown]:
    """Sucht Aufgaben, offene und erledigte."""
    database = session()
    rows, page = run(database, LISTING, call.body, sight.user_tasks(database, call.caller))
    return Found(items=_all_shown(database, list(rows)), page=page)


@section.operation(
    "GET",
    "/user-tasks/<key:user_task_key>",
    scope=Scope.READ,
    answers={200: UserTaskShown},
    problems={404},
)
def get_user_task(call: Call[None], user_task_key: int) -> UserTaskShown:
    """Nennt eine Aufgabe."""
    row = row_of(session(), call.caller, user_task_key)
    return _all_shown(session(), [row])[0]


def row_of(database: Session, caller: Caller, key: int) -> Any:
    """Return a task as the listing reads it; raise `UserTaskNotFound` for a stranger's."""
    query = LISTING.query.where(UserTask.id == key, sight.user_tasks(database, caller))
    row = database.execute(query).first()
    if row is None:
        raise UserTaskNotFound
    return row


def _all_shown(database: Session, rows: list[Any]) -> list[UserTaskShown]:
    tops = roots(database, [row[2] for row in rows])
    keys = {row[1].id for row in rows}
    loaded = {key: definitions.load(database, key).process.elements for key in keys}
    shown = []
    for row in rows:
        element = loaded[row[1].id].get(row[0].element_id)
        shown.append(_shown(row, tops, dict(element.headers) if element else {}))
    return shown


def _shown(row: Any, tops: dict[int, int], headers: dict[str, str]) -> UserTaskShown:
    task, definition, instance = row[0], row[1], row[2]
    return UserTaskShown(
        user_task_key=task.id,
        name=task.name or None,
        state=STATES[TaskState(task.state)],
        element_id=task.element_id,
        element_instance_key=task.id,
        assignee=task.assignee,
        candidate_groups=task.candidate_groups,
        candidate_users=task.candidate_users,
        creation_date=task.created_at,
        completion_date=task.completed_at,
        due_date=task.due_at,
        follow_up_date=task.follow_up_at,
        priority=task.priority,
        form_key=row.form,
        custom_headers=headers,
        process_instance_key=instance.id,
        root_process_instance_key=tops[instance.id],
        process_definition_key=definition.id,
        process_definition_id=definition.process_id,
        process_definition_version=definition.version,
        process_name=definition.name or None,
        business_id=instance.business_id,
        tags=instance.tags or [],
    )
