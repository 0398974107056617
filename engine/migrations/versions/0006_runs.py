"""Which run of an element belongs to which other one, so that the history can be asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("history", sa.Column("scope_key", NUMBER, nullable=True))
    op.add_column("history", sa.Column("role", sa.Text(), nullable=True))
    op.create_index("ix_history_scope_key", "history", ["scope_key"], unique=False)
