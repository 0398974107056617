"""What the start events of the newest version of a process wait for: messages, signals, moments.

A moment belongs to an office: the start event's property `mandant` names whose. Each office gets
an instance of its own, in a case of its own. What was sent over the API may name nobody; then it
begins what belongs to no Mandant.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine import bpmn, definitions, instances
from engine.bpmn import Element, StartMoment
from engine.casefile import cases
from engine.definitions import LoadedDefinition
from engine.errors import ChangedMeanwhile
from engine.ids import ids
from engine.instances import Advance
from engine.model.base import table_of
from engine.model.deployment import Definition
from engine.model.mandant import Mandant
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.organisation import parameters, unattached


def listen(session: Session, definition: LoadedDefinition, *, now: datetime) -> None:
    """Let the newest version's start events, and no older ones, start instances.

    A message that was kept starts one at once; a moment that an older version already waited for
    is still waited for, so that none is missed and none happens twice.
    """
    _forget_subscriptions(session, definition.process_id)
    by = Advance(account=None, now=now)
    for start in definition.process.starts:
        name = start.message or start.signal
        if name is not None:
            kind = "message" if start.message else "signal"
            session.add(_subscription(definition, start, (kind, name), now))
        session.flush()
        if start.message is not None:
            instances.start_by_kept_messages(session, definition, start.message, start.id, by=by)
    _set_timers(session, definition, now=now)


def forget(session: Session, process_id: str) -> None:
    """Let no event start a process any more; instances that run already go on."""
    _forget_subscriptions(session, process_id)
    _drop(session, _timers(session, process_id))
    session.flush()


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
    waiting: dict[tuple[str, str | None], list[Timer]] = {}
    for timer in _timers(session, definition.process_id):
        waiting.setdefault((timer.element_id, timer.mandant_id), []).append(timer)
    begins = {start.id for start in definition.process.starts if start.timer is not None}
    for start in (definition.process.elements[key] for key in sorted(begins)):
        for mandant_id in _offices(session, start):
            before = waiting.pop((start.id, mandant_id), [])
            _set(session, definition, start, (mandant_id, before), now=now)
    for rest in waiting.values():
        _drop(session, rest)
    session.flush()


def _drop(session: Session, timers: Iterable[Timer]) -> None:
    for timer in timers:
        session.delete(timer)


def _set(
    session: Session,
    definition: LoadedDefinition,
    start: Element,
    office: tuple[str, list[Timer]],
    *,
    now: datetime,
) -> None:
    """Set the timers of a start for an office, or leave those that it has already."""
    mandant_id, before = office
    if before and _is_same(session, before[0], start):
        for timer in before:
            timer.definition_id = definition.id
        return
    _drop(session, before)
    values = {"parameter": parameters.of(session, mandant_id)}
    for event in start.definitions:
        moment = bpmn.first_start(event, now=now, values=values)
        if moment is not None:
            session.add(_timer(definition.id, start.id, mandant_id, moment))


def _timers(session: Session, process_id: str) -> list[Timer]:
    versions = select(Definition.id).where(Definition.process_id == process_id)
    return list(session.scalars(select(Timer).where(Timer.definition_id.in_(versions))))


def _offices(session: Session, start: Element) -> list[str]:
    """Return the offices for which a timer starts something."""
    named = {name.strip() for name in start.properties.get("mandant", "").split(",")} - {""}
    if not named:
        return [unattached.ensure(session)]
    known = session.scalars(select(Mandant.id).order_by(Mandant.id))
    return [mandant_id for mandant_id in known if mandant_id in named]


def _is_same(session: Session, timer: Timer, start: Element) -> bool:
    """Whether a timer was set by the same rules; a rule that is over is not begun again."""
    assert timer.definition_id is not None
    older = definitions.load(session, timer.definition_id).process.elements[start.id]
    return [each.timer for each in older.definitions] == [each.timer for each in start.definitions]


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
    """Start the instance that a timer is due for, and set the timer for the next one.

    Raises `ChangedMeanwhile` if another process has just done so.
    """
    assert timer.definition_id is not None
    assert timer.mandant_id is not None
    taken = session.execute(_TAKEN, {"key": timer.id})
    assert isinstance(taken, CursorResult)
    if taken.rowcount != 1:
        raise ChangedMeanwhile
    definition = definitions.load(session, timer.definition_id)
    case_id = cases.create(session, timer.mandant_id, now=by.now)
    command = bpmn.Start(timer.element_id)
    instances.start(session, definition, command, case_id=case_id, by=by)
    following = StartMoment(timer.due_at, timer.rounds or {}).following()
    if following is not None:
        session.add(_timer(definition.id, timer.element_id, timer.mandant_id, following))
        by.waits_until(following.due_at)
    session.expunge(timer)


_TAKEN = delete(table_of(Timer)).where(table_of(Timer).c.id == bindparam("key"))
