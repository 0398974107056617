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


@dataclass(frozen=True)
class Sender:
    """Who sends, from which page (a random name), and how many that page had sent before."""

    account_id: int
    page: str
    turn: int


def save(
    session: Session,
    task: UserTask,
    values: Mapping[str, Any],
    *,
    sender: Sender,
    now: datetime,
) -> None:
    """Keep what a person has typed so far, in place of what was kept before.

    Requests of one page may overtake each other: an earlier one never replaces a later one.
    """
    key = (task.id, sender.account_id)
    before = session.get(Draft, key, with_for_update=True)
    if before is not None and before.page == sender.page and before.turn > sender.turn:
        return
    draft = before or Draft(user_task_id=task.id, account_id=sender.account_id)
    draft.sealed = sealing.seal_json(session, task.case_id, _place(task.id), values)
    draft.saved_at, draft.page, draft.turn = now, sender.page, sender.turn
    session.add(draft)


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
