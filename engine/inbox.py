"""The inbox: open tasks of a person and their groups, by due moment, page by page.

Keyset paging over a narrow table: the time of a page does not grow with the number of tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, insert, select, tuple_, union_all
from sqlalchemy.orm import Session

from engine.casefile.cases import ENDED
from engine.model.case import Case
from engine.model.deployment import Definition
from engine.model.user_task import InboxRow, UserTask
from engine.organisation.accounts import User

#: Tasks on one page.
PAGE = 25


@dataclass(frozen=True)
class Cursor:
    """The last task of a page: the next page begins behind it."""

    due_ms: int
    user_task_id: int

    def __str__(self) -> str:
        return f"{self.due_ms}-{self.user_task_id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Read a cursor from a URL; None where the text is none."""
        due, _, key = text.partition("-")
        if not (due.isdecimal() and key.isdecimal() and len(due) < 18 and len(key) < 19):
            return None
        return cls(int(due), int(key))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the inbox."""

    user_task_id: int
    due_ms: int
    name: str
    process_name: str
    case_id: int
    instance_id: int
    due_at: datetime | None
    created_at: datetime
    assignee: str | None
    groups: Sequence[str]


@dataclass(frozen=True)
class Page:
    """Some entries, and where the next page begins."""

    entries: tuple[Entry, ...]
    following: Cursor | None


def principals_of(user: User) -> tuple[str, ...]:
    """Return the groups and the person, as inbox rows name them."""
    return (*sorted(user.group_ids), f"@{user.name}")


def page(
    session: Session, user: User, *, after: Cursor | None = None, only_own: bool = False
) -> Page:
    """Return the tasks that the person may do, the most urgent first."""
    principals = (f"@{user.name}",) if only_own else principals_of(user)
    keys = union_all(*(_keys_of(principal, after) for principal in principals)).subquery()
    wanted = (
        select(keys.c.due_ms, keys.c.user_task_id)
        .distinct()
        .order_by(keys.c.due_ms, keys.c.user_task_id)
        .limit(PAGE + 1)
        .subquery()
    )
    query = (
        select(wanted.c.due_ms, *_COLUMNS)
        .join(UserTask, UserTask.id == wanted.c.user_task_id)
        .join(Definition, UserTask.definition_id == Definition.id)
        .order_by(wanted.c.due_ms, wanted.c.user_task_id)
    )
    rows = session.execute(query).all()
    entries = tuple(Entry(**row._asdict()) for row in rows[:PAGE])
    last = entries[-1] if len(rows) > PAGE else None
    return Page(entries, Cursor(last.due_ms, last.user_task_id) if last else None)


_COLUMNS = (
    UserTask.id.label("user_task_id"),
    UserTask.name,
    Definition.name.label("process_name"),
    UserTask.case_id,
    UserTask.instance_id,
    UserTask.due_at,
    UserTask.created_at,
    UserTask.assignee,
    UserTask.candidate_groups.label("groups"),
)


def _keys_of(principal: str, after: Cursor | None) -> Select[tuple[int, int]]:
    """Read one principal's index range; each range is short, whatever the table's size."""
    query = (
        select(InboxRow.due_ms, InboxRow.user_task_id)
        .join(UserTask, UserTask.id == InboxRow.user_task_id)
        .join(Case, Case.id == UserTask.case_id)
        .where(InboxRow.principal == principal, Case.status != ENDED)
    )
    if after is not None:
        # Compared as a pair, so that the index is entered behind the last page.
        place = tuple_(InboxRow.due_ms, InboxRow.user_task_id)
        query = query.where(place > tuple_(after.due_ms, after.user_task_id))
    part = query.order_by(InboxRow.due_ms, InboxRow.user_task_id).limit(PAGE + 1).subquery()
    return select(part.c.due_ms, part.c.user_task_id)


def hand_to(session: Session, user_task_id: int, due_ms: int, account: str) -> None:
    """Take a task out of its groups' inboxes into one person's."""
    session.execute(delete(InboxRow).where(InboxRow.user_task_id == user_task_id))
    put(session, user_task_id, due_ms, [f"@{account}"])


def put(session: Session, user_task_id: int, due_ms: int, principals: Sequence[str]) -> None:
    """Show a task to these principals."""
    rows = [
        {"principal": principal, "due_ms": due_ms, "user_task_id": user_task_id}
        for principal in principals
    ]
    session.execute(insert(InboxRow), rows)


def remove(session: Session, user_task_id: int) -> None:
    """Take a task out of every inbox."""
    session.execute(delete(InboxRow).where(InboxRow.user_task_id == user_task_id))
