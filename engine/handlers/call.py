"""What a handler gets, and the promise that each job has its effect once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.bpmn.outcome import WaitingJob
from engine.clock import BERLIN
from engine.definitions import LoadedDefinition
from engine.errors import Conflict, HandlerFailed, Invalid, NotFound
from engine.model.handled_job import HandledJob


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """A message to another instance, delivered in the same transaction."""

    name: str
    correlation: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    ttl: timedelta | None = None  #: how long it waits for a receiver; None: for ever


@dataclass(frozen=True, kw_only=True)
class HandlerCall:
    """One job with everything that its handler may use."""

    session: Session
    job: WaitingJob
    instance_id: int
    case_id: int
    mandant_id: str
    definition: LoadedDefinition
    now: datetime
    send: Callable[[OutgoingMessage], None]

    @property
    def today(self) -> date:
        """The present day in Germany."""
        return self.now.astimezone(BERLIN).date()


Handler = Callable[[HandlerCall], Mapping[str, Any]]
REFUSALS = (Conflict, Invalid, NotFound)


def once(handler: Handler) -> Handler:
    """Let a handler have its effect once per job, and turn refusals into `HandlerFailed`.

    The job's key is taken after the effect: a repetition, e.g. after a crash, collides on it, is
    rolled back to where it began and answers what the first run answered. So the usual case costs
    one statement, and two runs at the same time cannot both have their effect.
    """

    @wraps(handler)
    def run(call: HandlerCall) -> Mapping[str, Any]:
        sent: list[OutgoingMessage] = []
        try:
            with call.session.begin_nested():
                outputs = dict(handler(replace(call, send=sent.append)))
                row = {"job_key": call.job.key, "case_id": call.case_id, "outputs": outputs}
                call.session.execute(insert(HandledJob).values(**row))
        except (IntegrityError, *REFUSALS) as problem:
            before = _answered(call)
            if before is not None:
                return before
            if isinstance(problem, IntegrityError):
                raise
            raise HandlerFailed(problem.message) from problem
        for message in sent:
            call.send(message)
        return outputs

    return run


def writes_nothing(handler: Handler) -> Handler:
    """Turn the refusals of a handler into `HandlerFailed`.

    For handlers that only read or send: what they send is delivered when the step that asked for
    it is written, and that happens once.
    """

    @wraps(handler)
    def run(call: HandlerCall) -> Mapping[str, Any]:
        try:
            return handler(call)
        except REFUSALS as problem:
            raise HandlerFailed(problem.message) from problem

    return run


def _answered(call: HandlerCall) -> Mapping[str, Any] | None:
    """Return what an earlier run of the job answered, or None if there was none."""
    query = select(HandledJob.outputs).where(HandledJob.job_key == call.job.key)
    return call.session.execute(query).scalar()
