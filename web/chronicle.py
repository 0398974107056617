"""The history of a case in sentences: what happened, when, and who did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Element
from engine.bpmn.outcome import HistoryKind
from engine.clock import BERLIN
from engine.model.history import HistoryRow
from engine.organisation.accounts import User
from web import people, visibility
from web.visibility import Course

#: Entries on the case page; the newest come first.
MOST = 300
WORK = frozenset(
    {
        *("userTask", "serviceTask", "sendTask", "businessRuleTask", "receiveTask", "scriptTask"),
        *("callActivity", "intermediateThrowEvent"),
    }
)
#: Events that only mark a place of the diagram.
ROUTING = frozenset({"none", "link"})
VERBS = {
    "userTask": "erledigt",
    "serviceTask": "eingetragen",
    "sendTask": "gesendet",
    "businessRuleTask": "geprüft",
    "receiveTask": "eingegangen",
    "scriptTask": "berechnet",
    "callActivity": "abgeschlossen",
    "startEvent": "Verfahren begonnen",
    "endEvent": "Verfahren beendet",
    "process": "",
    # The name of such an event is a sentence of its own.
    "boundaryEvent": "",
    "intermediateCatchEvent": "",
    "intermediateThrowEvent": "",
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
    found = visibility.courses(session, case_id)
    rows = [
        row
        for row in session.scalars(query).all()
        if _may_see(row, found[row.instance_id], user)
        and not _is_routing(row, _element(row, found))
    ]
    names = people.called(session, (row.account for row in rows))
    return [
        Event(row.at, row.name, _what(row, _element(row, found)), _who(row, names)) for row in rows
    ]


def _may_see(row: HistoryRow, course: Course, user: User) -> bool:
    if row.kind == HistoryKind.MIGRATED:
        return visibility.may_see_procedure(course, user)
    return visibility.may_see_step(course, row.element_id, user)


def _element(row: HistoryRow, found: Mapping[int, Course]) -> Element | None:
    return found[row.instance_id].definition.process.elements.get(row.element_id)


def _is_routing(row: HistoryRow, element: Element | None) -> bool:
    """Whether this is the mere begin or end of a phase, which its steps tell, or a mere place.

    What begins a phase that waits for an event is worth telling: it is the event.
    """
    if element is None:
        return False
    if row.element_type in ("startEvent", "endEvent"):
        return element.scope is not None and not _is_event_inside(element)
    return row.element_type == "intermediateThrowEvent" and element.event in ROUTING


def _is_event_inside(element: Element) -> bool:
    return element.type == "startEvent" and element.event != "none"


def _what(row: HistoryRow, element: Element | None) -> str:
    if row.kind == HistoryKind.MIGRATED:
        return f"läuft jetzt nach Version {row.detail['auf']} weiter"
    if row.kind == HistoryKind.CANCELLED and "grund" in row.detail:
        return f"von Hand beendet (Grund: {row.detail['grund']})"
    if row.kind == HistoryKind.FAILED:
        return "gescheitert, ein Vorfall ist gemeldet"
    if row.kind == HistoryKind.CANCELLED:
        return "nicht mehr nötig"
    if element is not None and element.scope is not None and _is_event_inside(element):
        return ""  # its name is a sentence, too
    return VERBS[row.element_type]


def _who(row: HistoryRow, names: dict[str, str]) -> str:
    if row.element_type in WORK and row.element_type != "userTask":
        return "Lotse"
    return names.get(row.account or "", "Lotse")
