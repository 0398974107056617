"""Decisions as they were made: which ones, when and with what end; and how they came about.

The account of a decision that a step asked for stands in the history and goes with it. That of a
decision that nobody's instance asked for is sealed with a key of its own and kept for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from engine.casefile.sealing import new_key, open_key, seal_with, unseal_with
from engine.dmn import made
from engine.errors import Invalid
from engine.ids import ids
from engine.model.decision import DecisionDefinition
from engine.model.evaluation import EvaluatedDecision, Evaluation
from engine.model.history import HistoryRow
from engine.model.inserting import insert_rows

#: How long an account is kept that belongs to no instance.
KEPT = timedelta(days=30)
#: An account with more bytes is not kept.
LARGEST = 4 * 1024 * 1024
TOO_LARGE = (
    "Was diese Entscheidung angesehen hat, ist größer als 4 MB. Bitte geben Sie ihr kleinere Werte."
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A decision as it was made: the version asked, its account as JSON, and what failed."""

    version: DecisionDefinition
    account: Mapping[str, Any]
    at: datetime
    failed: str | None = None  # the id of the decision without a result
    failure: str | None = None
    history_id: int | None = None

    def decisions(self, known: Mapping[str, DecisionDefinition]) -> list[Mapping[str, Any]]:
        """Return the accounts of the decisions of the file, required ones first."""
        return [each for each in made(self.account, self.failed) if each["decision_id"] in known]


def beside(
    session: Session, versions: Iterable[DecisionDefinition]
) -> dict[int, dict[str, DecisionDefinition]]:
    """Return the decisions of the same files, by the key of their graph and by their id."""
    wanted = {each.requirements_key for each in versions}
    query = select(DecisionDefinition).where(DecisionDefinition.requirements_key.in_(wanted))
    found: dict[int, dict[str, DecisionDefinition]] = {key: {} for key in wanted}
    for each in session.scalars(query):
        found[each.requirements_key][each.decision_id] = each
    return found


def record(session: Session, evaluations: Sequence[Made]) -> None:
    """Write down decisions whose accounts stand in the history."""
    if evaluations:
        numbered = {ids.take(): each for each in evaluations}
        insert_rows(session, Evaluation, [_row(key, each) for key, each in numbered.items()])
        _record_decisions(session, numbered)


def keep(session: Session, evaluation: Made) -> int:
    """Write down a decision that nobody's instance asked for; return its number.

    Its account is sealed.
    """
    content, number = orjson.dumps(evaluation.account), ids.take()
    if len(content) > LARGEST:
        raise Invalid(TOO_LARGE)
    place = _place(number)
    master_id, wrapped = new_key(session, f"{place}|key")
    key = open_key(session, f"{place}|key", master_id, wrapped)
    kept = {"master_id": master_id, "wrapped": wrapped, "sealed": seal_with(key, place, content)}
    insert_rows(session, Evaluation, [_row(number, evaluation) | kept])
    _record_decisions(session, {number: evaluation})
    return number


def accounts(session: Session, evaluation_id: int) -> list[Mapping[str, Any]]:
    """Return how the decisions of an evaluation came about, in the order of their places."""
    asked = aliased(DecisionDefinition)
    query = (
        select(DecisionDefinition.decision_id)
        .join(asked, asked.requirements_key == DecisionDefinition.requirements_key)
        .join(Evaluation, Evaluation.decision_key == asked.id)
        .where(Evaluation.id == evaluation_id)
    )
    known = set(session.scalars(query))
    return [each for each in made(_whole(session, evaluation_id)) if each["decision_id"] in known]


def _whole(session: Session, evaluation_id: int) -> Mapping[str, Any]:
    query = (
        select(Evaluation.master_id, Evaluation.wrapped, Evaluation.sealed, HistoryRow.detail)
        .outerjoin(HistoryRow, HistoryRow.id == Evaluation.history_id)
        .where(Evaluation.id == evaluation_id)
    )
    row = session.execute(query).one()
    if row.sealed is None:
        told: Mapping[str, Any] = row.detail["trace"]
        return told
    place = _place(evaluation_id)
    key = open_key(session, f"{place}|key", row.master_id, row.wrapped)
    opened: Mapping[str, Any] = orjson.loads(unseal_with(key, place, row.sealed))
    return opened


def remove(session: Session, evaluation_id: int) -> None:
    """Delete what is known of a decision, and its account in the history with it."""
    asked = select(Evaluation.history_id).where(Evaluation.id == evaluation_id)
    history_id = session.scalar(asked)
    if history_id is not None:
        row = session.get_one(HistoryRow, history_id)
        gone = ("trace", "failed")
        row.detail = {name: value for name, value in row.detail.items() if name not in gone}
    session.execute(delete(Evaluation).where(Evaluation.id == evaluation_id))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the decisions that belong to no instance and were made long ago."""
    is_old = (Evaluation.history_id.is_(None), Evaluation.at <= now - KEPT)
    session.execute(delete(Evaluation).where(*is_old))


def _record_decisions(session: Session, evaluations: Mapping[int, Made]) -> None:
    graphs = beside(session, [each.version for each in evaluations.values()])
    rows = [
        row
        for number, each in evaluations.items()
        for row in _decisions(number, each, graphs[each.version.requirements_key])
    ]
    insert_rows(session, EvaluatedDecision, rows)


def _decisions(
    number: int, evaluation: Made, known: Mapping[str, DecisionDefinition]
) -> Iterator[dict[str, Any]]:
    told = evaluation.decisions(known)
    for place, each in enumerate(told, 1):
        yield {
            "id": f"{number}-{place}",
            "evaluation_id": number,
            "place": place,
            "decision_key": known[each["decision_id"]].id,
            "kind": each["kind"],
            "failure": evaluation.failure if place == len(told) else None,
        }


def _row(number: int, evaluation: Made) -> dict[str, Any]:
    return {
        "id": number,
        "decision_key": evaluation.version.id,
        "at": evaluation.at,
        "history_id": evaluation.history_id,
        "master_id": None,
        "wrapped": None,
        "sealed": None,
    }


def _place(number: int) -> str:
    return f"evaluation|{number}"
