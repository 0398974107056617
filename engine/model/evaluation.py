"""Decisions as they were made: one row per evaluation, and one per decision that it took.

What was looked at and what came out stands in the history, or sealed where no history is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class Evaluation(Base):
    """One asking of a decision: by a step of an instance, or by somebody over the API."""

    __tablename__ = "evaluation"

    id: Mapped[Key]
    decision_key: Mapped[int] = mapped_column(ForeignKey("decision_definition.id"))  #: the asked
    at: Mapped[datetime]
    #: the line of history that holds the account; None: nobody's instance asked
    history_id: Mapped[int | None] = mapped_column(ForeignKey("history.id", ondelete="CASCADE"))
    #: the account, sealed with a key of its own that the master key wraps
    master_id: Mapped[str | None]
    wrapped: Mapped[bytes | None]
    sealed: Mapped[bytes | None] = mapped_column(deferred=True)

    __table_args__ = (
        CheckConstraint("(history_id is null) = (sealed is not null)", name="one_account"),
        Index("ix_evaluation_history_id", "history_id"),
        Index("ix_evaluation_decision_key", "decision_key"),
        Index("ix_evaluation_at", "at"),
    )


class EvaluatedDecision(Base):
    """One decision that an evaluation took, required ones first; without any value."""

    __tablename__ = "evaluated_decision"

    id: Mapped[str] = mapped_column(primary_key=True)  #: <evaluation>-<place>
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id", ondelete="CASCADE"))
    place: Mapped[int]  #: counts from 1
    decision_key: Mapped[int] = mapped_column(ForeignKey("decision_definition.id"))
    kind: Mapped[str]  #: the element that holds the logic, as DMN calls it
    failure: Mapped[str | None]  #: why it has no result

    __table_args__ = (
        Index("ix_evaluated_decision_evaluation_id", "evaluation_id", "place"),
        Index("ix_evaluated_decision_decision_key", "decision_key"),
    )
