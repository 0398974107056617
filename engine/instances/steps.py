"""One command on one instance: the pure step, our own service tasks, and what both leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from engine import bindings, bpmn
from engine.bpmn.outcome import (
    HistoryEntry,
    Outcome,
    ThrownEscalation,
    ThrownSignal,
    WaitingCall,
    WaitingJob,
)
from engine.casefile import reading
from engine.definitions import LoadedDefinition
from engine.errors import BpmnErrorThrown, HandlerFailed
from engine.handlers import HANDLERS, LEAVE_THE_CASE, HandlerCall, OutgoingMessage
from engine.ids import ids
from engine.organisation import groups

#: The variable of every instance that names its case.
CASE = "fall_id"
FROM_ELSEWHERE = (
    bpmn.DeliverMessage,
    bpmn.DeliverSignal,
    bpmn.CompleteJob,
    bpmn.FailJob,
    bpmn.ThrowError,
    bpmn.ThrowEscalation,
)


@dataclass(frozen=True)
class Caller:
    """The call activity that an instance was begun by, and the instance that it waits in."""

    instance_id: int
    key: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An instance as it stands before a step."""

    instance_id: int
    case_id: int
    mandant_id: str
    definition: LoadedDefinition
    version: int
    snapshot: bytes | None  # None: it starts with this step
    caller: Caller | None = None


#: An instance and the command that it is given.
Step = tuple[Standing, bpmn.Command]


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
        self.signals: list[ThrownSignal] = []
        self.escalations: list[ThrownEscalation] = []
        self.calls: dict[int, WaitingCall] = {}
        self.sent: list[OutgoingMessage] = []
        self.tried: set[int] = set()
        self.decisions = bindings.Decisions(session, standing.definition)
        self.world = reading.world(
            session,
            standing.case_id,
            standing.mandant_id,
            functions=standing.definition.bundle.functions,
            now=now,
        )

    def command(self, command: bpmn.Command) -> Stepped:
        """Run the command, then every job that a handler of ours serves, each once.

        What comes from elsewhere never moves an instance to another case.
        """
        if isinstance(command, FROM_ELSEWHERE) and CASE in command.variables:
            rest = {name: value for name, value in command.variables.items() if name != CASE}
            command = replace(command, variables=rest)
        return self._handled(self._step(command))

    def migration(self, old: LoadedDefinition, mapping: Mapping[str, str]) -> Stepped:
        """Move the instance from another version, then run the jobs that this leads to."""
        new, moment = self.standing.definition, self.moment()
        saved = self.snapshot or b""
        return self._handled(
            self._noted(bpmn.migrate(old.process, saved, new.process, mapping, moment=moment))
        )

    def moment(self) -> bpmn.Moment:
        """Return the present with everything that an expression may read."""
        is_group = partial(groups.is_of, self.session, self.standing.mandant_id)
        world = bpmn.World(values=self.world, decisions=self.decisions, is_group=is_group)
        return bpmn.Moment(now=self.now, ids=ids.take, world=world)

    def _handled(self, outcome: Outcome) -> Stepped:
        while job := self._next_job(outcome):
            self.tried.add(job.key)
            outcome = self._step(self._handle(job))
        whole = replace(
            outcome,
            history=tuple(self.history),
            signals=tuple(self.signals),
            escalations=tuple(self.escalations),
            calls=tuple(self.calls[call.key] for call in outcome.calls),
        )
        return Stepped(outcome=whole, sent=tuple(self.sent))

    def _step(self, command: bpmn.Command) -> Outcome:
        process = self.standing.definition.process
        return self._noted(bpmn.step(process, self.snapshot, command, moment=self.moment()))

    def _noted(self, outcome: Outcome) -> Outcome:
        self.snapshot = outcome.snapshot
        self.history.extend(outcome.history)
        self.signals.extend(outcome.signals)
        self.escalations.extend(outcome.escalations)
        for call in outcome.calls:  # what a child begins with is told once, when it is called
            self.calls.setdefault(call.key, call)
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
