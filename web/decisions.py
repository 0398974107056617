"""Answers "Warum?": what a decision looked at, which rows it followed and which rules say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import HistoryKind
from engine.model.history import HistoryRow
from engine.organisation.accounts import User
from web import sources, wording
from web.sources import Source
from web.visibility import Course, may_see_step

WORDS = {True: "ja", False: "nein", None: "keine Angabe"}


@dataclass(frozen=True)
class FollowedRow:
    """A row of a table that was met, with the rules behind it."""

    number: int
    results: tuple[tuple[str, str], ...]
    source: Source


@dataclass(frozen=True)
class Reason:
    """One decision as it was taken."""

    name: str
    at: datetime
    inputs: tuple[tuple[str, str], ...]
    rows: tuple[FollowedRow, ...]
    is_default: bool


def latest(session: Session, course: Course, instance_id: int, *, user: User) -> list[Reason]:
    """Return the last taking of each decision of an instance that the person may see."""
    query = (
        select(HistoryRow)
        .where(HistoryRow.instance_id == instance_id)
        .where(HistoryRow.element_type == "businessRuleTask")
        .where(HistoryRow.kind == HistoryKind.COMPLETED)
        .order_by(HistoryRow.id)
    )
    newest = {row.element_id: row for row in session.scalars(query)}
    visible = [row for row in newest.values() if may_see_step(course, row.element_id, user)]
    return [reason for row in visible if (reason := reason_of(row)) is not None]


def reason_of(row: HistoryRow) -> Reason | None:
    """Read the account of a decision out of its history entry."""
    trace = row.detail.get("trace")
    if not trace:
        return None
    return Reason(
        name=trace["name"],
        at=row.at,
        inputs=tuple((entry["label"], in_words(entry["value"])) for entry in trace["inputs"]),
        rows=tuple(_row(entry) for entry in trace["rows"]),
        is_default=trace["default"],
    )


def _row(entry: Mapping[str, Any]) -> FollowedRow:
    description = entry["description"] or ""
    assumption = "ja" if description.startswith("annahme") else None
    return FollowedRow(
        number=entry["number"],
        results=tuple((name, in_words(value)) for name, value in entry["outputs"].items()),
        source=sources.of_text(description, assumption),
    )


def in_words(value: Any) -> str:
    """Write a value of a decision as a person reads it."""
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value) or "nichts"
    if isinstance(value, str) and len(value) == 10:
        try:
            return wording.day(date.fromisoformat(value))
        except ValueError:
            return value
    return str(value)
