"""Running instances as operators see them: counted, listed, and ended or moved along by hand.

Operators see elements and states; what a case holds stays with those who work on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine import bpmn, instances
from engine.bpmn.outcome import State
from engine.errors import Conflict, InstanceNotFound, Invalid
from engine.instances import Advance
from engine.model.deployment import Definition
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation.accounts import User

#: Instances on one page.
PAGE = 25
LONGEST_REASON = 500


class ReasonInvalid(Invalid):
    """Der Grund fehlt oder ist zu lang."""


class ReasonMissing(ReasonInvalid):
    """Bitte geben Sie einen Grund an. Er steht danach im Verlauf des Falls."""


class ReasonTooLong(ReasonInvalid):
    """Bitte fassen Sie den Grund in höchstens 500 Zeichen zusammen."""


class CallerWaits(Conflict):
    """Auf diesen Vorgang wartet ein anderer. Bitte ändern Sie dort, wie es weitergeht."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a process in which instances run."""

    definition_id: int
    process_id: str
    name: str
    version: int
    running: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One running instance of a list."""

    instance_id: int
    case_id: int
    mandant_id: str
    started_at: datetime
    snapshot: bytes
    incidents: int


@dataclass(frozen=True)
class Page:
    """Some instances, and the last one's number if more follow."""

    lines: tuple[Line, ...]
    following: int | None


def versions(session: Session, user: User) -> list[Version]:
    """Return the versions in which instances run, by name, the newest first."""
    counted = (
        select(Instance.definition_id, func.count().label("running"))
        .where(*_seen_by(user))
        .group_by(Instance.definition_id)
        .subquery()
    )
    query = select(Definition, counted.c.running).join(
        counted, counted.c.definition_id == Definition.id
    )
    order = (Definition.name, Definition.process_id, Definition.version.desc())
    stuck = _stuck_by_version(session, user)
    return [
        Version(
            definition_id=definition.id,
            process_id=definition.process_id,
            name=definition.name,
            version=definition.version,
            running=running,
            incidents=stuck.get(definition.id, 0),
        )
        for definition, running in session.execute(query.order_by(*order)).all()
    ]


def _stuck_by_version(session: Session, user: User) -> dict[int, int]:
    query = (
        select(Instance.definition_id, func.count())
        .join(Incident, Incident.instance_id == Instance.id)
        .where(Incident.resolved_at.is_(None), *_seen_by(user))
        .group_by(Instance.definition_id)
    )
    return {definition_id: number for definition_id, number in session.execute(query)}


def others(session: Session, definition_id: int) -> list[Definition]:
    """Return the other versions of a definition's process, the newest first."""
    own = select(Definition.process_id).where(Definition.id == definition_id).scalar_subquery()
    query = select(Definition).where(Definition.process_id == own, Definition.id != definition_id)
    query = query.where(Definition.removed_at.is_(None))
    return list(session.scalars(query.order_by(Definition.version.desc())))


def page(session: Session, definition_id: int, user: User, *, after: int, most: int) -> Page:
    """Return running instances of a version, the oldest first."""
    query = (
        select(Instance)
        .where(Instance.definition_id == definition_id, Instance.id > after, *_seen_by(user))
        .order_by(Instance.id)
        .limit(most + 1)
    )
    rows = session.scalars(query).all()
    stuck = _stuck(session, [row.id for row in rows])
    lines = tuple(
        Line(
            instance_id=row.id,
            case_id=row.case_id,
            mandant_id=row.mandant_id,
            started_at=row.started_at,
            snapshot=row.snapshot,
            incidents=stuck.get(row.id, 0),
        )
        for row in rows[:most]
    )
    return Page(lines, lines[-1].instance_id if len(rows) > most else None)


def _stuck(session: Session, instance_ids: Sequence[int]) -> dict[int, int]:
    query = select(Incident.instance_id, func.count()).where(Incident.resolved_at.is_(None))
    query = query.where(Incident.instance_id.in_(instance_ids)).group_by(Incident.instance_id)
    return {instance_id: number for instance_id, number in session.execute(query)}


def ended(session: Session, instance_id: int, *, user: User) -> Instance | None:
    """Return an ended instance, or None where there is none that the person may see."""
    query = select(Instance).where(Instance.id == instance_id, Instance.state != State.ACTIVE)
    return session.scalars(query.where(*_of_own(user))).first()


def get(session: Session, instance_id: int, *, user: User) -> Instance:
    """Return a running instance; raise `InstanceNotFound` for one the person may not see."""
    query = select(Instance).where(Instance.id == instance_id, *_seen_by(user))
    instance = session.scalars(query).first()
    if instance is None:
        raise InstanceNotFound
    return instance


def modify(session: Session, instance_id: int, command: bpmn.Modify, *, by: Advance) -> None:
    """Take tokens away and begin others, as a whole; raises `Invalid` with what speaks against."""
    _require_reason(command.reason)
    instances.advance(session, instance_id, command, by=by)


def end(session: Session, instance_id: int, reason: str, *, by: Advance) -> None:
    """End an instance with everything that it called.

    Raises `CallerWaits` for one that was called itself: its caller would wait for ever.
    """
    _require_reason(reason)
    if session.get_one(Instance, instance_id).parent_id is not None:
        raise CallerWaits
    instances.advance(session, instance_id, bpmn.Cancel(reason), by=by)


def _require_reason(reason: str) -> None:
    if not reason:
        raise ReasonMissing
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong


def _seen_by(user: User) -> list[ColumnElement[bool]]:
    """Leave what runs, as far as an operator sees it."""
    return [Instance.state == State.ACTIVE, *_of_own(user)]


def _of_own(user: User) -> list[ColumnElement[bool]]:
    """Leave what an operator of one Mandant sees; others see all."""
    return [] if user.mandant_id is None else [Instance.mandant_id == user.mandant_id]
