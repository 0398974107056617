"""Counts over running instances, by process and by version.

A count covers what the caller may know of, no more: the condition stands inside of it.
"""

from __future__ import annotations

from typing import Any

from pydantic import create_model
from sqlalchemy import Label, Subquery, case, exists, func, literal, select, true
from sqlalchemy.orm import Session

from engine.bpmn.outcome import State
from engine.model.deployment import Definition
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Sent, Shown, ShownKey, Tenant
from web.database import session

section = Section("Statistik")


class ProcessCounted(Shown):
    """The running instances of a process, over all its versions."""

    process_definition_id: str
    latest_process_definition_name: str | None
    has_multiple_versions: bool
    active_instances_without_incident_count: int
    active_instances_with_incident_count: int
    tenant_id: str = TENANT


class VersionCounted(Shown):
    """The running instances of a version."""

    process_definition_id: str
    process_definition_key: ShownKey
    process_definition_name: str | None
    process_definition_version: int
    active_instances_without_incident_count: int
    active_instances_with_incident_count: int
    tenant_id: str = TENANT


class OfProcess(Sent):
    """The process whose versions are counted."""

    process_definition_id: str
    tenant_id: Tenant = None


def _each_running(seen: Condition, failing: Condition) -> Subquery:
    """Return every running instance with whether something that may be known holds it up."""
    held_up = exists().where(
        Incident.instance_id == Instance.id, Incident.resolved_at.is_(None), failing
    )
    query = select(Instance.definition_id, held_up.label("fails"))
    return query.where(Instance.state == State.ACTIVE, seen).subquery("each_running")


def _counts(each: Subquery) -> tuple[Label[int], Label[int]]:
    healthy, failing = case((~each.c.fails, 1)), case((each.c.fails, 1))
    return func.count(healthy).label("healthy"), func.count(failing).label("failing")


def _by_process(seen: Condition, failing: Condition) -> Listing:
    each = _each_running(seen, failing)
    counted = (
        select(Definition.process_id, *_counts(each))
        .join(each, each.c.definition_id == Definition.id)
        .group_by(Definition.process_id)
        .subquery("counted")
    )
    known = (
        select(
            Definition.process_id,
            func.max(Definition.version).label("newest"),
            func.count().label("versions"),
        )
        .group_by(Definition.process_id)
        .subquery("known")
    )
    return Listing(
        "ProcessStatistics",
        select(counted, known.c.versions, Definition.name)
        .join(known, known.c.process_id == counted.c.process_id)
        .join(Definition, Definition.process_id == known.c.process_id)
        .where(Definition.version == known.c.newest),
        counted.c.process_id,
        {
            "processDefinitionId": Column(counted.c.process_id),
            "activeInstancesWithIncidentCount": Column(counted.c.failing),
            "activeInstancesWithoutIncidentCount": Column(counted.c.healthy),
        },
        ascending=True,
    )


def _by_version(seen: Condition, failing: Condition) -> Listing:
    each = _each_running(seen, failing)
    counted = (
        select(each.c.definition_id, *_counts(each))
        .group_by(each.c.definition_id)
        .subquery("counted")
    )
    return Listing(
        "VersionStatistics",
        select(counted, Definition).join(Definition, Definition.id == counted.c.definition_id),
        Definition.id,
        {
            "processDefinitionId": Column(Definition.process_id),
            "processDefinitionKey": Column(Definition.id),
            "processDefinitionName": Column(Definition.name),
            "processDefinitionVersion": Column(Definition.version),
            "activeInstancesWithIncidentCount": Column(counted.c.failing),
            "activeInstancesWithoutIncidentCount": Column(counted.c.healthy),
            "tenantId": Column(literal(TENANT), sortable=False),
        },
    )


ByProcess: Any = request_model(_by_process(true(), true()))
ByVersion: Any = create_model(
    "VersionStatisticsQuery",
    __base__=request_model(_by_version(true(), true())),
    filter=(OfProcess, ...),
)


@section.operation(
    "POST",
    "/process-definitions/statistics/process-instances",
    scope=Scope.READ,
    body=ByProcess,
    answers={200: Found[ProcessCounted]},
)
def get_process_definition_instance_statistics(call: Call[Any]) -> Found[ProcessCounted]:
    """Zählt je Verfahren die laufenden Vorgänge, mit und ohne Vorfall."""
    database = session()
    rows, page = run(database, _by_process(*_known(database, call.caller)), call.body)
    items = [
        ProcessCounted(
            process_definition_id=row.process_id,
            latest_process_definition_name=row.name or None,
            has_multiple_versions=row.versions > 1,
            active_instances_without_incident_count=row.healthy,
            active_instances_with_incident_count=row.failing,
        )
        for row in rows
    ]
    return Found(items=items, page=page)


@section.operation(
    "POST",
    "/process-definitions/statistics/process-instances-by-version",
    scope=Scope.READ,
    body=ByVersion,
    body_required=True,
    answers={200: Found[VersionCounted]},
)
def get_process_definition_instance_version_statistics(call: Call[Any]) -> Found[VersionCounted]:
    """Zählt je Fassung eines Verfahrens die laufenden Vorgänge, mit und ohne Vorfall."""
    database = session()
    rows, page = run(database, _by_version(*_known(database, call.caller)), call.body)
    items = [
        VersionCounted(
            process_definition_id=row.Definition.process_id,
            process_definition_key=row.Definition.id,
            process_definition_name=row.Definition.name or None,
            process_definition_version=row.Definition.version,
            active_instances_without_incident_count=row.healthy,
            active_instances_with_incident_count=row.failing,
        )
        for row in rows
    ]
    return Found(items=items, page=page)


def _known(database: Session, caller: Caller) -> tuple[Condition, Condition]:
    """Return which instances a caller may know of, and which of their incidents."""
    element = sight.elements(database, caller, Instance.definition_id, Incident.element_id)
    return sight.instances(database, caller), element
