"""What alembic runs: the migrations on the connection and in the transaction it is given."""

from alembic import context

from amphi.records.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_server_default=True,
)
context.run_migrations()
