"""Operations on user tasks: look, claim, release, complete. Each asks who may, and only once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine import bpmn, feel, inbox, instances
from engine.casefile.cases import ENDED
from engine.errors import (
    AlreadyClaimed,
    AlreadyCompleted,
    NotAllowed,
    NotYourTask,
    UserTaskNotFound,
)
from engine.instances import Advance
from engine.model.base import table_of
from engine.model.case import Case
from engine.model.user_task import NO_DUE, TaskState, UserTask
from engine.organisation import unattached
from engine.organisation.accounts import User

#: What completing a task tells about it.
_Closed = Row[*tuple[Any, ...]]

_OF_OPEN_CASE = exists().where(Case.id == UserTask.case_id, Case.status != ENDED)
_OPEN = (UserTask.state == TaskState.OPEN, _OF_OPEN_CASE)
# Built once: they are asked with every task that is opened or completed.
_TASK = select(UserTask).where(UserTask.id == bindparam("wanted"), _OF_OPEN_CASE)
_OF_CASE = (
    select(UserTask).where(UserTask.case_id == bindparam("case"), *_OPEN).order_by(UserTask.id)
)
_CLOSED = (
    update(table_of(UserTask))
    .where(UserTask.id == bindparam("wanted"), *_OPEN)
    .values({n: bindparam(n) for n in ("state", "completed_at", "completed_by", "answers")})
    .returning(UserTask.instance_id, UserTask.element_id, UserTask.mandant_id, UserTask.assignee)
    .returning(UserTask.candidate_groups, UserTask.candidate_users)
)


def find(session: Session, user_task_id: int) -> UserTask | None:
    """Return a task, whoever asks; callers check with `may_see`."""
    return session.get(UserTask, user_task_id)


def may_see(task: UserTask | _Closed, user: User) -> bool:
    """Whether a task belongs to the person: to one of their groups or to themselves.

    What belongs to no Mandant belongs to all operators and to the programs that have none.
    """
    if task.mandant_id == unattached.MANDANT_ID:
        is_operator = user.is_operator and user.mandant_id is None
        return is_operator or user.mandant_id == unattached.MANDANT_ID
    if task.mandant_id != user.mandant_id:
        return False
    named = task.assignee == user.name or user.name in task.candidate_users
    return named or not user.group_ids.isdisjoint(task.candidate_groups)


def get(session: Session, user_task_id: int, *, user: User) -> UserTask:
    """Return a task of the person's; raise `UserTaskNotFound` for any other.

    The tasks of an ended case are closed to all, as the case is.
    """
    task = session.scalars(_TASK, {"wanted": user_task_id}).first()
    if task is None or not may_see(task, user):
        raise UserTaskNotFound
    return task


def claim(session: Session, user_task_id: int, *, user: User) -> None:
    """Take a task over, so that nobody else works on it.

    Raises `AlreadyClaimed` naming nobody, `AlreadyCompleted`, or `UserTaskNotFound`.
    """
    task = get(session, user_task_id, user=user)
    free = (UserTask.state == TaskState.OPEN, UserTask.assignee.is_(None))
    if not _changed(session, user_task_id, free, {"assignee": user.name}):
        raise AlreadyCompleted if task.state != TaskState.OPEN else AlreadyClaimed
    if task.mandant_id != unattached.MANDANT_ID:
        inbox.hand_to(session, user_task_id, _due_ms(task.due_at), user.name)


def release(session: Session, user_task_id: int, *, user: User) -> None:
    """Give a task back to its groups; raise `NotYourTask` if somebody else holds it."""
    task = get(session, user_task_id, user=user)
    own = (UserTask.state == TaskState.OPEN, UserTask.assignee == user.name)
    if not _changed(session, user_task_id, own, {"assignee": None}):
        raise NotYourTask
    if task.mandant_id == unattached.MANDANT_ID:
        return
    inbox.remove(session, user_task_id)
    people = [f"@{name}" for name in task.candidate_users]
    inbox.put(session, user_task_id, _due_ms(task.due_at), [*task.candidate_groups, *people])


def assign(
    session: Session, user_task_id: int, assignee: str, *, user: User, overrides: bool
) -> None:
    """Give a task to somebody; in the cases of a Mandant people take it over themselves.

    Raises `AlreadyClaimed` if somebody else holds it and is not to be overridden, `NotAllowed`,
    `AlreadyCompleted` or `UserTaskNotFound`.
    """
    task = get(session, user_task_id, user=user)
    if task.state != TaskState.OPEN:
        raise AlreadyCompleted
    if task.mandant_id == unattached.MANDANT_ID:
        free = or_(UserTask.assignee.is_(None), UserTask.assignee == assignee)
        where = (UserTask.state == TaskState.OPEN, *(() if overrides else (free,)))
        if not _changed(session, user_task_id, where, {"assignee": assignee}):
            raise AlreadyClaimed
    elif assignee != user.name:
        raise NotAllowed("In den Fällen eines Mandanten übernimmt jeder seine Aufgaben selbst.")
    elif task.assignee != assignee:
        claim(session, user_task_id, user=user)


def unassign(session: Session, user_task_id: int, *, user: User) -> None:
    """Let nobody hold a task any more; in the cases of a Mandant only who holds it may do that."""
    task = get(session, user_task_id, user=user)
    if task.state != TaskState.OPEN:
        raise AlreadyCompleted
    if task.mandant_id == unattached.MANDANT_ID:
        change(session, user_task_id, {"assignee": None}, user=user)
    elif task.assignee == user.name:
        release(session, user_task_id, user=user)
    elif task.assignee is not None:
        raise AlreadyClaimed


def complete(
    session: Session,
    user_task_id: int,
    *,
    user: User,
    values: Mapping[str, Any],
    now: datetime,
) -> Advance:
    """Complete a task with the checked values of its form, in exact JSON, and advance its instance.

    The values become one variable, named after the task. Where no Mandant is concerned, each of
    them is a variable, as in Zeebe, and whoever holds the task keeps nobody from completing it.

    Exactly one of two people who complete the same task at the same moment succeeds. Raises
    `AlreadyCompleted`, `AlreadyClaimed` (somebody else holds it) or `UserTaskNotFound`; the caller
    rolls back.
    """
    done = {
        "state": TaskState.COMPLETED,
        "completed_at": now,
        "completed_by": user.name,
        "answers": feel.plain(values),
    }
    task = _close(session, user_task_id, done)
    if task is None:
        get(session, user_task_id, user=user)  # a stranger learns no more than that
        raise AlreadyCompleted
    if not may_see(task, user):
        raise UserTaskNotFound
    is_attached = task.mandant_id != unattached.MANDANT_ID
    if is_attached and task.assignee not in (None, user.name):
        raise AlreadyClaimed
    by = Advance(account=user.name, now=now)
    variables = {result_name(task.element_id): dict(values)} if is_attached else dict(values)
    command = bpmn.CompleteUserTask(user_task_id, variables)
    instances.advance(session, task.instance_id, command, by=by)
    return by


def change(session: Session, user_task_id: int, values: Mapping[str, Any], *, user: User) -> None:
    """Change who may do an open task, by when, or how urgent it is.

    Only where no Mandant is concerned: in a case, the procedure says that. Raises `NotAllowed`,
    `AlreadyCompleted` or `UserTaskNotFound`.
    """
    task = get(session, user_task_id, user=user)
    if task.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed("Wer diese Aufgabe bis wann erledigt, bestimmt das Verfahren.")
    if not _changed(session, user_task_id, (UserTask.state == TaskState.OPEN,), values):
        raise AlreadyCompleted


def _close(session: Session, user_task_id: int, done: Mapping[str, Any]) -> _Closed | None:
    """Complete an open task of an open case in one statement; None where there is none.

    Who may do that is asked afterwards: a refusal rolls everything back.
    """
    return session.connection().execute(_CLOSED, {"wanted": user_task_id, **done}).first()


def result_name(element_id: str) -> str:
    """Return the variable that holds a task's values: its id without `ut_` (M3)."""
    return element_id.removeprefix("ut_")


def of_case(session: Session, case_id: int) -> list[UserTask]:
    """Return the open tasks of a case, oldest first; none of an ended one."""
    return list(session.scalars(_OF_CASE, {"case": case_id}))


def answered(session: Session, case_id: int) -> list[UserTask]:
    """Return the completed tasks of a case, in the order in which they were completed."""
    query = select(UserTask).where(
        UserTask.case_id == case_id, UserTask.state == TaskState.COMPLETED
    )
    return list(session.scalars(query.order_by(UserTask.completed_at, UserTask.id)))


def _due_ms(due_at: datetime | None) -> int:
    return int(due_at.timestamp() * 1000) if due_at else NO_DUE


def _changed(
    session: Session, user_task_id: int, where: tuple[Any, ...], values: Mapping[str, Any]
) -> bool:
    """Change the task's row if it still is as expected: the row count decides who was first."""
    result = session.execute(
        update(UserTask)
        .where(UserTask.id == user_task_id, *where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
