"""Steps that people may begin in the ad-hoc sub-processes of a case, whenever they see fit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, instances
from engine.bpmn.outcome import State
from engine.definitions import LoadedDefinition
from engine.instances import Advance, standings
from engine.instances.steps import Run
from engine.model.instance import Instance


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A step that may begin now."""

    instance_id: int
    definition: LoadedDefinition
    offer: bpmn.Offer

    @property
    def name(self) -> str:
        """The name of the step."""
        return self._title(self.offer.element_id)

    @property
    def section(self) -> str:
        """The name of the ad-hoc sub-process."""
        return self._title(self.offer.section_id)

    def _title(self, element_id: str) -> str:
        return self.definition.process.elements[element_id].name or element_id


def choices(session: Session, case_id: int, *, by: Advance) -> list[Choice]:
    """Return what may begin in a case right now, for whichever group."""
    query = select(Instance.id, Instance.snapshot).where(Instance.case_id == case_id)
    running = query.where(Instance.state == State.ACTIVE).order_by(Instance.id)
    return [
        choice
        for instance_id, snapshot in session.execute(running).all()
        if "ad_hoc" in bpmn.waits(snapshot).values()
        for choice in _choices(session, instance_id, by)
    ]


def _choices(session: Session, instance_id: int, by: Advance) -> list[Choice]:
    standing = standings.standing(session, instance_id)
    moment = Run(session, standing, now=by.now).moment()
    definition, saved = standing.definition, standing.snapshot or b""
    return [
        Choice(instance_id=instance_id, definition=definition, offer=offer)
        for offer in bpmn.offers(definition.process, saved, moment)
    ]


def begin(session: Session, choice: Choice, *, by: Advance) -> None:
    """Begin a step; raise `NobodyWaits` or `Invalid` if it may not begin any more."""
    command = bpmn.ActivateElements(choice.offer.key, (choice.offer.element_id,))
    instances.advance(session, choice.instance_id, command, by=by)
