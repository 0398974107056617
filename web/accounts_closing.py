"""Closes an account: nobody gets in any more, and what it had taken goes back to the group."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.casefile import audit
from engine.casefile.audit import By
from engine.model.user_task import TaskState, UserTask
from engine.organisation import accounts, enrolment


def close(database: Session, name: str, *, by: By) -> int:
    """Lock an account and return how many tasks it gave back; nothing happens to a locked one."""
    account_id = enrolment.number_of(database, name)
    user = accounts.find(database, account_id)
    if user is None:  # locked already
        return 0
    held = select(UserTask).where(UserTask.assignee == name, UserTask.state == TaskState.OPEN)
    # A task without groups was given to this person alone: giving it back would hide it for good.
    shared = [task for task in database.scalars(held) if task.candidate_groups]
    for task in shared:
        user_tasks.release(database, task.id, user=user)
        audit.record(database, task.case_id, "zurückgegeben", f"aufgabe {task.id}", by=by)
    enrolment.lock(database, account_id)
    return len(shared)
