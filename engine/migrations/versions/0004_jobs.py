"""Jobs stay when they end, say what became of them, and belong to the account that took them."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("available_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_job_type", "job")
    # What a worker is given is read from its instance when it takes a job.
    op.drop_column("job", "variables")
    for name in ("account", "lease", "error_code", "error_message"):
        op.add_column("job", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("job", sa.Column("ended_at", UtcDateTime(), nullable=True))
    op.add_column("job", sa.Column("rank", NUMBER, nullable=True))
    op.add_column("job", sa.Column("state", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("changed_at", UtcDateTime(), nullable=True))
    # Nobody knows any more which account holds a job: each is given out once more.
    op.execute("UPDATE job SET rank = 0, state = 'CREATED', changed_at = created_at")
    with op.batch_alter_table("job") as job:
        job.alter_column("rank", existing_type=NUMBER, nullable=False)
        job.alter_column("state", existing_type=sa.Text(), nullable=False)
        job.alter_column("changed_at", existing_type=UtcDateTime(), nullable=False)
        job.alter_column("available_at", existing_type=UtcDateTime(), nullable=True)
    op.create_index(
        "ix_job_open",
        "job",
        ["type", "rank", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
