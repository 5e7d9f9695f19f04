"""Run by Alembic, on the connection and inside the transaction that `storage.upgrade` has opened."""

from alembic import context

from storage.schema import metadata
from storage.schema.naming import is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    # SQLite changes a table by copying it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
