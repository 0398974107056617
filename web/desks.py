"""A task on somebody's desk, with its form and the case around it; and what completes it.

The task's page and the API do the same through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

import forms
from engine import bindings, bpmn, clock, definitions, drafts, user_tasks
from engine.bundle import Bundle
from engine.definitions import LoadedDefinition
from engine.instances import Advance
from engine.model.user_task import UserTask
from engine.organisation.accounts import User
from web import filling, steps
from web.filling import Around, Filling


@dataclass(frozen=True)
class Desk:
    """A task with everything its page shows and its form needs."""

    task: UserTask
    definition: LoadedDefinition
    filling: Filling


def lay(database: Session, user_task_id: int, user: User) -> Desk:
    """Put a task of the person's on their desk; raise `UserTaskNotFound` or `FormMissing`."""
    task = user_tasks.get(database, user_task_id, user=user)
    definition, snapshot = definitions.of_instance(database, task.instance_id)
    around = Around(
        case_id=task.case_id,
        mandant_id=task.mandant_id,
        account=user.name,
        variables=bpmn.variables(snapshot, task.id),
    )
    content = content_of(database, definition, task)
    return Desk(task, definition, filling.open_form(database, content, task.form_id, around=around))


def content_of(database: Session, definition: LoadedDefinition, task: UserTask) -> Bundle:
    """Return what was deployed together with a task's form."""
    return bindings.with_form(database, definition, task.form_key)


def completion(
    desk: Desk, values: Mapping[str, object], sent: forms.Submission, user: User
) -> Callable[[Session], Advance]:
    """Return the step that stores what is protected and completes the task."""
    key, case_id = desk.task.id, desk.task.case_id

    def step(database: Session) -> Advance:
        safe = filling.protect(database, desk.filling, values, sent, user=user)
        by = user_tasks.complete(database, key, user=user, values=safe, now=clock.now())
        drafts.drop(database, key, account_id=user.id)
        steps.note(database, case_id, "erledigt", f"aufgabe {key}")
        return by

    return step
