"""Works off commands and the messages they cause until every instance waits again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.bpmn.outcome import HistoryKind, State
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
    _work_off(session, lambda: [step], by)
    return step[0].instance_id


def advance(session: Session, instance_id: int, command: bpmn.Command, *, by: Advance) -> None:
    """Run one command on an instance, and everything that it causes elsewhere.

    Raises `InstanceNotFound`, `InstanceEnded`, `NobodyWaits` or `ChangedMeanwhile`; the caller
    rolls back, and may try again after the last.
    """
    _work_off(session, lambda: [(_standing(session, instance_id), command)], by)


def deliver(session: Session, letter: Letter, *, by: Advance) -> bool:
    """Bring a message to whoever waits for it; return False if it was kept for later."""
    steps = _deliveries(session, letter, by.now)
    _work_off(session, lambda: steps, by)
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
                _work_off(session, partial(list, [begun]), by)
        except OrchestrationError:
            continue


def _work_off(session: Session, first: _Cause, by: Advance) -> None:
    """Run the steps of a cause, then of all it leads to, in the order of their coming about."""
    causes, taken = deque([first]), 0
    while causes:
        for standing, command in causes.popleft()():
            taken += 1
            if taken > MOST_STEPS:
                raise TooManySteps
            causes.extend(_run(session, standing, command, by))


def _run(session: Session, standing: Standing, command: bpmn.Command, by: Advance) -> list[_Cause]:
    """Run one step, write it down, and return what it leads to."""
    stepped = Run(session, standing, now=by.now).command(command)
    opened = absorb(session, standing, stepped.outcome, account=by.account, now=by.now)
    by.moved.append(standing.instance_id)
    by.got_stuck |= any(e.kind == HistoryKind.FAILED for e in stepped.outcome.history)
    if stepped.outcome.state != State.ACTIVE:
        reached = stepped.outcome.ended_at
        by.ended.append((standing.instance_id, standing.definition, reached))
    for timer in stepped.outcome.timers:
        by.waits_until(timer.due_at)
    caused: list[_Cause] = [
        partial(_taken, session, standing.instance_id, key, now=by.now)
        for key in correlation.kept_for(session, opened, now=by.now)
    ]
    for message in stepped.sent:
        letter = Letter(message=message, case_id=standing.case_id, mandant_id=standing.mandant_id)
        caused.append(partial(_deliveries, session, letter, by.now))
    return caused


def _taken(
    session: Session, instance_id: int, subscription_id: int, *, now: datetime
) -> list[_Step]:
    """Bring the oldest kept message to a wait that it was kept for, if that still waits."""
    letter = correlation.take_oldest(session, subscription_id, now=now)
    if letter is None:
        return []
    command = bpmn.DeliverMessage(subscription_id, letter.message.variables)
    return [(_standing(session, instance_id), command)]


def _deliveries(session: Session, letter: Letter, now: datetime) -> list[_Step]:
    """Return the steps that a message causes; keep it if nobody waits for it."""
    found = correlation.receivers(session, letter.message)
    if not found:
        correlation.buffer(session, letter, now=now)
    return [_delivery(session, receiver, letter, now) for receiver in found]


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
