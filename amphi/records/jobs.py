"""The queue of slow work (pgqueuer), in a schema of its own beside ours.

A job is enqueued inside the transaction of the fact it follows: a rollback takes it with it.
"""

from typing import Any

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.settings import DBSettings, Durability
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.rules.ids import OfferId

# `durable`: a job must not be lost with a crash, unlike pgqueuer's default for its log.
SETTINGS = DBSettings(db_schema="jobs", durability=Durability.durable)

SEND_MAILS = "send_mails"
RANK = "rank_perimeter"

_environment = QueryBuilderEnvironment(SETTINGS)
_queue = QueryQueueBuilder(SETTINGS)
_scheduler = QuerySchedulerBuilder(SETTINGS)

ENQUEUE = _queue.build_enqueue_query()  # what `Queries.enqueue` runs


def install_script() -> str:
    """The statements that make the queue's tables, for a migration."""
    return _environment.build_install_query()


def queries(driver: AsyncpgDriver) -> Queries:
    """The queries of pgqueuer on our schema."""
    return Queries(driver, _environment, _queue, _scheduler)


async def enqueue(connection: AsyncConnection, job: str, payload: dict[str, Any]) -> None:
    """Put a job in, on the connection and in the transaction given."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    if not raw.is_in_transaction():  # SQLAlchemy begins with its first statement, not before
        await connection.execute(select(1))
    await _put_in(raw, job, payload)


async def announce(raw: Any, offer: OfferId, seq: int) -> None:
    """Mails were written: somebody is to send them. `raw`: a connection of the driver's."""
    await _put_in(raw, SEND_MAILS, {"offer": offer, "seq": seq})


async def _put_in(raw: Any, job: str, payload: dict[str, Any]) -> None:
    await queries(AsyncpgDriver(raw)).enqueue(job, msgspec.json.encode(payload))
