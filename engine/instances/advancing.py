"""Starts instances and gives them commands, with everything that follows elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from engine import bpmn
from engine.casefile import cases
from engine.definitions import LoadedDefinition
from engine.errors import OrchestrationError
from engine.instances import correlation, standings
from engine.instances.advance import Advance
from engine.instances.correlation import Letter, Signal
from engine.instances.delivering import started_by
from engine.instances.working_off import WorkingOff


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
    fresh = standings.fresh(definition, case_id=case_id, mandant_id=mandant_id)
    begin = replace(command, variables=standings.in_case(command.variables, case_id))
    WorkingOff(session, by).work_off(lambda: [(fresh, begin)])
    return fresh.instance_id


def advance(session: Session, instance_id: int, command: bpmn.Command, *, by: Advance) -> None:
    """Run one command on an instance, and everything that it causes elsewhere.

    Raises `InstanceNotFound`, `InstanceEnded`, `NobodyWaits` or `ChangedMeanwhile`; the caller
    rolls back, and may try again after the last.
    """
    work = WorkingOff(session, by)
    work.work_off(lambda: [(standings.held(session, instance_id), command)])


def migrate(
    session: Session,
    instance_id: int,
    new: LoadedDefinition,
    mapping: Mapping[str, str],
    *,
    by: Advance,
) -> None:
    """Move an instance to another version of its process; raise `MigrationRefused` if it cannot.

    Tasks keep their numbers, drafts, people and due dates. The caller rolls back.
    """
    WorkingOff(session, by).migrate(standings.held(session, instance_id), new, mapping)


def deliver(session: Session, letter: Letter, *, by: Advance) -> bool:
    """Bring a message to whoever waits for it; return False if it was kept for later."""
    work = WorkingOff(session, by)
    steps = work.deliveries([letter])
    work.work_off(lambda: steps)
    return bool(steps)


def broadcast(session: Session, signal: Signal, *, by: Advance) -> int:
    """Bring a signal to everybody of the Mandant who waits for it; return how many that were."""
    work = WorkingOff(session, by)
    work.work_off(partial(work.hearing, signal))
    return work.heard


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
                work = WorkingOff(session, by)
                begun = started_by(session, definition, element_id, letter, now=by.now)
                work.work_off(partial(list, [begun]))
        except OrchestrationError:
            continue
