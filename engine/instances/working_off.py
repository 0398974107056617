"""Works off one cause and all it leads to in other instances, until every one of them waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.bpmn.outcome import HistoryEntry, HistoryKind
from engine.casefile import cases
from engine.definitions import LoadedDefinition
from engine.errors import Conflict
from engine.handlers import OutgoingMessage
from engine.instances import calling, correlation, standings
from engine.instances.absorbing import Absorbed, absorb
from engine.instances.advance import Advance
from engine.instances.correlation import Letter, Receiver, Signal
from engine.instances.rehanging import rehang
from engine.instances.steps import Run, Standing, Step, Stepped

#: Steps that one command may cause in all instances together before it is taken for a loop.
MOST_STEPS = 200

#: Something that leads to steps. Which ones is found out only when its turn comes, because a step
#: before it may have ended an instance, or let it begin to wait.
Cause = Callable[[], list[Step]]


class TooManySteps(Conflict):
    """Vorgänge schicken sich im Kreis Nachrichten. Das Verfahren muss berichtigt werden."""


class WorkingOff:
    """The steps of a cause, then of all it leads to, in the order of their coming about."""

    def __init__(self, session: Session, by: Advance) -> None:
        self.session = session
        self.by = by
        self.heard = 0  # how many a signal has reached
        self._causes: deque[Cause] = deque()

    def work_off(self, first: Cause) -> None:
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
        stepped = Run(self.session, standing, now=self.by.now).command(command)
        self._absorb(standing, stepped)

    def migrate(self, old: Standing, new: LoadedDefinition, mapping: Mapping[str, str]) -> None:
        """Move an instance to another version of its process, with all that this leads to."""
        standing = replace(old, definition=new)
        stepped = Run(self.session, standing, now=self.by.now).migration(old.definition, mapping)
        moved = _moved(old.definition, new, self.by)
        history = (moved, *stepped.outcome.history)
        stepped = replace(stepped, outcome=replace(stepped.outcome, history=history))
        self._absorb(standing, stepped)
        rehang(self.session, standing, stepped.outcome)
        self.work_off(list)

    def _absorb(self, standing: Standing, stepped: Stepped) -> None:
        """Write down what a step left behind, and queue what it leads to."""
        session, by = self.session, self.by
        absorbed = absorb(session, standing, stepped.outcome, account=by.account, now=by.now)
        by.note(standing, stepped.outcome)
        for key in correlation.kept_for(session, absorbed.messages, now=by.now):
            self._causes.append(partial(self._taken, standing.instance_id, key))
        case_id, mandant_id = standing.case_id, standing.mandant_id
        if letters := [
            Letter(message=message, case_id=case_id, mandant_id=mandant_id)
            for message in stepped.sent
        ]:
            self._causes.append(partial(self.deliveries, letters))
        for thrown in stepped.outcome.signals:
            signal = Signal(
                name=thrown.name,
                variables=thrown.variables,
                case_id=case_id,
                mandant_id=mandant_id,
                thrower_id=standing.instance_id,
                listeners=frozenset(thrown.listeners),
            )
            self._causes.append(partial(self.hearing, signal))
        self._queue_calls(standing, stepped, absorbed)

    # --- messages -----------------------------------------------------------------------------

    def _taken(self, instance_id: int, subscription_id: int) -> list[Step]:
        """Bring the oldest kept message to a wait that it was kept for, if that still waits."""
        letter = correlation.take_oldest(self.session, subscription_id, now=self.by.now)
        if letter is None:
            return []
        command = bpmn.DeliverMessage(subscription_id, letter.message.variables)
        return [(standings.standing(self.session, instance_id), command)]

    def deliveries(self, letters: Sequence[Letter]) -> list[Step]:
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
        return [self._delivery(receiver, letters[first]) for receiver in found[first]]

    def _delivery(self, receiver: Receiver, letter: Letter) -> Step:
        if receiver.instance_id is not None:
            command = bpmn.DeliverMessage(receiver.key, letter.message.variables)
            return standings.standing(self.session, receiver.instance_id), command
        definition = definitions.load(self.session, receiver.definition_id)
        return self.started_by(definition, receiver.element_id, letter)

    def started_by(self, definition: LoadedDefinition, element_id: str, letter: Letter) -> Step:
        """Return the first step of an instance that a message or a signal starts."""
        case_id = cases.of_message(
            self.session,
            letter.message.variables,
            case_id=letter.case_id,
            mandant_id=letter.mandant_id,
            now=self.by.now,
        )
        variables = standings.in_case(letter.message.variables, case_id)
        fresh = standings.fresh(definition, case_id=case_id, mandant_id=letter.mandant_id)
        return fresh, bpmn.Start(element_id, variables)

    # --- signals ------------------------------------------------------------------------------

    def hearing(self, signal: Signal) -> list[Step]:
        """Bring a signal to everybody who waits for it, one after the other."""
        found = correlation.listeners(self.session, signal)
        # Before everything else that is queued: they all hear it at the same moment.
        for receiver in reversed(found):
            self._causes.appendleft(partial(self._hears, receiver, signal))
        self.heard += len(found)
        return []

    def _hears(self, receiver: Receiver, signal: Signal) -> list[Step]:
        if receiver.instance_id is not None:
            command = bpmn.DeliverSignal(receiver.key, signal.variables)
            waits = standings.if_waits(self.session, receiver.instance_id, receiver.key)
            return [(waits, command)] if waits is not None else []
        message = OutgoingMessage(name=signal.name, correlation="", variables=signal.variables)
        letter = Letter(message=message, case_id=signal.case_id, mandant_id=signal.mandant_id)
        definition = definitions.load(self.session, receiver.definition_id)
        return [self.started_by(definition, receiver.element_id, letter)]

    # --- calls --------------------------------------------------------------------------------

    def _queue_calls(self, standing: Standing, stepped: Stepped, absorbed: Absorbed) -> None:
        outcome = stepped.outcome
        for call in outcome.calls:
            if call.key in absorbed.opened:
                self._causes.append(
                    partial(calling.begin, self.session, standing.instance_id, call)
                )
        for child in calling.abandoned(self.session, absorbed.closed_calls):
            self._causes.append(partial(calling.cancel, self.session, child))
        if standing.caller is not None:
            for answer in calling.answers(standing.caller, outcome):
                self._causes.append(partial(calling.answer, self.session, standing.caller, answer))


def _moved(old: LoadedDefinition, new: LoadedDefinition, by: Advance) -> HistoryEntry:
    return HistoryEntry(
        element_id=new.process_id,
        element_type="process",
        name=new.name,
        kind=HistoryKind.MIGRATED,
        at=by.now,
        detail={"von": old.version, "auf": new.version},
    )
