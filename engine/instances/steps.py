"""One command on one instance: the pure step, our own service tasks, and what both leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn.outcome import HistoryEntry, Outcome, WaitingJob
from engine.casefile import reading
from engine.definitions import LoadedDefinition
from engine.errors import BpmnErrorThrown, HandlerFailed
from engine.handlers import HANDLERS, LEAVE_THE_CASE, HandlerCall, OutgoingMessage
from engine.ids import ids


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An instance as it stands before a step."""

    instance_id: int
    case_id: int
    mandant_id: str
    definition: LoadedDefinition
    version: int
    snapshot: bytes | None  # None: it starts with this step


@dataclass(frozen=True, kw_only=True)
class Stepped:
    """What the step and the handlers it ran left behind."""

    outcome: Outcome
    sent: tuple[OutgoingMessage, ...]


class Run:
    """Runs one command to the next wait, inside the caller's transaction."""

    def __init__(self, session: Session, standing: Standing, *, now: datetime) -> None:
        self.session = session
        self.standing = standing
        self.now = now
        self.snapshot = standing.snapshot
        self.history: list[HistoryEntry] = []
        self.sent: list[OutgoingMessage] = []
        self.tried: set[int] = set()
        self.world = reading.world(
            session,
            standing.case_id,
            standing.mandant_id,
            functions=standing.definition.bundle.functions,
            now=now,
        )

    def command(self, command: bpmn.Command) -> Stepped:
        """Run the command, then every job that a handler of ours serves, each once."""
        outcome = self._step(command)
        while job := self._next_job(outcome):
            self.tried.add(job.key)
            outcome = self._step(self._handle(job))
        return Stepped(outcome=replace(outcome, history=tuple(self.history)), sent=tuple(self.sent))

    def _step(self, command: bpmn.Command) -> Outcome:
        place = self.standing
        world = bpmn.World(values=self.world, decisions=place.definition.bundle.decisions)
        moment = bpmn.Moment(now=self.now, ids=ids.take, world=world)
        outcome = bpmn.step(place.definition.process, self.snapshot, command, moment=moment)
        self.snapshot = outcome.snapshot
        self.history.extend(outcome.history)
        return outcome

    def _next_job(self, outcome: Outcome) -> WaitingJob | None:
        for job in outcome.jobs:
            if job.type in HANDLERS and job.retries > 0 and job.key not in self.tried:
                return job
        return None

    def _handle(self, job: WaitingJob) -> bpmn.Command:
        """Run a handler; a failed one leaves nothing behind but an incident (see `once`)."""
        sent: list[OutgoingMessage] = []
        try:
            variables: Mapping[str, object] = HANDLERS[job.type](self._call(job, sent))
        except BpmnErrorThrown as thrown:
            return bpmn.ThrowError(key=job.key, code=thrown.code, message=thrown.message)
        except HandlerFailed as failed:
            return bpmn.FailJob(key=job.key, message=failed.message, retries=0)
        self.sent.extend(sent)
        if job.type not in LEAVE_THE_CASE:
            self.world.forget("fall")  # something was written to it
        return bpmn.CompleteJob(key=job.key, variables=variables)

    def _call(self, job: WaitingJob, sent: list[OutgoingMessage]) -> HandlerCall:
        place = self.standing
        return HandlerCall(
            session=self.session,
            job=job,
            instance_id=place.instance_id,
            case_id=place.case_id,
            mandant_id=place.mandant_id,
            definition=place.definition,
            now=self.now,
            send=sent.append,
        )
