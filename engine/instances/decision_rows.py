"""The decisions that a step asked for, as rows beside the lines of history that tell of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from engine import bindings
from engine.bpmn import Bound
from engine.casefile import evaluations
from engine.casefile.evaluations import Made
from engine.instances.steps import Standing
from engine.model.decision import DecisionDefinition


def record(session: Session, standing: Standing, history: Sequence[Mapping[str, Any]]) -> None:
    """Write down the decisions that these lines of history tell of."""
    told = [row for row in history if "trace" in row["detail"]]
    if told:
        evaluations.record(session, list(_made(session, standing, told)))


def _made(
    session: Session, standing: Standing, history: Sequence[Mapping[str, Any]]
) -> Iterator[Made]:
    versions: dict[Bound, DecisionDefinition | None] = {}
    for row in history:
        detail, element = row["detail"], standing.definition.process.elements[row["element_id"]]
        assert element.decision is not None  # nothing else asks a decision
        wanted = replace(element.decision, id=detail["trace"]["decision_id"])
        if wanted not in versions:
            versions[wanted] = bindings.decision_version(session, standing.definition, wanted)
        version = versions[wanted]
        assert version is not None  # it was found in this transaction already
        yield Made(
            version=version,
            account=detail["trace"],
            at=row["at"],
            failed=detail.get("failed"),
            failure=detail.get("message"),
            history_id=row["id"],
        )
