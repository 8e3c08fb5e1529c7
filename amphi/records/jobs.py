"""The queue of slow work (pgqueuer), in a schema of its own beside ours."""

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.domain.settings import DBSettings, Durability

# `durable`: a job is enqueued in the transaction of the fact it follows and must not be lost.
SETTINGS = DBSettings(db_schema="jobs", durability=Durability.durable)


def install_script() -> str:
    """The statements that make the queue's tables, for a migration."""
    return QueryBuilderEnvironment(SETTINGS).build_install_query()
