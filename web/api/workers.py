"""What a caller is to the engine when it works off jobs: an account that sees some of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import and_
from sqlalchemy.orm import Session

from engine.jobs import Worker
from engine.model.instance import Instance
from engine.model.job import Job
from web.api import sight
from web.api.callers import Caller
from web.api.searching import Condition

#: Milliseconds and the like: no number that arithmetic with moments could not hold.
Small = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Milliseconds = Annotated[int, Field(ge=0, le=30 * 24 * 60 * 60 * 1000)]
Text = Annotated[str, Field(max_length=1_000)]
Name = Annotated[str, Field(max_length=200)]


def seen(database: Session, caller: Caller) -> Condition:
    """Of which jobs a caller may know, as a condition on `Instance` and `Job`."""
    return and_(
        sight.instances(database, caller),
        sight.elements(database, caller, Instance.definition_id, Job.element_id),
    )


def worker_of(database: Session, caller: Caller, *, name: str = "", lease: Any = None) -> Worker:
    """Return the worker that a caller is.

    Jobs carry values, so operators work off only those of what belongs to no Mandant.
    """
    worked = and_(seen(database, caller), sight.contents(caller))
    return Worker(account=caller.user.name, name=name, sees=worked, lease=lease)


def span(milliseconds: int) -> timedelta:
    """Return so many milliseconds."""
    return timedelta(milliseconds=milliseconds)
