"""Lets Alembic run on the connection that `web.migrating` hands over."""

from alembic import context

from engine.model import tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.fill(), render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
