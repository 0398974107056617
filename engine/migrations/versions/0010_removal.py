"""When a version was taken back that had been sent over the API."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("definition", "decision_requirements", "decision_definition", "form_definition")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("removed_at", UtcDateTime(), nullable=True))
