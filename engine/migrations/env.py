"""Lets Alembic run on the connection that `web.migrating` hands over."""

from alembic import context

from engine.model.base import Base
from engine.model.tables import TABLES

assert TABLES  # importing them fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
