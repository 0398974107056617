"""Works off one cause and all it leads to in other instances, until every one of them waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn.outcome import HistoryEntry, HistoryKind
from engine.definitions import LoadedDefinition
from engine.errors import Conflict
from engine.handlers import OutgoingMessage
from engine.instances import calling, correlation, standings
from engine.instances.absorbing import Absorbed, absorb
from engine.instances.advance import Advance
from engine.instances.correlation import Letter, Receiver, Signal
from engine.instances.delivering import delivery
from engine.instances.rehanging import rehang
from engine.instances.steps import Run, Standing, Step, Stepped

#: How many steps may cause one another, each the next, before they are taken for a circle.
LONGEST_CHAIN = 200
#: Steps that one command may cause in all instances together, for example by a signal.
MOST_STEPS = 2_000

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
        self._chain = 0  # how many steps led to the present one, each to the next
        self._causes: deque[tuple[int, Cause]] = deque()

    def work_off(self, first: Cause) -> None:
        """Run everything until all instances wait; raise `TooManySteps` if they never do."""
        self._causes.append((self._chain, first))
        taken = 0
        while self._causes:
            self._chain, cause = self._causes.popleft()
            for standing, command in cause():
                taken += 1
                if taken > MOST_STEPS or self._chain > LONGEST_CHAIN:
                    raise TooManySteps
                self._run(standing, command)

    def _then(self, cause: Cause) -> None:
        """Queue what the present step leads to."""
        self._causes.append((self._chain + 1, cause))

    def _now(self, cause: Cause) -> None:
        """Queue something before everything else: it belongs to the present cause."""
        self._causes.appendleft((self._chain, cause))

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
        case_id, mandant_id = standing.case_id, standing.mandant_id
        for key in correlation.kept_for(session, absorbed.messages, mandant_id, now=by.now):
            self._then(partial(self._taken, standing.instance_id, key))
        if letters := [
            Letter(message=message, case_id=case_id, mandant_id=mandant_id)
            for message in stepped.sent
        ]:
            self._then(partial(self.deliveries, letters))
        for thrown in stepped.outcome.signals:
            signal = Signal(
                name=thrown.name,
                variables=thrown.variables,
                case_id=case_id,
                mandant_id=mandant_id,
                thrower_id=standing.instance_id,
                listeners=frozenset(thrown.listeners),
            )
            self._then(partial(self.hearing, signal))
        self._queue_calls(standing, stepped, absorbed)

    # --- messages -----------------------------------------------------------------------------

    def _taken(self, instance_id: int, subscription_id: int) -> list[Step]:
        """Bring the oldest kept message to a wait that it was kept for, if that still waits."""
        letter = correlation.take_oldest(self.session, subscription_id, now=self.by.now)
        if letter is None:
            return []
        command = bpmn.DeliverMessage(subscription_id, letter.message.variables)
        return [(standings.of_wait(self.session, instance_id, subscription_id), command)]

    def deliveries(self, letters: Sequence[Letter]) -> list[Step]:
        """Return the steps that the first message with a receiver causes.

        Those before it are kept; whether somebody waits for those behind it is asked again
        afterwards, because the steps may change that.
        """
        found = correlation.receivers(self.session, letters)
        first = next((place for place, each in enumerate(found) if each), len(letters))
        correlation.buffer(self.session, letters[:first], now=self.by.now)
        if first == len(letters):
            return []
        if rest := letters[first + 1 :]:
            self._now(partial(self.deliveries, rest))
        letter = letters[first]
        steps = [step for receiver in found[first] for step in self._delivered(receiver, letter)]
        if not steps:
            correlation.buffer(self.session, [letter], now=self.by.now)
        return steps

    def _delivered(self, receiver: Receiver, letter: Letter) -> list[Step]:
        return delivery(self.session, receiver, letter, now=self.by.now)

    # --- signals ------------------------------------------------------------------------------

    def hearing(self, signal: Signal) -> list[Step]:
        """Bring a signal to everybody who waits for it, one after the other."""
        found = correlation.listeners(self.session, signal)
        # Before everything else that is queued: they all hear it at the same moment.
        for receiver in reversed(found):
            self._now(partial(self._hears, receiver, signal))
        self.heard += len(found)
        return []

    def _hears(self, receiver: Receiver, signal: Signal) -> list[Step]:
        if receiver.instance_id is not None:
            command = bpmn.DeliverSignal(receiver.key, signal.variables)
            waits = standings.if_waits(self.session, receiver.instance_id, receiver.key)
            return [(waits, command)] if waits is not None else []
        message = OutgoingMessage(name=signal.name, correlation="", variables=signal.variables)
        letter = Letter(message=message, case_id=signal.case_id, mandant_id=signal.mandant_id)
        return self._delivered(receiver, letter)

    # --- calls --------------------------------------------------------------------------------

    def _queue_calls(self, standing: Standing, stepped: Stepped, absorbed: Absorbed) -> None:
        outcome = stepped.outcome
        for call in outcome.calls:
            if call.key in absorbed.opened:
                self._then(partial(calling.begin, self.session, standing.instance_id, call))
        for child in calling.abandoned(self.session, absorbed.closed_calls):
            self._then(partial(calling.cancel, self.session, child))
        if standing.caller is not None:
            for answer in calling.answers(standing, outcome):
                self._then(partial(calling.answer, self.session, standing.caller, answer))


def _moved(old: LoadedDefinition, new: LoadedDefinition, by: Advance) -> HistoryEntry:
    return HistoryEntry(
        element_id=new.process_id,
        element_type="process",
        name=new.name,
        kind=HistoryKind.MIGRATED,
        at=by.now,
        detail={"von": old.version, "auf": new.version},
    )
