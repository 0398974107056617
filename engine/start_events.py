"""What the start events of the newest version of a process wait for: messages, signals, moments.

A moment belongs to an office: the start event's property `mandant` names whose. Each office gets
an instance of its own, in a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import bpmn, definitions, instances
from engine.bpmn import Element, StartMoment
from engine.casefile import cases
from engine.definitions import LoadedDefinition
from engine.ids import ids
from engine.instances import Advance
from engine.model.deployment import Definition
from engine.model.mandant import Mandant
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.organisation import parameters


def listen(session: Session, definition: LoadedDefinition, *, now: datetime) -> None:
    """Let the newest version's start events, and no older ones, start instances.

    A message that was kept starts one at once; a moment that an older version already waited for
    is still waited for, so that none is missed and none happens twice.
    """
    _forget_subscriptions(session, definition.process_id)
    by = Advance(account=None, now=now)
    for start in definition.process.starts:
        for event in start.definitions:
            name = event.message or event.signal
            if name is not None:
                kind = "message" if event.message else "signal"
                session.add(_subscription(definition, start, (kind, name), now))
        session.flush()
        if start.message is not None:
            instances.start_by_kept_messages(session, definition, start.message, start.id, by=by)
    _set_timers(session, definition, now=now)


def _forget_subscriptions(session: Session, process_id: str) -> None:
    of_process = (Subscription.process_id == process_id, Subscription.instance_id.is_(None))
    session.execute(delete(Subscription).where(*of_process))


def _subscription(
    definition: LoadedDefinition, start: Element, awaited: tuple[str, str], now: datetime
) -> Subscription:
    kind, name = awaited
    return Subscription(
        kind=kind,
        message=name,
        correlation="",
        definition_id=definition.id,
        process_id=definition.process_id,
        element_id=start.id,
        instance_id=None,
        mandant_id=None,
        created_at=now,
    )


def _set_timers(session: Session, definition: LoadedDefinition, *, now: datetime) -> None:
    waiting = {
        (timer.element_id, timer.mandant_id): timer for timer in _timers(session, definition)
    }
    for start in definition.process.starts:
        for mandant_id in _offices(session, start):
            timer = waiting.pop((start.id, mandant_id), None)
            if timer is not None and _is_same(session, timer, start):
                timer.definition_id = definition.id
                continue
            if timer is not None:
                session.delete(timer)
            values = {"parameter": parameters.of(session, mandant_id)}
            moment = bpmn.first_start(start, now=now, values=values)
            if moment is not None:
                session.add(_timer(definition.id, start.id, mandant_id, moment))
    for timer in waiting.values():
        session.delete(timer)
    session.flush()


def _timers(session: Session, definition: LoadedDefinition) -> Iterator[Timer]:
    versions = select(Definition.id).where(Definition.process_id == definition.process_id)
    yield from session.scalars(select(Timer).where(Timer.definition_id.in_(versions)))


def _offices(session: Session, start: Element) -> list[str]:
    """Return the offices for which a timer starts something; none of another kind of start."""
    if start.timer is None:
        return []
    named = {name.strip() for name in start.properties.get("mandant", "").split(",")}
    known = session.scalars(select(Mandant.id).order_by(Mandant.id))
    return [mandant_id for mandant_id in known if mandant_id in named]


def _is_same(session: Session, timer: Timer, start: Element) -> bool:
    assert timer.definition_id is not None
    older = definitions.load(session, timer.definition_id).process.elements
    return older[start.id].timer == start.timer


def _timer(definition_id: int, element_id: str, mandant_id: str, moment: StartMoment) -> Timer:
    return Timer(
        id=ids.take(),
        definition_id=definition_id,
        mandant_id=mandant_id,
        element_id=element_id,
        due_at=moment.due_at,
        wake_at=moment.due_at,
        rounds=dict(moment.facts),
        attempts=0,
    )


def begin(session: Session, timer: Timer, *, by: Advance) -> None:
    """Start the instance that a timer is due for, and set the timer for the next one."""
    assert timer.definition_id is not None
    assert timer.mandant_id is not None
    definition = definitions.load(session, timer.definition_id)
    case_id = cases.create(session, timer.mandant_id, now=by.now)
    command = bpmn.Start(timer.element_id)
    instances.start(session, definition, command, case_id=case_id, by=by)
    following = StartMoment(timer.due_at, timer.rounds or {}).following()
    session.delete(timer)
    if following is not None:
        session.add(_timer(definition.id, timer.element_id, timer.mandant_id, following))
        by.waits_until(following.due_at)
