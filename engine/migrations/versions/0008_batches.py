"""Operations over many instances, and the items of each."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batch_operation",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_batch_operation_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_operation")),
    )
    op.create_index(op.f("ix_batch_operation_account_id"), "batch_operation", ["account_id"])
    op.create_table(
        "batch_item",
        sa.Column("batch_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("item_key", NUMBER, autoincrement=False, nullable=False),
        sa.Column("instance_id", NUMBER, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("processed_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch_operation.id"],
            name=op.f("fk_batch_item_batch_id_batch_operation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "item_key", name=op.f("pk_batch_item")),
    )
    op.create_index(op.f("ix_batch_item_instance_id"), "batch_item", ["instance_id"])
    op.create_index(
        op.f("ix_batch_item_state_batch_id_item_key"),
        "batch_item",
        ["state", "batch_id", "item_key"],
    )
