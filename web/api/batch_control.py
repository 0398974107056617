"""Operations over many instances, once begun: asked how far they are, halted and ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select, true
from sqlalchemy.orm import Session

from engine import batches, clock
from engine.errors import NotFound
from engine.model.account import Account
from engine.model.api_client import ApiClient
from engine.model.batch import BatchItem, BatchOperation
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web import steps
from web.api import sight
from web.api.callers import Caller
from web.api.filters import KeyFilter, MomentFilter, TextFilter, choice
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import Found, Shown, ShownKey, ShownMoment
from web.database import session, write

section = Section("Sammelaufträge")

PARTITION = 1


class BatchNotFound(NotFound):
    """Diesen Sammelauftrag gibt es nicht."""


class BatchError(Shown):
    """Why an operation could not choose its items; ours choose before they answer, so none has."""

    partition_id: int = PARTITION
    type: str
    message: str


class BatchShown(Shown):
    """How far an operation is."""

    batch_operation_key: ShownKey
    state: str
    batch_operation_type: str
    start_date: ShownMoment | None
    end_date: ShownMoment | None
    actor_type: str | None
    actor_id: str | None
    operations_total_count: int
    operations_failed_count: int
    operations_completed_count: int
    errors: list[BatchError]


class ItemShown(Shown):
    """What became of one item."""

    operation_type: str
    batch_operation_key: ShownKey
    item_key: ShownKey
    process_instance_key: ShownKey | None
    root_process_instance_key: ShownKey | None
    state: str
    processed_date: ShownMoment | None
    error_message: str | None


ACTOR_TYPE: ColumnElement[str] = case((ApiClient.account_id.is_(None), "USER"), else_="CLIENT")


def _counted(*states: str) -> ColumnElement[int]:
    counted = select(func.count()).where(BatchItem.batch_id == BatchOperation.id)
    return (counted.where(BatchItem.state.in_(states)) if states else counted).scalar_subquery()


LISTING = Listing(
    "BatchOperation",
    select(
        BatchOperation,
        Account.name.label("actor"),
        ACTOR_TYPE.label("actor_type"),
        _counted().label("total"),
        _counted(batches.FAILED).label("failed"),
        _counted(batches.COMPLETED).label("completed"),
    )
    .join(Account, Account.id == BatchOperation.account_id)
    .outerjoin(ApiClient, ApiClient.account_id == Account.id),
    BatchOperation.id,
    {
        "batchOperationKey": Column(BatchOperation.id, KeyFilter),
        "operationType": Column(BatchOperation.kind, choice(*batches.KINDS)),
        "state": Column(
            BatchOperation.state,
            choice(
                *("ACTIVE", "CANCELED", "COMPLETED", "CREATED", "FAILED"),
                *("PARTIALLY_COMPLETED", "SUSPENDED"),
            ),
        ),
        "startDate": Column(BatchOperation.started_at, MomentFilter),
        "endDate": Column(BatchOperation.ended_at, MomentFilter),
        "actorType": Column(ACTOR_TYPE, choice("ANONYMOUS", "CLIENT", "UNKNOWN", "USER")),
        "actorId": Column(Account.name, TextFilter),
    },
)
Search: Any = request_model(LISTING)
ITEMS = Listing(
    "BatchOperationItem",
    select(BatchItem, BatchOperation.kind).join(
        BatchOperation, BatchOperation.id == BatchItem.batch_id
    ),
    cast(BatchItem.batch_id, String) + "-" + cast(BatchItem.item_key, String),
    {
        "batchOperationKey": Column(BatchItem.batch_id, KeyFilter),
        "itemKey": Column(BatchItem.item_key, KeyFilter),
        "processInstanceKey": Column(BatchItem.instance_id, KeyFilter),
        "state": Column(BatchItem.state, choice("ACTIVE", "CANCELED", "COMPLETED", "FAILED")),
        "operationType": Column(BatchOperation.kind, choice(*batches.KINDS)),
        "processedDate": Column(BatchItem.processed_at, MomentFilter),
    },
)
ItemSearch: Any = request_model(ITEMS)


@section.operation(
    "POST",
    "/batch-operations/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[BatchShown]},
)
def search_batch_operations(call: Call[Any]) -> Found[BatchShown]:
    """Sucht Sammelaufträge."""
    rows, page = run(session(), LISTING, call.body, _own(call.caller))
    return Found(items=[_shown(row) for row in rows], page=page)


@section.operation(
    "GET",
    "/batch-operations/<key:batch_operation_key>",
    scope=Scope.READ,
    answers={200: BatchShown},
    problems={404},
)
def get_batch_operation(call: Call[None], batch_operation_key: int) -> BatchShown:
    """Sagt, wie weit ein Sammelauftrag ist."""
    return _shown(_row(session(), call.caller, batch_operation_key))


@section.operation(
    "POST",
    "/batch-operation-items/search",
    scope=Scope.READ,
    body=ItemSearch,
    answers={200: Found[ItemShown]},
)
def search_batch_operation_items(call: Call[Any]) -> Found[ItemShown]:
    """Sucht, was aus den einzelnen Vorgängen von Sammelaufträgen wurde."""
    database, caller = session(), call.caller
    rows, page = run(database, ITEMS, call.body, _own(caller))
    query = select(Instance).where(Instance.id.in_([row.BatchItem.instance_id for row in rows]))
    known = list(database.scalars(query.where(sight.instances(database, caller))))
    tops = roots(database, known)
    items = [_item(row.BatchItem, row.kind, tops.get(row.BatchItem.instance_id)) for row in rows]
    return Found(items=items, page=page)


@section.operation(
    "POST",
    "/batch-operations/<key:batch_operation_key>/suspension",
    scope=Scope.INSTANCES,
    problems={404, 409},
)
def suspend_batch_operation(call: Call[None], batch_operation_key: int) -> None:
    """Hält einen Sammelauftrag an."""
    _row(session(), call.caller, batch_operation_key)
    write(lambda database: batches.suspend(database, batch_operation_key))


@section.operation(
    "POST",
    "/batch-operations/<key:batch_operation_key>/resumption",
    scope=Scope.INSTANCES,
    problems={404, 409},
)
def resume_batch_operation(call: Call[None], batch_operation_key: int) -> None:
    """Lässt einen angehaltenen Sammelauftrag weitergehen."""
    _row(session(), call.caller, batch_operation_key)
    write(lambda database: batches.resume(database, batch_operation_key))
    steps.wake()


@section.operation(
    "POST",
    "/batch-operations/<key:batch_operation_key>/cancellation",
    scope=Scope.INSTANCES,
    problems={404, 409},
)
def cancel_batch_operation(call: Call[None], batch_operation_key: int) -> None:
    """Beendet einen Sammelauftrag, ehe er fertig ist. Was schon geschehen ist, bleibt."""
    _row(session(), call.caller, batch_operation_key)
    write(lambda database: batches.cancel(database, batch_operation_key, now=clock.now()))


def _own(caller: Caller) -> Condition:
    """Leave a caller's own operations; who keeps the whole installation sees all."""
    if caller.is_operator and caller.user.mandant_id is None:
        return true()
    return BatchOperation.account_id == caller.user.id


def _row(database: Session, caller: Caller, key: int) -> Any:
    row = database.execute(LISTING.query.where(BatchOperation.id == key, _own(caller))).first()
    if row is None:
        raise BatchNotFound
    return row


def _shown(row: Any) -> BatchShown:
    batch = row.BatchOperation
    return BatchShown(
        batch_operation_key=batch.id,
        state=batch.state,
        batch_operation_type=batch.kind,
        start_date=batch.started_at,
        end_date=batch.ended_at,
        actor_type=row.actor_type,
        actor_id=row.actor,
        operations_total_count=row.total,
        operations_failed_count=row.failed,
        operations_completed_count=row.completed,
        errors=[],
    )


def _item(item: BatchItem, kind: str, top: int | None) -> ItemShown:
    return ItemShown(
        operation_type=kind,
        batch_operation_key=item.batch_id,
        item_key=item.item_key,
        process_instance_key=item.instance_id,
        root_process_instance_key=top,
        state=item.state,
        processed_date=item.processed_at,
        error_message=item.error,
    )
