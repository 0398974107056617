"""What became of an instance: its steps counted, the ways it took, and who called whom."""

from __future__ import annotations

from typing import Any

from pydantic import RootModel, create_model
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine import definitions
from engine.bpmn.outcome import HistoryKind
from engine.errors import InstanceNotFound
from engine.model.deployment import Definition
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api import instances, sight
from web.api.callers import Caller
from web.api.definitions import get
from web.api.element_instances import (
    ACTIVE,
    BODY,
    COMPLETED,
    INCIDENT,
    PROCESS,
    RUN,
    STATE,
    TERMINATED,
    visible,
)
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import conditions, filter_of
from web.api.wire import TENANT, Sent, Shown, ShownKey
from web.database import session

section = Section("Verlauf")


class ElementCounted(Shown):
    """How often an element ran, by what became of it."""

    element_id: str
    active: int
    canceled: int
    incidents: int
    completed: int


class Counts(Shown):
    """The elements that ran."""

    items: list[ElementCounted]


class FlowTaken(Shown):
    """A sequence flow that a token took."""

    sequence_flow_id: str
    process_instance_key: ShownKey
    root_process_instance_key: ShownKey | None
    process_definition_key: ShownKey
    process_definition_id: str
    element_id: str
    tenant_id: str = TENANT


class FlowsTaken(Shown):
    """The flows that tokens took, each once."""

    items: list[FlowTaken]


OfDefinition: Any = create_model(
    "ProcessDefinitionStatistics", __base__=Sent, filter=(filter_of(instances.Search), None)
)


class Ancestor(Shown):
    """An instance in the line of callers."""

    process_instance_key: ShownKey
    process_definition_key: ShownKey
    process_definition_name: str


class Line(RootModel[list[Ancestor]]):
    """The callers of an instance from the topmost one down, and itself."""


@section.operation(
    "GET",
    "/process-instances/<key:process_instance_key>/statistics/element-instances",
    scope=Scope.READ,
    answers={200: Counts},
    problems={404},
)
def get_process_instance_statistics(call: Call[None], process_instance_key: int) -> Counts:
    """Zählt, welche Schritte eines Vorgangs laufen und wie die anderen endeten."""
    database = session()
    _require_seen(database, call.caller, process_instance_key)
    return _counted(database, call.caller, RUN.c.instance_id == process_instance_key)


@section.operation(
    "POST",
    "/process-definitions/<key:process_definition_key>/statistics/element-instances",
    scope=Scope.READ,
    body=OfDefinition,
    answers={200: Counts},
    problems={404},
)
def get_process_definition_statistics(call: Call[Any], process_definition_key: int) -> Counts:
    """Zählt über die Vorgänge einer Fassung, welche Schritte laufen und wie die anderen endeten."""
    database = session()
    get(database, process_definition_key)
    wanted = conditions(database, instances.LISTING, call.body.filter)
    return _counted(
        database, call.caller, Instance.definition_id == process_definition_key, *wanted
    )


@section.operation(
    "GET",
    "/process-instances/<key:process_instance_key>/sequence-flows",
    scope=Scope.READ,
    answers={200: FlowsTaken},
    problems={404},
)
def get_process_instance_sequence_flows(call: Call[None], process_instance_key: int) -> FlowsTaken:
    """Nennt die Wege, die ein Vorgang genommen hat."""
    database = session()
    instance = _require_seen(database, call.caller, process_instance_key)
    elements = sight.elements(database, call.caller, Instance.definition_id, HistoryRow.element_id)
    query = (
        select(HistoryRow.detail, Definition.process_id)
        .join(Instance, Instance.id == HistoryRow.instance_id)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(HistoryRow.instance_id == instance.id, HistoryRow.kind == HistoryKind.COMPLETED)
        .where(elements)
        .order_by(HistoryRow.id)
    )
    rows = list(database.execute(query))
    top = roots(database, [instance])[instance.id]
    hidden = sight.hidden_flows(database, call.caller, rows[0][1]) if rows else set()
    taken = dict.fromkeys(
        (flow, process)
        for detail, process in rows
        for flow in detail.get("fluesse", ())
        if flow not in hidden
    )
    return FlowsTaken(
        items=[
            FlowTaken(
                sequence_flow_id=f"{instance.id}_{flow}",
                process_instance_key=instance.id,
                root_process_instance_key=top,
                process_definition_key=instance.definition_id,
                process_definition_id=process,
                element_id=flow,
            )
            for flow, process in taken
        ]
    )


@section.operation(
    "GET",
    "/process-instances/<key:process_instance_key>/call-hierarchy",
    scope=Scope.READ,
    answers={200: Line},
    problems={404},
)
def get_process_instance_call_hierarchy(call: Call[None], process_instance_key: int) -> Line:
    """Nennt einen Vorgang und die, aus denen er aufgerufen wurde, von oben nach unten."""
    database = session()
    line: list[Ancestor] = []
    key: int | None = process_instance_key
    while key is not None:
        instance = _require_seen(database, call.caller, key)
        definition = definitions.load(database, instance.definition_id)
        line.insert(
            0,
            Ancestor(
                process_instance_key=instance.id,
                process_definition_key=definition.id,
                process_definition_name=definition.process.name or definition.process_id,
            ),
        )
        key = instance.parent_id
    return Line(line)


def _require_seen(database: Session, caller: Caller, key: int) -> Instance:
    query = select(Instance).where(Instance.id == key, sight.instances(database, caller))
    instance = database.scalars(query).first()
    if instance is None:
        raise InstanceNotFound
    return instance


def _counted(database: Session, caller: Caller, *where: Any) -> Counts:
    """Count runs; a multi-instance activity as a whole is no run beside those of its items."""
    runs = (
        select(RUN.c.element_id, STATE.label("state"), INCIDENT.label("incident_id"))
        .join(Instance, Instance.id == RUN.c.instance_id)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(RUN.c.type.not_in((PROCESS, BODY)), visible(database, caller), *where)
        .subquery()
    )
    query = select(
        runs.c.element_id,
        *(
            func.count(case((runs.c.state == state, 1)))
            for state in (ACTIVE, TERMINATED, COMPLETED)
        ),
        func.count(runs.c.incident_id),
    ).group_by(runs.c.element_id)
    return Counts(
        items=[
            ElementCounted(
                element_id=element, active=active, canceled=gone, completed=done, incidents=stuck
            )
            for element, active, gone, done, stuck in database.execute(
                query.order_by(runs.c.element_id)
            )
        ]
    )
