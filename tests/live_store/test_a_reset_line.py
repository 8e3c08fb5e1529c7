"""A line of the pool that the other end reset while nobody looked: an outage, never a bug."""

import asyncio
import contextlib

import pytest
import uvloop

from amphi import embedded
from amphi.live.ports import StoreUnavailable
from amphi.live_store.connection import Store
from tests.faults.proxy import Proxy


@pytest.mark.parametrize("loop_factory", [uvloop.new_event_loop, asyncio.new_event_loop])
def test_a_line_reset_in_the_pool_is_an_outage_and_then_it_is_over(
    loop_factory: object, servers: embedded.Servers
) -> None:
    """uvloop raises RuntimeError, of all things, when such a line is written to."""
    proxy = Proxy(servers.valkey.port)
    url = servers.valkey.url().replace(f":{proxy.target}/", f":{proxy.port}/")
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:  # type: ignore[arg-type]
            runner.run(_used_again(url, proxy))
    finally:
        proxy.close()


async def _used_again(url: str, proxy: Proxy) -> None:
    async with Store.at(url) as store:
        await store.ping()
        assert proxy.reset_all() == 1
        await asyncio.sleep(0.1)  # the loop learns of it while nobody uses the line
        with contextlib.suppress(StoreUnavailable):  # or a new line at once
            await store.ping()
        await store.ping()
