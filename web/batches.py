"""Works off operations over many instances, each item in a transaction of its own.

What its creator may no longer do when its turn comes, an item does not do either.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from engine import batches, clock, incidents, running
from engine.batches import Due
from engine.errors import NotAllowed, OrchestrationError
from engine.instances import Advance
from engine.organisation import accounts, clients
from engine.organisation.clients import Scope
from web import arrivals
from web.api.callers import OF_PEOPLE, Caller
from web.api.decision_deletion import forget_one
from web.api.instance_deletion import delete_one
from web.api.instance_migration import Migration, migrate_one
from web.api.instances import require_operated
from web.api.modification import Modification, modify_one
from web.database import db, write

log = logging.getLogger("lotse.batches")

REASON = "über die Schnittstelle beendet, zusammen mit anderen"
UNFORESEEN = "Ein Fehler, mit dem niemand gerechnet hat. Das Protokoll des Servers sagt mehr."


class CreatorGone(NotAllowed):
    """Das Konto, das diesen Auftrag gab, darf das nicht mehr."""


def work_off(limit: int) -> int:
    """Work off items that wait and return how many those were."""
    found = batches.due(db.session(), limit=limit)
    for item in found:
        _work_off(item)
    return len(found)


def _work_off(item: Due) -> None:
    try:
        by = write(lambda session: _settled(session, item))
        arrivals.of_application().tell(by)
    except OrchestrationError as refused:
        _fail(item, refused.message)
    except Exception as error:  # noqa: BLE001 - one broken item must not stop the others
        log.error("batch item %s: %s", item.item_key, type(error).__name__)
        _fail(item, UNFORESEEN)


def _fail(item: Due, why: str) -> None:
    try:
        write(lambda session: batches.settle(session, item, why, now=clock.now()))
    except Exception as error:  # noqa: BLE001 - it stays due, and the others have their turn
        log.error("batch item %s stays: %s", item.item_key, type(error).__name__)


def _settled(session: Session, item: Due) -> Advance:
    now = clock.now()
    if not batches.settle(session, item, None, now=now):
        return Advance(account="", now=now)
    return WORK[item.kind](session, _creator(session, item.account_id), item, now)


def _creator(session: Session, account_id: int) -> Caller:
    """Return who asked for it, with the rights of this moment; raise `CreatorGone`."""
    user = accounts.find(session, account_id)
    if user is None:
        raise CreatorGone
    program = clients.find(session, user.name)
    scopes = program.scopes if program is not None else OF_PEOPLE
    if Scope.INSTANCES not in scopes:
        raise CreatorGone
    return Caller(user, scopes)


def _cancel(session: Session, caller: Caller, item: Due, now: datetime) -> Advance:
    require_operated(session, caller, item.item_key)
    by = Advance(account=caller.user.name, now=now)
    running.end(session, item.item_key, REASON, by=by)
    return by


def _resolve(session: Session, caller: Caller, item: Due, now: datetime) -> Advance:
    require_operated(session, caller, item.instance_id or 0)
    return incidents.retry(session, item.item_key, user=caller.user, now=now)


def _migrate(session: Session, caller: Caller, item: Due, now: datetime) -> Advance:
    by = Advance(account=caller.user.name, now=now)
    migrate_one(session, caller, item.item_key, Migration.model_validate(item.plan), by=by)
    return by


def _modify(session: Session, caller: Caller, item: Due, now: datetime) -> Advance:
    by = Advance(account=caller.user.name, now=now)
    modify_one(session, caller, item.item_key, Modification.model_validate(item.plan), by=by)
    return by


def _delete(session: Session, caller: Caller, item: Due, now: datetime) -> Advance:
    delete_one(session, caller, item.item_key)
    return Advance(account=caller.user.name, now=now)


def _forget(session: Session, caller: Caller, item: Due, now: datetime) -> Advance:
    forget_one(session, caller, item.item_key)
    return Advance(account=caller.user.name, now=now)


WORK: dict[str, Callable[[Session, Caller, Due, datetime], Advance]] = {
    batches.CANCEL: _cancel,
    batches.DELETE: _delete,
    batches.FORGET: _forget,
    batches.MIGRATE: _migrate,
    batches.MODIFY: _modify,
    batches.RESOLVE: _resolve,
}
