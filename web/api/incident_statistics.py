"""Counts over open incidents: which errors there are, and which versions each holds up."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, create_model
from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import State
from engine.model.deployment import Definition
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api import incidents
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Sent, Shown, ShownKey
from web.database import session

section = Section("Vorfälle")

SMALLEST, LARGEST = -(2**31), 2**31 - 1


class ErrorCounted(Shown):
    """The running instances that one error holds up."""

    error_hash_code: int
    error_message: str
    active_instances_with_error_count: int


class FailingVersion(Shown):
    """The running instances of a version that one error holds up."""

    process_definition_id: str
    process_definition_key: ShownKey
    process_definition_name: str
    process_definition_version: int
    active_instances_with_error_count: int
    tenant_id: str = TENANT


class OfError(Sent):
    """The error that is counted, by its number."""

    error_hash_code: Annotated[int, Field(ge=SMALLEST, le=LARGEST)]


def _held_up(*where: Condition) -> Select[*tuple[Any, ...]]:
    return (
        select(Incident.instance_id, Incident.message, Instance.definition_id)
        .join(Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None), Instance.state == State.ACTIVE, *where)
    )


def _by_error(*where: Condition) -> Listing:
    each = _held_up(*where).subquery("each_error")
    number = func.count(each.c.instance_id.distinct()).label("number")
    counted = select(each.c.message, number).group_by(each.c.message).subquery("counted")
    return Listing(
        "ErrorStatistics",
        select(counted),
        counted.c.message,
        {
            "errorMessage": Column(counted.c.message),
            "activeInstancesWithErrorCount": Column(counted.c.number),
        },
    )


def _by_version(*where: Condition) -> Listing:
    each = _held_up(*where).subquery("each_error")
    number = func.count(each.c.instance_id.distinct()).label("number")
    counted = (
        select(each.c.definition_id, number).group_by(each.c.definition_id).subquery("counted")
    )
    return Listing(
        "FailingVersionStatistics",
        select(counted, Definition).join(Definition, Definition.id == counted.c.definition_id),
        Definition.id,
        {
            "processDefinitionKey": Column(Definition.id),
            "tenantId": Column(literal(TENANT)),
            "activeInstancesWithErrorCount": Column(counted.c.number),
        },
    )


ByError: Any = request_model(_by_error())
ByVersion: Any = create_model(
    "FailingVersionStatisticsQuery",
    __base__=request_model(_by_version()),
    filter=(OfError, ...),
)


@section.operation(
    "POST",
    "/incidents/statistics/process-instances-by-error",
    scope=Scope.READ,
    body=ByError,
    answers={200: Found[ErrorCounted]},
)
def get_process_instance_statistics_by_error(call: Call[Any]) -> Found[ErrorCounted]:
    """Zählt je Fehler die laufenden Vorgänge, die er aufhält."""
    database = session()
    listing = _by_error(incidents.seen(database, call.caller))
    rows, page = run(database, listing, call.body)
    items = [
        ErrorCounted(
            error_hash_code=hash_code(row.message),
            error_message=row.message,
            active_instances_with_error_count=row.number,
        )
        for row in rows
    ]
    return Found(items=items, page=page)


@section.operation(
    "POST",
    "/incidents/statistics/process-instances-by-definition",
    scope=Scope.READ,
    body=ByVersion,
    body_required=True,
    answers={200: Found[FailingVersion]},
)
def get_process_instance_statistics_by_definition(call: Call[Any]) -> Found[FailingVersion]:
    """Zählt je Fassung die laufenden Vorgänge, die ein Fehler aufhält."""
    database = session()
    seen = incidents.seen(database, call.caller)
    meant = _meant(database, call.body.filter.error_hash_code, seen)
    plain = call.body.model_copy(update={"filter": None})
    rows, page = run(database, _by_version(seen, Incident.message.in_(meant)), plain)
    items = [
        FailingVersion(
            process_definition_id=row.Definition.process_id,
            process_definition_key=row.Definition.id,
            process_definition_name=row.Definition.name or row.Definition.process_id,
            process_definition_version=row.Definition.version,
            active_instances_with_error_count=row.number,
        )
        for row in rows
    ]
    return Found(items=items, page=page)


def hash_code(text: str) -> int:
    """Return the number of a text as Java counts it: over its UTF-16 units, with 32 bits."""
    units = text.encode("utf-16-be", "surrogatepass")
    number = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        number = (31 * number + 256 * high + low) % 2**32
    return number - 2**32 if number > LARGEST else number


def _meant(database: Session, number: int, seen: Condition) -> list[str]:
    """Return the messages that a number stands for; the database does not know such numbers."""
    messages = database.scalars(_held_up(seen).with_only_columns(Incident.message).distinct())
    return [each for each in messages if hash_code(each) == number]
