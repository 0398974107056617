"""Moves running instances to another version of their process: previewed, then whole or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, definitions, instances
from engine.bpmn.outcome import State
from engine.definitions import LoadedDefinition
from engine.errors import Conflict
from engine.instances import Advance, standings
from engine.instances.steps import Run
from engine.model.deployment import Definition
from engine.model.instance import Instance


class OtherProcess(Conflict):
    """Vorgänge können nur auf einen anderen Stand desselben Verfahrens umziehen."""


@dataclass(frozen=True)
class Planned:
    """What a migration would do with one instance."""

    instance_id: int
    case_id: int
    mandant_id: str
    preview: bpmn.Preview


def running(session: Session, target: LoadedDefinition) -> list[int]:
    """Return the running instances of all other versions of a process."""
    query = (
        select(Instance.id)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(Definition.process_id == target.process_id, Definition.id != target.id)
        .where(Instance.state == State.ACTIVE)
        .order_by(Instance.id)
    )
    return list(session.scalars(query))


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

    Raises `OtherProcess`, or `MigrationRefused` for the first instance that cannot move.
    """
    for instance_id in instance_ids:
        definition, _ = definitions.of_instance(session, instance_id)
        if definition.process_id != target.process_id:
            raise OtherProcess
        instances.migrate(session, instance_id, target, mapping, by=by)
