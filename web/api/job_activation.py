"""Jobs given out to workers, who may wait until there are some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, definitions, jobs
from engine.jobs import Wanted
from engine.model.instance import Instance
from engine.model.job import Job
from engine.organisation.clients import Scope
from web import arrivals
from web.api.awaiting import FULL, seconds
from web.api.callers import Caller
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.problems import Problem
from web.api.variable_sight import Reader, opened
from web.api.wire import TENANT, Sent, Shown, ShownKey, Tenant, Variables
from web.api.workers import Milliseconds, Name, Small, span, worker_of
from web.arrivals import NoSeat
from web.database import session, write

section = Section("Aufträge")


class Activation(Sent):
    """Which jobs a worker wants, for how long, and how long it waits for some."""

    type: Name
    worker: Name | None = None
    timeout: Milliseconds
    max_jobs_to_activate: Small
    fetch_variable: Annotated[list[str] | None, Field(max_length=1_000)] = None
    request_timeout: Annotated[int | None, Field(ge=-(2**62), le=2**62)] = None
    tenant_ids: Annotated[list[Tenant] | None, Field(max_length=10)] = None
    tenant_filter: Name | None = None
    with_lease: bool | None = None

    @property
    def patience(self) -> float:
        """The seconds that the request may wait."""
        return seconds(self.request_timeout)


class ActivatedJob(Shown):
    """A job that a worker got."""

    type: str
    process_definition_id: str
    process_definition_version: int
    element_id: str
    custom_headers: dict[str, Any]
    worker: str
    retries: int
    deadline: int
    variables: Variables
    tenant_id: str = TENANT
    physical_tenant_id: str = TENANT
    job_key: ShownKey
    process_instance_key: ShownKey
    process_definition_key: ShownKey
    element_instance_key: ShownKey
    kind: str = "BPMN_ELEMENT"
    listener_event_type: str = "UNSPECIFIED"
    user_task: dict[str, Any] | None = None
    tags: list[str]
    root_process_instance_key: ShownKey | None
    business_id: str | None
    priority: int
    lease_token: str | None


class Activated(Shown):
    """The jobs that a worker got."""

    jobs: list[ActivatedJob]


@section.operation(
    "POST",
    "/jobs/activation",
    scope=Scope.JOBS,
    body=Activation,
    body_required=True,
    answers={200: Activated},
)
def activate_jobs(call: Call[Activation]) -> Activated:
    """Gibt Aufträge einer Art aus; sind keine da, wird eine Weile gewartet."""
    asked = call.body
    wanted = Wanted(
        type=asked.type,
        limit=asked.max_jobs_to_activate,
        lock=span(asked.timeout),
        with_lease=bool(asked.with_lease),
    )
    until = monotonic() + asked.patience
    news = arrivals.of_application()
    mark = news.mark(asked.type)
    found = _taken(call, wanted)
    if found or asked.patience == 0:
        return Activated(jobs=found)
    try:
        with news.seat():
            return Activated(jobs=_awaited(call, wanted, mark, until))
    except NoSeat:
        raise Problem(503, FULL, {"Retry-After": "1"}) from None


def _awaited(call: Call[Activation], wanted: Wanted, mark: int, until: float) -> list[ActivatedJob]:
    """Look whenever a job of the type was created, until the time is over."""
    news = arrivals.of_application()
    while (left := until - monotonic()) > 0:
        session().rollback()  # whoever waits keeps no connection
        if not news.wait(wanted.type, mark, left):
            return []
        mark = news.mark(wanted.type)
        if found := _taken(call, wanted):
            return found
    return []


def _taken(call: Call[Activation], wanted: Wanted) -> list[ActivatedJob]:
    """Take jobs; looks before it takes the turn to write, so that those who wait cost nobody."""
    worker = worker_of(session(), call.caller, name=call.body.worker or "")
    if not jobs.is_any_free(session(), wanted.type, worker=worker, now=clock.now()):
        return []

    def take(database: Session) -> list[ActivatedJob]:
        taken = jobs.activate(database, wanted, worker=worker, now=clock.now())
        return _Writer(database, call.caller, call.body.fetch_variable).shown(taken)

    return write(take)


@dataclass(frozen=True)
class _Writer:
    """Writes jobs down for the caller that took them."""

    session: Session
    caller: Caller
    names: list[str] | None  #: of the variables that are wanted; nothing for all

    def shown(self, taken: Sequence[Job]) -> list[ActivatedJob]:
        keys = {job.instance_id for job in taken}
        found = self.session.scalars(select(Instance).where(Instance.id.in_(keys)))
        by_key = {each.id: each for each in found}
        tops = roots(self.session, list(by_key.values()))
        reader = Reader(self.session, self.caller)
        return [
            self._shown(job, by_key[job.instance_id], reader, tops[job.instance_id])
            for job in taken
        ]

    def _shown(self, job: Job, instance: Instance, reader: Reader, top: int) -> ActivatedJob:
        definition = definitions.load(self.session, instance.definition_id)
        assert job.available_at is not None
        return ActivatedJob(
            type=job.type,
            process_definition_id=definition.process_id,
            process_definition_version=definition.version,
            element_id=job.element_id,
            custom_headers=job.headers,
            worker=job.worker or "",
            retries=job.retries,
            deadline=int(job.available_at.timestamp() * 1000),
            variables=self._variables(job, instance, reader),
            job_key=job.id,
            process_instance_key=instance.id,
            process_definition_key=definition.id,
            element_instance_key=job.id,
            tags=instance.tags or [],
            root_process_instance_key=top,
            business_id=instance.business_id,
            priority=-job.rank,
            lease_token=job.lease,
        )

    def _variables(self, job: Job, instance: Instance, reader: Reader) -> Variables:
        seen = {each.name: each.value for each in reader.of(instance, job.id)}
        wanted = set(self.names or seen)
        chosen = {name: value for name, value in seen.items() if name in wanted}
        return opened(self.session, self.caller, instance, chosen)
