"""`amphi work`: the clock and the handlers of the queue, in one process (1..n of them)."""

import asyncio

import structlog

from amphi.records.jobs import RANK, SEND_MAILS
from amphi.records.work import work
from workers.clock import Clock
from workers.mails import Mails
from workers.ranking import Rankings
from workers.services import Services

log = structlog.get_logger()


async def run(services: Services, stop: asyncio.Event) -> None:
    """Until `stop` is set; what was begun is finished."""
    if services.server is None:
        log.warning("no_mail_server", why="AMPHI_SMTP_URL is empty: mails wait")
    handlers = {SEND_MAILS: Mails(services).send, RANK: Rankings(services.database).rank}
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Clock(services.database).run(stop))
        tasks.create_task(work(services.database.url, handlers, stop))
