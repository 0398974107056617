"""Works off commands and the messages they cause until every instance waits again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.bpmn.outcome import HistoryKind, Outcome, State
from engine.casefile import cases
from engine.definitions import LoadedDefinition
from engine.errors import Conflict, InstanceEnded, InstanceNotFound, OrchestrationError
from engine.ids import ids
from engine.instances import correlation
from engine.instances.absorbing import absorb
from engine.instances.correlation import Letter, Receiver
from engine.instances.steps import Run, Standing
from engine.model.deployment import Definition, Deployment
from engine.model.instance import Instance

#: Steps that one command may cause in all instances together before it is taken for a loop.
MOST_STEPS = 200


class TooManySteps(Conflict):
    """Vorgänge schicken sich im Kreis Nachrichten. Das Verfahren muss berichtigt werden."""


@dataclass
class Advance:
    """What one command caused: which instances moved and when the next moment is due."""

    account: str | None
    now: datetime
    moved: list[int] = field(default_factory=list)
    wake_at: datetime | None = None
    got_stuck: bool = False  # some element became an incident on the way
    #: what ended on the way: the instance, what it ran on, and the ends that it reached
    ended: list[tuple[int, LoadedDefinition, tuple[str, ...]]] = field(default_factory=list)

    def note(self, standing: Standing, outcome: Outcome) -> None:
        """Remember what a step did."""
        self.moved.append(standing.instance_id)
        self.got_stuck |= any(e.kind == HistoryKind.FAILED for e in outcome.history)
        if outcome.state != State.ACTIVE:
            self.ended.append((standing.instance_id, standing.definition, outcome.ended_at))
        for timer in outcome.timers:
            self.waits_until(timer.due_at)

    def waits_until(self, due_at: datetime) -> None:
        """Remember the earliest moment that somebody now waits for."""
        if self.wake_at is None or due_at < self.wake_at:
            self.wake_at = due_at


_Step = tuple[Standing, bpmn.Command]
#: Something that leads to steps. Which ones is found out only when its turn comes, because a step
#: before it may have ended an instance, or let it begin to wait.
_Cause = Callable[[], list[_Step]]


def start(
    session: Session,
    definition: LoadedDefinition,
    command: bpmn.Start,
    *,
    case_id: int,
    by: Advance,
) -> int:
    """Start an instance for a case and return its number; its variable `fall_id` names the case."""
    mandant_id = cases.mandant_of(session, case_id)
    step = _beginning(definition, command, case_id=case_id, mandant_id=mandant_id)
    _WorkingOff(session, by).work_off(lambda: [step])
    return step[0].instance_id


def advance(session: Session, instance_id: int, command: bpmn.Command, *, by: Advance) -> None:
    """Run one command on an instance, and everything that it causes elsewhere.

    Raises `InstanceNotFound`, `InstanceEnded`, `NobodyWaits` or `ChangedMeanwhile`; the caller
    rolls back, and may try again after the last.
    """
    _WorkingOff(session, by).work_off(lambda: [(_standing(session, instance_id), command)])


def deliver(session: Session, letter: Letter, *, by: Advance) -> bool:
    """Bring a message to whoever waits for it; return False if it was kept for later."""
    work = _WorkingOff(session, by)
    steps = work.deliveries([letter])
    work.work_off(lambda: steps)
    return bool(steps)


def start_by_kept_messages(
    session: Session, definition: LoadedDefinition, message: str, element_id: str, *, by: Advance
) -> None:
    """Start an instance for every kept message that a newly deployed start event waits for.

    One that cannot start anything, because its case is gone, stays and holds up nobody.
    """
    for key in correlation.kept_for_start(session, message, now=by.now):
        try:
            with session.begin_nested():
                letter = correlation.take(session, key)
                begun = _started_by(session, definition, element_id, letter, by.now)
                _WorkingOff(session, by).work_off(partial(list, [begun]))
        except OrchestrationError:
            continue


class _WorkingOff:
    """The steps of a cause, then of all it leads to, in the order of their coming about."""

    def __init__(self, session: Session, by: Advance) -> None:
        self.session = session
        self.by = by
        self._causes: deque[_Cause] = deque()

    def work_off(self, first: _Cause) -> None:
        """Run everything until all instances wait; raise `TooManySteps` if they never do."""
        self._causes.append(first)
        taken = 0
        while self._causes:
            for standing, command in self._causes.popleft()():
                taken += 1
                if taken > MOST_STEPS:
                    raise TooManySteps
                self._run(standing, command)

    def _run(self, standing: Standing, command: bpmn.Command) -> None:
        """Run one step, write it down, and queue what it leads to."""
        session, by = self.session, self.by
        stepped = Run(session, standing, now=by.now).command(command)
        opened = absorb(session, standing, stepped.outcome, account=by.account, now=by.now)
        by.note(standing, stepped.outcome)
        for key in correlation.kept_for(session, opened, now=by.now):
            self._causes.append(partial(self._taken, standing.instance_id, key))
        case_id, mandant_id = standing.case_id, standing.mandant_id
        if letters := [
            Letter(message=message, case_id=case_id, mandant_id=mandant_id)
            for message in stepped.sent
        ]:
            self._causes.append(partial(self.deliveries, letters))

    def _taken(self, instance_id: int, subscription_id: int) -> list[_Step]:
        """Bring the oldest kept message to a wait that it was kept for, if that still waits."""
        letter = correlation.take_oldest(self.session, subscription_id, now=self.by.now)
        if letter is None:
            return []
        command = bpmn.DeliverMessage(subscription_id, letter.message.variables)
        return [(_standing(self.session, instance_id), command)]

    def deliveries(self, letters: Sequence[Letter]) -> list[_Step]:
        """Return the steps that the first message with a receiver causes.

        Those before it are kept; whether somebody waits for those behind it is asked again
        afterwards, because the steps may change that.
        """
        found = correlation.receivers(self.session, [letter.message for letter in letters])
        first = next((place for place, each in enumerate(found) if each), len(letters))
        correlation.buffer(self.session, letters[:first], now=self.by.now)
        if first == len(letters):
            return []
        if rest := letters[first + 1 :]:
            self._causes.appendleft(partial(self.deliveries, rest))
        letter, now = letters[first], self.by.now
        return [_delivery(self.session, receiver, letter, now) for receiver in found[first]]


def _delivery(session: Session, receiver: Receiver, letter: Letter, now: datetime) -> _Step:
    if receiver.instance_id is not None:
        command = bpmn.DeliverMessage(receiver.key, letter.message.variables)
        return _standing(session, receiver.instance_id), command
    definition = definitions.load(session, receiver.definition_id)
    return _started_by(session, definition, receiver.element_id, letter, now)


def _started_by(
    session: Session, definition: LoadedDefinition, element_id: str, letter: Letter, now: datetime
) -> _Step:
    case_id = cases.of_message(
        session,
        letter.message.variables,
        case_id=letter.case_id,
        mandant_id=letter.mandant_id,
        now=now,
    )
    command = bpmn.Start(element_id, letter.message.variables)
    return _beginning(definition, command, case_id=case_id, mandant_id=letter.mandant_id)


def _beginning(
    definition: LoadedDefinition, command: bpmn.Start, *, case_id: int, mandant_id: str
) -> _Step:
    standing = Standing(
        instance_id=ids.take(),
        case_id=case_id,
        mandant_id=mandant_id,
        definition=definition,
        version=0,
        snapshot=None,
    )
    variables = {**command.variables, "fall_id": str(case_id)}
    return standing, bpmn.Start(command.element_id, variables)


#: Built once: it is asked with every step.
_STANDING = (
    select(
        Instance.case_id,
        Instance.mandant_id,
        Instance.state,
        Instance.version.label("instance_version"),
        Instance.snapshot,
        *definitions.COLUMNS,
    )
    .join(Definition, Instance.definition_id == Definition.id)
    .join(Deployment, Definition.deployment_id == Deployment.id)
    .where(Instance.id == bindparam("wanted"))
)


def _standing(session: Session, instance_id: int) -> Standing:
    row = session.execute(_STANDING, {"wanted": instance_id}).first()
    if row is None:
        raise InstanceNotFound
    if row.state != State.ACTIVE:
        raise InstanceEnded
    return Standing(
        instance_id=instance_id,
        case_id=row.case_id,
        mandant_id=row.mandant_id,
        definition=definitions.from_row(session, row),
        version=row.instance_version,
        snapshot=row.snapshot,
    )
