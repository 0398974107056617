"""Call activities: the instance that one begins, and what comes back from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.bpmn.outcome import Outcome, State, WaitingCall
from engine.definitions import LoadedDefinition
from engine.errors import DefinitionNotFound
from engine.instances import standings
from engine.instances.steps import Caller, Standing, Step
from engine.model.instance import Instance

#: How deep calls may be nested before they are taken for a circle.
DEEPEST = 20


def begin(session: Session, parent_id: int, call: WaitingCall) -> list[Step]:
    """Return the first step of the instance that a call activity asks for, if it still does.

    Where there is no such process, or the calls go in a circle, the call itself fails.
    """
    parent = standings.if_waits(session, parent_id, call.key)
    return [_first(session, parent, call)] if parent is not None else []


def _first(session: Session, parent: Standing, call: WaitingCall) -> Step:
    try:
        definition = _called(session, parent.definition, call)
    except DefinitionNotFound:
        return parent, _failed(
            call, f"Das aufgerufene Verfahren „{call.process_id}“ gibt es nicht."
        )
    if definition.process.none_start is None:
        missing = f"Das Verfahren „{definition.name}“ hat kein Startereignis ohne Auslöser."
        return parent, _failed(call, missing)
    if _depth(session, parent) >= DEEPEST:
        return parent, _failed(call, "Die Verfahren rufen einander im Kreis auf.")
    caller = Caller(parent.instance_id, call.key)
    child = standings.fresh(
        definition, case_id=parent.case_id, mandant_id=parent.mandant_id, caller=caller
    )
    variables = standings.in_case(call.variables, parent.case_id)
    return child, bpmn.Start(None, variables, call.catches)


def _failed(call: WaitingCall, message: str) -> bpmn.Command:
    return bpmn.FailJob(call.key, message, retries=0)


def _called(session: Session, caller: LoadedDefinition, call: WaitingCall) -> LoadedDefinition:
    if call.binding == "deployment":
        return definitions.in_deployment(session, caller.id, call.process_id)
    if call.binding == "versionTag":
        return definitions.tagged(session, call.process_id, call.version_tag or "")
    return definitions.latest(session, call.process_id)


def _depth(session: Session, standing: Standing) -> int:
    depth, caller = 0, standing.caller
    while caller is not None and depth < DEEPEST:
        depth += 1
        query = select(Instance.parent_id, Instance.parent_key)
        row = session.execute(query.where(Instance.id == caller.instance_id)).one()
        caller = None if row.parent_id is None else Caller(row.parent_id, row.parent_key)
    return depth


def abandoned(session: Session, keys: Iterable[int]) -> list[int]:
    """Return the running instances of calls that nobody waits for any more."""
    wanted = list(keys)
    if not wanted:
        return []
    running = select(Instance.id).where(Instance.parent_key.in_(wanted))
    return list(session.scalars(running.where(Instance.state == State.ACTIVE)))


def cancel(session: Session, child_id: int) -> list[Step]:
    """Return the step that takes away an instance that nobody waits for any more."""
    child = standings.if_runs(session, child_id)
    return [(child, bpmn.Cancel())] if child is not None else []


def answer(session: Session, caller: Caller, command: bpmn.Command) -> list[Step]:
    """Return the step that tells a caller something, if it still waits."""
    parent = standings.if_waits(session, caller.instance_id, caller.key)
    return [(parent, command)] if parent is not None else []


def answers(standing: Standing, outcome: Outcome) -> Iterator[bpmn.Command]:
    """Yield what an instance tells its caller, if it has one, after a step."""
    caller = standing.caller
    if caller is None:
        return
    for thrown in outcome.escalations:
        yield bpmn.ThrowEscalation(caller.key, thrown.code, thrown.variables)
    if outcome.uncaught is not None:
        error = outcome.uncaught
        yield bpmn.ThrowError(caller.key, error.code, error.message, error.variables)
    elif outcome.state == State.COMPLETED:
        yield bpmn.CompleteCall(caller.key, outcome.variables)
    elif outcome.state == State.CANCELLED:
        # Taken away by hand, and not with its caller: that must not wait for ever.
        name = standing.definition.name
        message = f"Das aufgerufene Verfahren „{name}“ wurde abgebrochen."
        yield bpmn.FailJob(caller.key, message, retries=0)
