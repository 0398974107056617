"""Decisions as they were made: one row per evaluation, and one per decision that it took."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("decision_key", NUMBER, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("history_id", NUMBER, nullable=True),
        sa.Column("master_id", sa.Text(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.ForeignKeyConstraint(
            ["decision_key"],
            ["decision_definition.id"],
            name=op.f("fk_evaluation_decision_key_decision_definition"),
        ),
        sa.ForeignKeyConstraint(
            ["history_id"],
            ["history.id"],
            name=op.f("fk_evaluation_history_id_history"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(history_id is null) = (sealed is not null)", name=op.f("ck_evaluation_one_account")
        ),
    )
    for column in ("history_id", "decision_key", "at"):
        op.create_index(f"ix_evaluation_{column}", "evaluation", [column])
    op.create_table(
        "evaluated_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("evaluation_id", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("decision_key", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluated_decision")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_evaluated_decision_evaluation_id_evaluation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decision_key"],
            ["decision_definition.id"],
            name=op.f("fk_evaluated_decision_decision_key_decision_definition"),
        ),
    )
    op.create_index(
        "ix_evaluated_decision_evaluation_id", "evaluated_decision", ["evaluation_id", "place"]
    )
    op.create_index("ix_evaluated_decision_decision_key", "evaluated_decision", ["decision_key"])
