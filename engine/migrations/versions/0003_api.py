"""Programs that speak to the API; what its callers name an instance; runs of elements by number."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("account_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_api_client_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_api_client")),
    )
    op.add_column("instance", sa.Column("business_id", sa.Text(), nullable=True))
    op.add_column("instance", sa.Column("tags", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("incident", sa.Column("element_key", NUMBER, nullable=True))
    op.create_index("ix_history_element_key", "history", ["element_key"], unique=False)
