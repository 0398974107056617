"""The variables that a user task sees."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.model.instance import Instance
from engine.model.user_task import TaskState
from engine.organisation.clients import Scope
from web.api.callers import Caller
from web.api.filters import TextFilter
from web.api.operations import Call, Section
from web.api.searching import Asked
from web.api.variable_sight import Reader, Variable, readable
from web.api.variables import Sorts, Truncation, VariableFound, answer
from web.api.wire import Found, Sent
from web.database import session

section = Section("Aufgaben")


class NameFilter(Sent):
    """Which variables of a task are wanted."""

    name: TextFilter | None = None


class TaskVariableSearch(Sent):
    """A search for the variables of a task."""

    filter: NameFilter | None = None
    sort: Sorts = None
    page: Asked | None = None


@section.operation(
    "POST",
    "/user-tasks/<key:user_task_key>/variables/search",
    scope=Scope.READ,
    body=TaskVariableSearch,
    query=Truncation,
    answers={200: Found[VariableFound]},
    problems={404},
)
def search_user_task_variables(
    call: Call[TaskVariableSearch], user_task_key: int
) -> Found[VariableFound]:
    """Sucht die Variablen, die eine Aufgabe und die Bereiche um sie haben."""
    return answer(call, _seen(session(), call.caller, user_task_key))


@section.operation(
    "POST",
    "/user-tasks/<key:user_task_key>/effective-variables/search",
    scope=Scope.READ,
    body=TaskVariableSearch,
    query=Truncation,
    answers={200: Found[VariableFound]},
    problems={404},
)
def search_user_task_effective_variables(
    call: Call[TaskVariableSearch], user_task_key: int
) -> Found[VariableFound]:
    """Sucht die Variablen einer Aufgabe; unter jedem Namen nur die innerste."""
    seen = _seen(session(), call.caller, user_task_key)
    return answer(call, list({each.name: each for each in seen}.values()))


def _seen(database: Session, caller: Caller, key: int) -> list[Variable]:
    """Return what a task sees, its own variables last; raise `UserTaskNotFound`.

    Who may see a task without the rest of its instance gets what is its own.
    """
    task = user_tasks.get(database, key, user=caller.user)
    instance = database.get_one(Instance, task.instance_id)
    own = [Variable(instance, task.id, name, value) for name, value in task.local.items()]
    query = select(Instance).where(Instance.id == task.instance_id, readable(database, caller))
    if database.scalars(query).first() is None:
        return own
    found = list(Reader(database, caller).of(instance, key))
    return found if task.state == TaskState.OPEN else found + own
