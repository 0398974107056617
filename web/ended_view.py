"""What the page of an ended instance shows operators: how it ended, and what ran in it when.

Only elements, moments and states are read; no variable, no name of a family.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import HistoryKind, State
from engine.definitions import LoadedDefinition
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from web import running_view

#: Steps on one page; of more the last are shown.
MOST = 500
HOW = {
    HistoryKind.COMPLETED: "erledigt",
    HistoryKind.CANCELLED: "abgebrochen",
    HistoryKind.FAILED: "gescheitert",
    HistoryKind.MIGRATED: "auf eine andere Version umgezogen",
}


@dataclass(frozen=True)
class Passed:
    """One step that came to an end."""

    name: str
    how: str
    at: datetime


def outcome(definition: LoadedDefinition, instance: Instance) -> str:
    """Say in a sentence how an instance ended."""
    elements = definition.process.elements
    names = [running_view.titled(elements[e]) for e in instance.ended_in or [] if e in elements]
    if instance.state == State.COMPLETED:
        reached = ", ".join(f"„{name}“" for name in names)
        return f"Der Vorgang ist an sein Ende gekommen: {reached}." if reached else OVER
    return CANCELLED if instance.state == State.CANCELLED else TERMINATED


OVER = "Der Vorgang ist an sein Ende gekommen."
CANCELLED = "Der Vorgang wurde beendet, ehe er an ein Ende kam."
TERMINATED = "Ein Fehler, den der aufrufende Vorgang behandelt, hat den Vorgang beendet."


def passed(session: Session, instance: Instance) -> list[Passed]:
    """Return what came to an end in an instance, in that order."""
    query = (
        select(HistoryRow.name, HistoryRow.element_id, HistoryRow.kind, HistoryRow.at)
        .where(HistoryRow.instance_id == instance.id, HistoryRow.kind.in_(HOW))
        .order_by(HistoryRow.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    return [Passed(r.name or r.element_id, HOW[HistoryKind(r.kind)], r.at) for r in reversed(rows)]
