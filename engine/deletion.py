"""Ended instances deleted whole, where they belong to no Mandant.

What belongs to a Mandant is deleted by the procedure that keeps its periods, and by nothing else.
"""

from __future__ import annotations

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import State
from engine.errors import Conflict, NotAllowed
from engine.model.case import Case
from engine.model.instance import Instance
from engine.organisation import unattached


class OfAMandant(NotAllowed):
    """Die Fälle eines Mandanten löscht nur das Verfahren, das ihre Fristen hält."""


class StillRuns(Conflict):
    """Dieser Vorgang läuft noch. Bitte beenden Sie ihn zuerst."""


class WasCalled(Conflict):
    """Diesen Vorgang hat ein anderer aufgerufen. Er wird mit jenem gelöscht."""


def delete_instance(session: Session, instance: Instance) -> None:
    """Delete an ended instance, all that it called, and its case once nothing else is in it.

    Raises `OfAMandant`, `WasCalled` or `StillRuns`.
    """
    if instance.mandant_id != unattached.MANDANT_ID:
        raise OfAMandant
    if instance.parent_id is not None:
        raise WasCalled
    if instance.state == State.ACTIVE:
        raise StillRuns
    case_id = instance.case_id
    session.execute(delete(Instance).where(Instance.id == instance.id))
    others = exists(select(Instance.id).where(Instance.case_id == case_id))
    session.execute(delete(Case).where(Case.id == case_id, ~others))
