"""User tasks: handed to somebody, changed and completed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.orm import Session

import forms
from engine import clock, feel, user_tasks
from engine.casefile import protection
from engine.errors import AlreadyCompleted, Invalid
from engine.instances import Advance
from engine.model.user_task import TaskState
from engine.organisation import unattached
from engine.organisation.accounts import User
from engine.organisation.clients import Scope
from forms import FormInvalid, Submission
from web import desks, filling, steps
from web.api.operations import Call, Section
from web.api.problems import MOST_COMPLAINTS, Problem
from web.api.wire import Moment, Sent, Variables
from web.database import session, write
from web.desks import Desk

section = Section("Aufgaben")

FOREIGN_REFERENCE = "Auf geschützte Angaben darf niemand von außen verweisen."
MOST_NAMES = 100

Name = Annotated[str, Field(min_length=1, max_length=256)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]
Action = Annotated[str | None, Field(max_length=256)]


class Assignment(Sent):
    """Who is to do a task."""

    assignee: Name
    allow_override: bool | None = None
    action: Action = None


class Changeset(Sent):
    """What of a task becomes different; an empty text or list takes away what was there."""

    due_date: Moment | Literal[""] | None = None
    follow_up_date: Moment | Literal[""] | None = None
    candidate_users: Names | None = None
    candidate_groups: Names | None = None
    priority: Annotated[int | None, Field(ge=0, le=100)] = None


class Update(Sent):
    """A task is to change."""

    changeset: Changeset | None = None
    action: Action = None


class Completion(Sent):
    """A task is done: what its form asks for, or in an instance of no Mandant any variables."""

    variables: Variables | None = None
    action: Action = None


#: Where the fields of a changeset are kept.
COLUMNS = {
    "due_date": "due_at",
    "follow_up_date": "follow_up_at",
    "candidate_users": "candidate_users",
    "candidate_groups": "candidate_groups",
    "priority": "priority",
}


@section.operation(
    "POST",
    "/user-tasks/<key:user_task_key>/assignment",
    scope=Scope.TASKS,
    body=Assignment,
    body_required=True,
    problems={404, 409},
)
def assign_user_task(call: Call[Assignment], user_task_key: int) -> None:
    """Gibt eine Aufgabe einer Person; in den Fällen eines Mandanten nur sich selbst."""
    change = partial(
        user_tasks.assign,
        assignee=call.body.assignee,
        overrides=call.body.allow_override is not False,
    )
    _change(call.caller.user, user_task_key, change, "übernommen")


@section.operation(
    "DELETE",
    "/user-tasks/<key:user_task_key>/assignee",
    scope=Scope.TASKS,
    problems={404, 409},
)
def unassign_user_task(call: Call[None], user_task_key: int) -> None:
    """Gibt eine Aufgabe zurück, sodass sie wieder allen in der Gruppe offensteht."""
    _change(call.caller.user, user_task_key, user_tasks.unassign, "zurückgegeben")


@section.operation(
    "PATCH",
    "/user-tasks/<key:user_task_key>",
    scope=Scope.TASKS,
    body=Update,
    problems={404, 409},
)
def update_user_task(call: Call[Update], user_task_key: int) -> None:
    """Ändert Fristen, Zuständige und Dringlichkeit einer Aufgabe ohne Mandant."""
    given = call.body.changeset.model_dump(exclude_none=True) if call.body.changeset else {}
    if not given and call.body.action is None:
        raise Invalid("Bitte geben Sie an, was sich an der Aufgabe ändern soll (changeset).")
    values = {COLUMNS[name]: None if value == "" else value for name, value in given.items()}
    change = partial(_changed, values=values)
    _change(call.caller.user, user_task_key, change, "geändert")


def _changed(database: Session, key: int, values: Mapping[str, Any], *, user: User) -> None:
    if values:
        user_tasks.change(database, key, values, user=user)
    elif user_tasks.get(database, key, user=user).state != TaskState.OPEN:
        raise AlreadyCompleted


def _change(user: User, key: int, change: Callable[..., None], action: str) -> None:
    """Change a task and write that into its case's log."""

    def work(database: Session) -> None:
        case_id = user_tasks.get(database, key, user=user).case_id
        change(database, key, user=user)
        steps.note(database, case_id, action, f"aufgabe {key}")

    write(work)


@section.operation(
    "POST",
    "/user-tasks/<key:user_task_key>/completion",
    scope=Scope.TASKS,
    body=Completion,
    problems={404, 409},
)
def complete_user_task(call: Call[Completion], user_task_key: int) -> None:
    """Erledigt eine Aufgabe mit den Angaben ihres Formulars."""
    given, user, database = call.body.variables or {}, call.caller.user, session()
    if protection.has_reference(given):
        raise Invalid(FOREIGN_REFERENCE)
    task = user_tasks.get(database, user_task_key, user=user)
    if task.state != TaskState.OPEN:
        raise AlreadyCompleted
    if task.mandant_id == unattached.MANDANT_ID:
        steps.take(partial(_complete_freely, user_task_key, given, user))
        return
    desk = desks.lay(database, user_task_key, user)
    values = checked(desk.filling, given)
    steps.take(desks.completion(desk, values, Submission({}), user))


def checked(form: filling.Filling, given: Variables) -> dict[str, Any]:
    """Return the values of a form that was filled in as JSON; raise a problem that names fields."""
    try:
        return forms.validate_json(form.form, given, form.surroundings)
    except FormInvalid as refused:
        found = [f"{name or 'Formular'}: {text}" for name, text in refused.messages.items()]
        rest = len(found) - MOST_COMPLAINTS
        told = " ".join(found[:MOST_COMPLAINTS]) + (f" Und {rest} weitere." if rest > 0 else "")
        raise Problem(400, told) from None


def _complete_freely(key: int, given: Variables, user: User, database: Session) -> Advance:
    """Complete a task with variables as they were given, as Zeebe does."""
    desk: Desk | None = None
    task = user_tasks.get(database, key, user=user)
    if task.form_id is not None:
        desk = desks.lay(database, key, user)
    paths = filling.protected_paths(desk.filling.form) if desk else []
    now = clock.now()
    # Nothing from outside moves an instance to another case.
    received = {name: feel.received(given[name]) for name in given if name != "fall_id"}
    safe = protection.divert(database, task.case_id, received, paths, now=now)
    by = user_tasks.complete(database, key, user=user, values=safe, now=now)
    steps.note(database, task.case_id, "erledigt", f"aufgabe {key}")
    return by
