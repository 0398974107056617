"""Reads how an instance stands, and how a new one begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import bpmn, definitions
from engine.bpmn.outcome import State
from engine.definitions import LoadedDefinition
from engine.errors import ChangedMeanwhile, InstanceEnded, InstanceNotFound
from engine.ids import ids
from engine.instances.steps import Caller, Standing
from engine.model.base import table_of
from engine.model.deployment import Definition, Deployment
from engine.model.instance import Instance

#: Built once: it is asked with every step.
_STANDING = (
    select(
        Instance.case_id,
        Instance.mandant_id,
        Instance.state,
        Instance.version.label("instance_version"),
        Instance.snapshot,
        Instance.parent_id,
        Instance.parent_key,
        *definitions.COLUMNS,
    )
    .join(Definition, Instance.definition_id == Definition.id)
    .join(Deployment, Definition.deployment_id == Deployment.id)
    .where(Instance.id == bindparam("wanted"))
)


def standing(session: Session, instance_id: int) -> Standing:
    """Return a running instance; raise `InstanceNotFound` or `InstanceEnded`."""
    row = session.connection().execute(_STANDING, {"wanted": instance_id}).first()
    if row is None:
        raise InstanceNotFound
    if row.state != State.ACTIVE:
        raise InstanceEnded
    caller = Caller(row.parent_id, row.parent_key) if row.parent_id is not None else None
    return Standing(
        instance_id=instance_id,
        case_id=row.case_id,
        mandant_id=row.mandant_id,
        definition=definitions.from_row(session, row),
        version=row.instance_version,
        snapshot=row.snapshot,
        caller=caller,
    )


_ROW = table_of(Instance)
_LINE = select(_ROW.c.id, _ROW.c.parent_id).where(_ROW.c.id == bindparam("wanted"))
_UPWARDS = _LINE.cte("line", recursive=True)
_CALLERS = _UPWARDS.union_all(
    select(_ROW.c.id, _ROW.c.parent_id).join(_UPWARDS, _ROW.c.id == _UPWARDS.c.parent_id)
)
_TOP = select(_CALLERS.c.id).where(_CALLERS.c.parent_id.is_(None)).scalar_subquery()
_HELD = select(_ROW.c.id).where(_ROW.c.id == _TOP).with_for_update(of=_ROW)


def held(session: Session, instance_id: int) -> Standing:
    """Return a running instance; one that was called holds the instance on top of all callers.

    So two who work below the same one wait for each other, instead of each for what the other has.
    """
    found = standing(session, instance_id)
    if found.caller is None:
        return found
    session.execute(_HELD, {"wanted": instance_id})
    return standing(session, instance_id)


def if_runs(session: Session, instance_id: int) -> Standing | None:
    """Return an instance, or None if it has ended or was deleted with its case."""
    try:
        return standing(session, instance_id)
    except (InstanceEnded, InstanceNotFound):
        return None


def if_waits(session: Session, instance_id: int, key: int) -> Standing | None:
    """Return an instance in which something still waits under this key, else None."""
    found = if_runs(session, instance_id)
    return found if found is not None and _waits(found, key) else None


def of_wait(session: Session, instance_id: int, key: int) -> Standing:
    """Return an instance in which something was just found to wait under this key.

    Raises `ChangedMeanwhile` if it does no longer: whoever found it looks again.
    """
    try:
        found = held(session, instance_id)
    except (InstanceEnded, InstanceNotFound) as gone:
        raise ChangedMeanwhile from gone
    if not _waits(found, key):
        raise ChangedMeanwhile
    return found


def _waits(found: Standing, key: int) -> bool:
    return found.snapshot is not None and key in bpmn.waits(found.snapshot)


def fresh(
    definition: LoadedDefinition, *, case_id: int, mandant_id: str, caller: Caller | None = None
) -> Standing:
    """Return an instance that begins with its first step."""
    return Standing(
        instance_id=ids.take(),
        case_id=case_id,
        mandant_id=mandant_id,
        definition=definition,
        version=0,
        snapshot=None,
        caller=caller,
    )


def in_case(variables: Mapping[str, Any], case_id: int) -> dict[str, Any]:
    """Return what an instance begins with: its variable `fall_id` names the case."""
    return {**variables, "fall_id": str(case_id)}
