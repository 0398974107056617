"""Remembers the numbers of messages after they were delivered, so that each is taken once."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_message",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", "correlation", "message_id", name=op.f("pk_taken_message")),
    )
    op.create_index("ix_taken_message_taken_at", "taken_message", ["taken_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError
