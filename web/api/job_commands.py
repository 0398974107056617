"""Jobs handed in, given back, ended by an error, and changed."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.orm import Session

from engine import bpmn, clock, jobs
from engine.errors import Invalid
from engine.instances import Advance
from engine.jobs import Changes
from engine.organisation.clients import Scope
from web import steps
from web.api.operations import Call, Section
from web.api.wire import Sent, Variables
from web.api.workers import Milliseconds, Name, Small, Text, span, worker_of
from web.database import write

section = Section("Aufträge")


class _Leased(Sent):
    """What a worker says about a job; with the token, if it wanted one."""

    lease_token: Name | None = None


class Completion(_Leased):
    """A job is done."""

    variables: Variables | None = None
    result: dict[str, Any] | None = None
    business_id: Annotated[str | None, Field(max_length=256)] = None


class Failure(_Leased):
    """A job did not work."""

    retries: Small | None = None
    error_message: Text | None = None
    retry_back_off: Milliseconds | None = None
    variables: Variables | None = None


class ErrorThrown(_Leased):
    """A job ended with an error that the diagram knows."""

    error_code: Name
    error_message: Text | None = None
    variables: Variables | None = None


class Changeset(Sent):
    """What is to be another about a job."""

    retries: Small | None = None
    timeout: Milliseconds | None = None
    priority: Small | None = None


class Update(_Leased):
    """A job is to be changed."""

    changeset: Changeset
    operation_reference: int | None = None


@section.operation(
    "POST",
    "/jobs/<key:job_key>/completion",
    scope=Scope.JOBS,
    body=Completion,
    problems={404, 409},
)
def complete_job(call: Call[Completion], job_key: int) -> None:
    """Gibt einen Auftrag als erledigt ab."""
    if call.body.result is not None:
        raise Invalid("Ein Auftrag dieser Art hat kein „result“, nur Variablen.")

    def step(database: Session) -> Advance:
        worker = worker_of(database, call.caller, lease=call.body.lease_token)
        values = call.body.variables or {}
        return jobs.complete(database, job_key, values, worker=worker, now=clock.now())

    steps.take(step)


@section.operation(
    "POST",
    "/jobs/<key:job_key>/failure",
    scope=Scope.JOBS,
    body=Failure,
    problems={404, 409},
)
def fail_job(call: Call[Failure], job_key: int) -> None:
    """Gibt einen Auftrag zurück, der nicht gelungen ist; ohne Versuche wird daraus ein Vorfall."""
    told = call.body
    failed = bpmn.FailJob(
        key=job_key,
        message=told.error_message or "",
        retries=told.retries or 0,
        variables=told.variables or {},
    )

    def step(database: Session) -> Advance:
        worker = worker_of(database, call.caller, lease=told.lease_token)
        pause = span(told.retry_back_off or 0)
        return jobs.fail(database, failed, pause=pause, worker=worker, now=clock.now())

    steps.take(step)


@section.operation(
    "POST",
    "/jobs/<key:job_key>/error",
    scope=Scope.JOBS,
    body=ErrorThrown,
    body_required=True,
    problems={404, 409},
)
def throw_job_error(call: Call[ErrorThrown], job_key: int) -> None:
    """Beendet einen Auftrag mit einem Fehler, auf den das Verfahren antworten kann."""
    told = call.body
    thrown = bpmn.ThrowError(
        key=job_key,
        code=told.error_code,
        message=told.error_message or "",
        variables=told.variables or {},
    )

    def step(database: Session) -> Advance:
        worker = worker_of(database, call.caller, lease=told.lease_token)
        return jobs.throw(database, thrown, worker=worker, now=clock.now())

    steps.take(step)


@section.operation(
    "PATCH",
    "/jobs/<key:job_key>",
    scope=Scope.JOBS,
    body=Update,
    body_required=True,
    problems={404, 409},
)
def update_job(call: Call[Update], job_key: int) -> None:
    """Ändert Versuche, Frist oder Vorrang eines Auftrags."""
    wanted = call.body.changeset
    changes = Changes(
        retries=wanted.retries,
        lock=None if wanted.timeout is None else span(wanted.timeout),
        priority=wanted.priority,
    )

    def change(database: Session) -> None:
        worker = worker_of(database, call.caller, lease=call.body.lease_token)
        jobs.change(database, job_key, changes, worker=worker, now=clock.now())

    write(change)
