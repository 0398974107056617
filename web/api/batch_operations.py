"""Operations over many instances, begun with a filter."""

from __future__ import annotations

from typing import Any

from pydantic import Field, create_model
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import batches, clock
from engine.batches import Order
from engine.bpmn.outcome import State
from engine.errors import InstanceNotFound
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web import steps
from web.api import sight
from web.api.callers import Caller
from web.api.definitions import get
from web.api.instance_migration import Migration
from web.api.instances import LISTING, Search
from web.api.modification import MOST, Modification, MoveInstruction, Source
from web.api.operations import Call, Section
from web.api.searching import Condition, conditions
from web.api.wire import Sent, Shown, ShownKey
from web.database import session, write

section = Section("Sammelaufträge")


class BatchCreated(Shown):
    """What began."""

    batch_operation_key: ShownKey
    batch_operation_type: str


class MovePlan(Sent):
    """Where what waits at an element goes, in every instance."""

    source_element_id: str
    target_element_id: str


def _request(name: str, **more: Any) -> Any:
    """Return the model of a request over all instances that a filter finds."""
    wanted = Search.model_fields["filter"].annotation
    fields = {"filter": (wanted, ...), "operation_reference": (int | None, None), **more}
    return create_model(name, __base__=Sent, **fields)


BatchCancellation = _request("BatchCancellation")
BatchDeletion = _request("BatchDeletion")
BatchResolution = _request("BatchResolution")
BatchMigration = _request("BatchMigration", migration_plan=(Migration, ...))
_moves = (list[MovePlan], Field(min_length=1, max_length=MOST))
BatchModification = _request("BatchModification", move_instructions=_moves)


class Resolution(Sent):
    """What failed in an instance is tried again."""

    operation_reference: int | None = None


@section.operation(
    "POST",
    "/process-instances/cancellation",
    scope=Scope.INSTANCES,
    body=BatchCancellation,
    body_required=True,
    answers={200: BatchCreated},
)
def cancel_process_instances_batch_operation(call: Call[Any]) -> BatchCreated:
    """Beendet alle laufenden Vorgänge, auf die ein Filter passt, einen nach dem anderen."""
    roots = (Instance.state == State.ACTIVE, Instance.parent_id.is_(None))
    return _begin(call, batches.CANCEL, *roots)


@section.operation(
    "POST",
    "/process-instances/deletion",
    scope=Scope.INSTANCES,
    body=BatchDeletion,
    body_required=True,
    answers={200: BatchCreated},
)
def delete_process_instances_batch_operation(call: Call[Any]) -> BatchCreated:
    """Löscht alle beendeten Vorgänge ohne Mandanten, auf die ein Filter passt."""
    ended = (Instance.state != State.ACTIVE, Instance.parent_id.is_(None))
    return _begin(call, batches.DELETE, *ended, Instance.mandant_id == unattached.MANDANT_ID)


@section.operation(
    "POST",
    "/process-instances/migration",
    scope=Scope.INSTANCES,
    body=BatchMigration,
    body_required=True,
    answers={200: BatchCreated},
    problems={404},
)
def migrate_process_instances_batch_operation(call: Call[Any]) -> BatchCreated:
    """Lässt alle laufenden Vorgänge, auf die ein Filter passt, auf eine andere Version umziehen."""
    plan: Migration = call.body.migration_plan
    get(session(), plan.target_process_definition_key)
    return _begin(call, batches.MIGRATE, Instance.state == State.ACTIVE, plan=plan)


@section.operation(
    "POST",
    "/process-instances/modification",
    scope=Scope.INSTANCES,
    body=BatchModification,
    body_required=True,
    answers={200: BatchCreated},
)
def modify_process_instances_batch_operation(call: Call[Any]) -> BatchCreated:
    """Lässt Schritte in allen laufenden Vorgängen, auf die ein Filter passt, umziehen."""
    moves = [
        MoveInstruction(
            source_element_instruction=Source(source_element_id=each.source_element_id),
            target_element_id=each.target_element_id,
        )
        for each in call.body.move_instructions
    ]
    plan = Modification(move_instructions=moves)
    return _begin(call, batches.MODIFY, Instance.state == State.ACTIVE, plan=plan)


@section.operation(
    "POST",
    "/process-instances/incident-resolution",
    scope=Scope.INSTANCES,
    body=BatchResolution,
    body_required=True,
    answers={200: BatchCreated},
)
def resolve_incidents_batch_operation(call: Call[Any]) -> BatchCreated:
    """Versucht alles noch einmal, was in den Vorgängen scheiterte, auf die ein Filter passt."""
    return _begin(call, batches.RESOLVE, Instance.state == State.ACTIVE)


@section.operation(
    "POST",
    "/process-instances/<key:process_instance_key>/incident-resolution",
    scope=Scope.INSTANCES,
    body=Resolution,
    answers={200: BatchCreated},
    problems={404},
)
def resolve_process_instance_incidents(
    call: Call[Resolution], process_instance_key: int
) -> BatchCreated:
    """Versucht alles noch einmal, was in einem Vorgang scheiterte."""
    database, caller = session(), call.caller
    known = select(Instance.id).where(Instance.id == process_instance_key)
    if database.scalar(known.where(sight.instances(database, caller))) is None:
        raise InstanceNotFound
    chosen = _chosen(database, caller, [Instance.id == process_instance_key])
    return ordered(batches.RESOLVE, _incidents(chosen), caller)


def _begin(call: Call[Any], kind: str, *where: Condition, plan: Sent | None = None) -> BatchCreated:
    database, caller = session(), call.caller
    found = [*where, *conditions(database, LISTING, call.body.filter)]
    chosen = _chosen(database, caller, found)
    if kind == batches.RESOLVE:
        chosen = _incidents(chosen)
    return ordered(kind, chosen, caller, plan)


def _chosen(database: Session, caller: Caller, where: list[Condition]) -> Select[*tuple[Any, ...]]:
    """Return the query of what a caller may operate among what is asked for."""
    allowed = [sight.instances(database, caller)]
    if not caller.is_operator:
        allowed.append(Instance.mandant_id == unattached.MANDANT_ID)
    pairs = LISTING.query.with_only_columns(Instance.id, Instance.id.label("of"))
    return pairs.where(*allowed, *where)


def _incidents(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return the open incidents of chosen instances instead of these."""
    instances = chosen.subquery()
    pairs = select(Incident.id, Incident.instance_id)
    joined = pairs.join(instances, instances.c.of == Incident.instance_id)
    return joined.where(Incident.resolved_at.is_(None))


def ordered(
    kind: str, chosen: Select[*tuple[Any, ...]], caller: Caller, plan: Sent | None = None
) -> BatchCreated:
    """Begin an operation over pairs of an item's key and its instance."""
    kept = plan.model_dump(by_alias=True, mode="json", exclude_none=True) if plan else None
    order = Order(kind=kind, chosen=chosen, account_id=caller.user.id, plan=kept)
    key = write(lambda database: batches.create(database, order, now=clock.now()))
    steps.wake()
    return BatchCreated(batch_operation_key=key, batch_operation_type=kind)
