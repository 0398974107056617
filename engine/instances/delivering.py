"""Makes a step of a message or a signal and of one who receives it, or is begun by it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.casefile import cases
from engine.casefile.cases import CaseEnded
from engine.definitions import LoadedDefinition
from engine.instances import standings
from engine.instances.correlation import Letter, Receiver
from engine.instances.steps import Step


def delivery(session: Session, receiver: Receiver, letter: Letter, *, now: datetime) -> list[Step]:
    """Return the step of a receiver; none where it would begin something in a closed case."""
    if receiver.instance_id is not None:
        command = bpmn.DeliverMessage(receiver.key, letter.message.variables)
        return [(standings.of_wait(session, receiver.instance_id, receiver.key), command)]
    definition = definitions.load(session, receiver.definition_id)
    with suppress(CaseEnded):
        return [started_by(session, definition, receiver.element_id, letter, now=now)]
    return []


def started_by(
    session: Session,
    definition: LoadedDefinition,
    element_id: str,
    letter: Letter,
    *,
    now: datetime,
) -> Step:
    """Return the first step of an instance that a message or a signal starts.

    Raises `CaseNotFound` for a case of another Mandant, and `CaseEnded` for one that is closed.
    """
    case_id = cases.of_message(
        session,
        letter.message.variables,
        case_id=letter.case_id,
        mandant_id=letter.mandant_id,
        now=now,
    )
    variables = standings.in_case(letter.message.variables, case_id)
    fresh = standings.fresh(definition, case_id=case_id, mandant_id=letter.mandant_id)
    return fresh, bpmn.Start(element_id, variables)
