"""The schema as the sum of its changes (alembic); `records.migrate` runs them."""
