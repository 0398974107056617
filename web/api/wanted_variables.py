"""Searches by variables: instances and tasks that hold what is wanted, as far as it may be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from engine.model.instance import Instance
from engine.model.user_task import UserTask
from web.api.callers import current_caller
from web.api.filters import TextFilter, holds
from web.api.problems import Problem
from web.api.variable_sight import Reader, Variable, readable
from web.api.wire import Sent

#: Instances among which a search by variables looks.
MOST_LOOKED_AT = 10_000

Condition = ColumnElement[bool]


class Wanted(Sent):
    """A variable that must be there; its value is JSON text."""

    name: str
    value: TextFilter


WantedVariables = Annotated[list[Wanted], Field(max_length=20)]


def having(session: Session, wanted: list[Wanted]) -> Condition:
    """Return a condition on `Instance`: it has these variables, where the caller may see them."""
    if not wanted:
        return true()
    read = _read(session)
    return Instance.id.in_([key for key, found in read.items() if _has(found, wanted)])


def having_itself(session: Session, wanted: list[Wanted]) -> Condition:
    """Return a condition on `UserTask`: its own scope has these variables."""
    if not wanted:
        return true()
    scopes = defaultdict[int, list[Variable]](list)
    for found in _read(session).values():
        for each in found:
            scopes[each.scope_key].append(each)
    return UserTask.id.in_([key for key, found in scopes.items() if _has(found, wanted)])


def _read(session: Session) -> dict[int, list[Variable]]:
    """Return what the caller may see of each instance; raises a problem if they are too many."""
    caller = current_caller()
    query = select(Instance).where(readable(session, caller)).limit(MOST_LOOKED_AT + 1)
    rows = session.scalars(query).all()
    if len(rows) > MOST_LOOKED_AT:
        raise Problem(400, "Nach Variablen lässt sich unter so vielen Vorgängen nicht suchen.")
    reader = Reader(session, caller)
    return {row.id: list(reader.of(row)) for row in rows}


def _has(variables: Iterable[Variable], wanted: list[Wanted]) -> bool:
    return all(
        any(each.name == one.name and holds(each.text, one.value) for each in variables)
        for one in wanted
    )
