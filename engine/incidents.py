"""Open incidents: who may see them, and trying again after the cause was corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import bpmn, instances
from engine.errors import NotFound
from engine.instances import Advance
from engine.model.incident import OVERDUE, Incident
from engine.model.timer import Timer
from engine.organisation.accounts import User


class IncidentNotFound(NotFound):
    """Diesen Vorfall gibt es nicht, oder er ist schon behoben."""


def open_incidents(session: Session, user: User) -> list[Incident]:
    """Return what waits for correction: an operator sees all, others those of their Mandant."""
    query = select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.id)
    if user.mandant_id is not None:
        query = query.where(Incident.mandant_id == user.mandant_id)
    return list(session.scalars(query.limit(500)))


def get(session: Session, incident_id: int, *, user: User) -> Incident:
    """Return an open incident; raise `IncidentNotFound` for one the person may not see."""
    incident = session.get(Incident, incident_id)
    if incident is None or incident.resolved_at is not None:
        raise IncidentNotFound
    if user.mandant_id not in (None, incident.mandant_id):
        raise IncidentNotFound
    return incident


def find_open(session: Session, instance_id: int, element_id: str) -> int | None:
    """Return the number of an element's open incident, or None."""
    query = (
        select(Incident.id)
        .where(Incident.instance_id == instance_id, Incident.element_id == element_id)
        .where(Incident.resolved_at.is_(None))
    )
    return session.scalars(query).first()


def retry(
    session: Session,
    incident_id: int,
    *,
    user: User,
    now: datetime,
    corrections: Mapping[str, Any] | None = None,
) -> Advance:
    """Try a failed element again, first correcting variables of its instance if some are given."""
    incident = get(session, incident_id, user=user)
    by = Advance(account=user.name, now=now)
    if incident.kind == OVERDUE:
        _retry_timer(session, incident, by=by)
        return by
    if corrections:
        correct = bpmn.SetVariables(corrections)
        instances.advance(session, incident.instance_id, correct, by=by)
    instances.advance(session, incident.instance_id, bpmn.Retry(incident_id), by=by)
    return by


def _retry_timer(session: Session, incident: Incident, *, by: Advance) -> None:
    """Let the sweep try a postponed timer at once; the incident is settled with it."""
    waiting = (Timer.instance_id == incident.instance_id, Timer.element_id == incident.element_id)
    session.execute(update(Timer).where(*waiting).values(wake_at=by.now, attempts=0))
    incident.resolved_at = by.now
    incident.resolved_by = by.account
    by.waits_until(by.now)
