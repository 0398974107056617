"""Moves running instances to another version of their process: previewed, then whole or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, definitions, instances
from engine.definitions import LoadedDefinition
from engine.errors import Conflict
from engine.instances import Advance, standings
from engine.instances.steps import Run
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.model.timer import Timer


class MovedBefore(Conflict):
    """Ein Vorgang ist schon umgezogen. Bitte sehen Sie sich die Vorschau noch einmal an."""


class OtherProcess(Conflict):
    """Vorgänge können nur auf einen anderen Stand desselben Verfahrens umziehen."""


@dataclass(frozen=True)
class Planned:
    """What a migration would do with one instance."""

    instance_id: int
    case_id: int
    mandant_id: str
    preview: bpmn.Preview


def waiting_at(session: Session, instance_ids: Sequence[int]) -> set[str]:
    """Return the elements of which some of these instances holds a token, or awaits the event."""
    snapshots = select(Instance.snapshot).where(Instance.id.in_(instance_ids))
    found = {each.element_id for saved in session.scalars(snapshots) for each in bpmn.active(saved)}
    for table in (Timer, Subscription):
        found |= set(
            session.scalars(select(table.element_id).where(table.instance_id.in_(instance_ids)))
        )
    return found


def preview(
    session: Session,
    instance_ids: Sequence[int],
    target: LoadedDefinition,
    mapping: Mapping[str, str],
    *,
    by: Advance,
) -> list[Planned]:
    """Say for each instance where its elements would go, or why they cannot; changes nothing."""
    found = []
    for instance_id in instance_ids:
        standing = standings.standing(session, instance_id)
        moment = Run(session, standing, now=by.now).moment()
        saved, old = standing.snapshot or b"", standing.definition
        found.append(
            Planned(
                instance_id,
                standing.case_id,
                standing.mandant_id,
                bpmn.plan(old.process, saved, target.process, mapping, moment=moment),
            )
        )
    return found


def migrate(
    session: Session,
    instance_ids: Sequence[int],
    target: LoadedDefinition,
    mapping: Mapping[str, str],
    *,
    by: Advance,
) -> None:
    """Move all of these instances, or none: the caller rolls back what is raised.

    Raises `OtherProcess`, `MovedBefore`, or `MigrationRefused` for the first that cannot move.
    """
    for instance_id in instance_ids:
        definition, _ = definitions.of_instance(session, instance_id)
        if definition.process_id != target.process_id:
            raise OtherProcess
        if definition.id == target.id:
            raise MovedBefore
        instances.migrate(session, instance_id, target, mapping, by=by)
