"""The history of a case in sentences: what happened, when, and who did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import HistoryKind
from engine.clock import BERLIN
from engine.definitions import LoadedDefinition
from engine.model.history import HistoryRow
from engine.organisation.accounts import User
from web import people, visibility

#: Entries on the case page; the newest come first.
MOST = 300
WORK = frozenset(
    {"userTask", "serviceTask", "sendTask", "businessRuleTask", "receiveTask", "scriptTask"}
)
VERBS = {
    "userTask": "erledigt",
    "serviceTask": "eingetragen",
    "sendTask": "gesendet",
    "businessRuleTask": "geprüft",
    "receiveTask": "eingegangen",
    "scriptTask": "berechnet",
    "startEvent": "Verfahren begonnen",
    "endEvent": "Verfahren beendet",
    "process": "",
    # The name of such an event is a sentence of its own.
    "boundaryEvent": "",
    "intermediateCatchEvent": "",
}


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    at: datetime
    name: str
    what: str
    who: str

    @property
    def day(self) -> date:
        """The day in Germany, under which the page lists the event."""
        return self.at.astimezone(BERLIN).date()


def of_case(session: Session, case_id: int, user: User) -> list[Event]:
    """Return what a person may know to have happened, the newest first, without mere routing."""
    query = (
        select(HistoryRow)
        .where(HistoryRow.case_id == case_id)
        .where(HistoryRow.kind != HistoryKind.ENTERED)
        .where(HistoryRow.element_type.in_(VERBS), HistoryRow.name != "")
        .order_by(HistoryRow.id.desc())
        .limit(MOST)
    )
    found = visibility.definitions_of(session, case_id)
    rows = [
        row
        for row in session.scalars(query).all()
        if _may_see(row, found[row.instance_id], user)
        and not _is_inner(row, found[row.instance_id])
    ]
    names = people.called(session, (row.account for row in rows))
    return [Event(row.at, row.name, _what(row), _who(row, names)) for row in rows]


def _may_see(row: HistoryRow, definition: LoadedDefinition, user: User) -> bool:
    if row.kind == HistoryKind.MIGRATED:
        return visibility.may_see_procedure(definition, user)
    return visibility.may_see_step(definition, row.element_id, user)


def _is_inner(row: HistoryRow, definition: LoadedDefinition) -> bool:
    """Whether this is only the begin or end of a phase, which its steps tell well enough."""
    element = definition.process.elements.get(row.element_id)
    inner = element is not None and element.scope is not None
    return inner and row.element_type in ("startEvent", "endEvent")


def _what(row: HistoryRow) -> str:
    if row.kind == HistoryKind.MIGRATED:
        return f"läuft jetzt nach Version {row.detail['auf']} weiter"
    if row.kind == HistoryKind.CANCELLED and "grund" in row.detail:
        return f"von Hand beendet (Grund: {row.detail['grund']})"
    if row.kind == HistoryKind.FAILED:
        return "gescheitert, ein Vorfall ist gemeldet"
    if row.kind == HistoryKind.CANCELLED:
        return "nicht mehr nötig"
    return VERBS[row.element_type]


def _who(row: HistoryRow, names: dict[str, str]) -> str:
    if row.element_type in WORK and row.element_type != "userTask":
        return "Lotse"
    return names.get(row.account or "", "Lotse")
