"""Unfinished forms: kept while typing, encrypted with the case's key, until the task is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from engine.casefile import sealing
from engine.model.base import table_of
from engine.model.draft import Draft
from engine.model.user_task import UserTask


@dataclass(frozen=True)
class Kept:
    """What was typed, and when it was last saved."""

    values: dict[str, Any]
    saved_at: datetime


def save(
    session: Session,
    task: UserTask,
    values: Mapping[str, Any],
    *,
    account_id: int,
    now: datetime,
) -> None:
    """Keep what a person has typed so far, in place of what was kept before."""
    sealed = sealing.seal_json(session, task.case_id, _place(task.id), values)
    session.merge(Draft(user_task_id=task.id, account_id=account_id, sealed=sealed, saved_at=now))


def find(session: Session, task: UserTask, *, account_id: int) -> Kept | None:
    """Return what the person has typed into this task, or None."""
    row = session.get(Draft, (task.id, account_id))
    if row is None:
        return None
    values = sealing.unseal_json(session, task.case_id, _place(task.id), row.sealed)
    return Kept(dict(values), row.saved_at)


def drop(session: Session, user_task_id: int, *, account_id: int) -> None:
    """Forget a person's draft, because the task is done."""
    session.execute(_OWN, {"task": user_task_id, "account": account_id})


#: Built once: it runs with every completed task.
_OWN = delete(table_of(Draft)).where(
    Draft.user_task_id == bindparam("task"), Draft.account_id == bindparam("account")
)


def _place(user_task_id: int) -> str:
    return f"draft|{user_task_id}"
