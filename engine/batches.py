"""Operations over many instances: chosen at once, worked off one by one, each item once.

What is to be done to an item, and whether its creator still may, is the caller's to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, insert, literal, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.ids import ids
from engine.model.batch import BatchItem, BatchOperation

ACTIVE, SUSPENDED, CANCELED, COMPLETED = "ACTIVE", "SUSPENDED", "CANCELED", "COMPLETED"
FAILED = "FAILED"

CANCEL = "CANCEL_PROCESS_INSTANCE"
DELETE = "DELETE_PROCESS_INSTANCE"
FORGET = "DELETE_DECISION_INSTANCE"
MIGRATE = "MIGRATE_PROCESS_INSTANCE"
MODIFY = "MODIFY_PROCESS_INSTANCE"
RESOLVE = "RESOLVE_INCIDENT"
KINDS = (CANCEL, DELETE, FORGET, MIGRATE, MODIFY, RESOLVE)


class NotInThatState(Conflict):
    """Dieser Sammelauftrag ist dafür nicht in dem richtigen Zustand."""


@dataclass(frozen=True)
class Due:
    """One item that is to be worked off, and who asked for it."""

    batch_id: int
    item_key: int
    instance_id: int | None  #: None for what belongs to no instance
    kind: str
    plan: Mapping[str, Any] | None
    account_id: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """What somebody wants done: its kind, the items, and the plan where the kind needs one."""

    kind: str
    chosen: Select[*tuple[Any, ...]]  #: pairs of an item's key and its instance
    account_id: int
    plan: dict[str, Any] | None = None


def create(session: Session, order: Order, *, now: datetime) -> int:
    """Begin an operation over what a query finds; three statements for any number of items."""
    batch = BatchOperation(
        id=ids.take(),
        kind=order.kind,
        state=ACTIVE,
        plan=order.plan,
        account_id=order.account_id,
        started_at=now,
    )
    session.add(batch)
    session.flush()
    item, instance = order.chosen.subquery().c
    rows = select(literal(batch.id), item, instance, literal(ACTIVE))
    names = ["batch_id", "item_key", "instance_id", "state"]
    session.execute(insert(BatchItem).from_select(names, rows))
    _end_if_done(session, batch.id, now)
    return batch.id


def due(session: Session, *, limit: int) -> list[Due]:
    """Return items that wait, the oldest first; those of a suspended operation do not."""
    query = (
        select(BatchItem, BatchOperation)
        .join(BatchOperation, BatchOperation.id == BatchItem.batch_id)
        .where(*_waiting())
        .order_by(BatchItem.batch_id, BatchItem.item_key)
        .limit(limit)
    )
    return [
        Due(batch.id, item.item_key, item.instance_id, batch.kind, batch.plan, batch.account_id)
        for item, batch in session.execute(query)
    ]


def count_due(session: Session) -> int:
    """Return how many items wait."""
    joined = select(func.count()).select_from(BatchItem).join(BatchOperation)
    return session.scalar(joined.where(*_waiting())) or 0


def settle(session: Session, item: Due, error: str | None, *, now: datetime) -> bool:
    """End an item that still waits; False for one that somebody else has ended, or suspended.

    Both rows are locked by this, so the work that follows in the transaction happens once, and
    who ends the last item sees that it is the last.
    """
    running = select(BatchOperation.id).where(
        BatchOperation.id == item.batch_id, BatchOperation.state == ACTIVE
    )
    if session.scalar(running.with_for_update()) is None:
        return False
    state = COMPLETED if error is None else FAILED
    changed = _changed(
        session,
        update(BatchItem)
        .where(BatchItem.batch_id == item.batch_id, BatchItem.item_key == item.item_key)
        .where(BatchItem.state == ACTIVE)
        .values(state=state, processed_at=now, error=error),
    )
    if changed:
        _end_if_done(session, item.batch_id, now)
    return changed


def suspend(session: Session, batch_id: int) -> None:
    """Let an operation wait; raises `NotInThatState` for one that does not run."""
    _turn(session, batch_id, (ACTIVE,), {"state": SUSPENDED})


def resume(session: Session, batch_id: int) -> None:
    """Let an operation go on; raises `NotInThatState` for one that does not wait."""
    _turn(session, batch_id, (SUSPENDED,), {"state": ACTIVE})


def cancel(session: Session, batch_id: int, *, now: datetime) -> None:
    """End an operation before its end: what is done stays, what waits is not done."""
    _turn(session, batch_id, (ACTIVE, SUSPENDED), {"state": CANCELED, "ended_at": now})
    left = update(BatchItem).where(BatchItem.batch_id == batch_id, BatchItem.state == ACTIVE)
    session.execute(left.values(state=CANCELED, processed_at=now))


def _turn(
    session: Session, batch_id: int, before: tuple[str, ...], values: Mapping[str, Any]
) -> None:
    turned = update(BatchOperation).where(
        BatchOperation.id == batch_id, BatchOperation.state.in_(before)
    )
    if not _changed(session, turned.values(**values)):
        raise NotInThatState


def _waiting() -> tuple[Any, ...]:
    return BatchItem.state == ACTIVE, BatchOperation.state == ACTIVE


def _end_if_done(session: Session, batch_id: int, now: datetime) -> None:
    waits = exists().where(BatchItem.batch_id == batch_id, BatchItem.state == ACTIVE)
    own = (BatchOperation.id == batch_id, BatchOperation.state == ACTIVE)
    ended = update(BatchOperation).where(*own, ~waits)
    _changed(session, ended.values(state=COMPLETED, ended_at=now))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
