"""A Redis that is away, stuck or refuses to work is StoreUnavailable, soon."""

import asyncio
import time
from collections.abc import Awaitable

import pytest

from amphi.live.ports import StoreUnavailable
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from tests.live_store.builders import OFFER, a_choice, a_commit, a_publication
from tests.live_store.valkey import Valkey, a_free_port


async def unavailable_within(seconds: float, call: Awaitable[object]) -> None:
    before = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await call
    assert time.monotonic() - before < seconds


async def test_no_server_at_all_is_told_at_once() -> None:
    async with Store.at(f"redis://127.0.0.1:{a_free_port()}") as nowhere:
        await unavailable_within(1.5, nowhere.ping())
        await unavailable_within(1.5, Voice(nowhere).publish(a_publication(a_commit(1))))


async def test_a_server_that_dies_and_comes_back_is_used_again(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.ping()
        a_valkey_to_break.kill()
        await unavailable_within(1.5, store.ping())
        a_valkey_to_break.start()
        await store.ping()


async def test_a_server_that_dies_wakes_its_waiting_readers(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        inbox = Inbox(store)
        reading = asyncio.create_task(inbox.read(OFFER, "0-0", 60_000))
        following = asyncio.ensure_future(anext(Feed(store, inbox).follow(OFFER, "0-0")))
        await asyncio.sleep(0.2)
        a_valkey_to_break.kill()
        await unavailable_within(1.5, reading)
        await unavailable_within(1.5, following)


async def test_a_server_that_hangs_is_given_up_in_time(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.ping()
        a_valkey_to_break.suspend()
        await unavailable_within(1.5, store.ping())  # on a connection that stood
        await unavailable_within(1.5, store.ping())  # on a new one
        a_valkey_to_break.go_on()
        await store.ping()


async def test_a_blocking_read_of_a_server_that_hangs_ends_a_second_after_its_time(
    a_valkey_to_break: Valkey,
) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.ping()
        a_valkey_to_break.suspend()
        await unavailable_within(2.0, Inbox(store).read(OFFER, "0-0", 500))


async def test_posts_that_hang_do_not_wait_for_each_other(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        inbox = Inbox(store)
        a_valkey_to_break.suspend()
        posts = [inbox.post(OFFER, a_choice(f"c{n}")) for n in range(5)]
        await asyncio.gather(*(unavailable_within(1.5, post) for post in posts))


async def test_a_full_server_is_unavailable_and_half_of_nothing_is_written(
    a_valkey_to_break: Valkey,
) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.call("CONFIG", "SET", "maxmemory", "1")
        await unavailable_within(1.5, Voice(store).publish(a_publication(a_commit(1))))
        await unavailable_within(1.5, Inbox(store).post(OFFER, a_choice()))
        assert await store.call("DBSIZE") == 0


async def test_a_server_that_became_a_replica_is_unavailable(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.call("REPLICAOF", "127.0.0.1", str(a_free_port()))
        await unavailable_within(1.5, Voice(store).publish(a_publication(a_commit(1))))
        await unavailable_within(1.5, Inbox(store).post(OFFER, a_choice()))


async def test_a_server_that_cannot_save_is_unavailable() -> None:
    server = Valkey("save 3600 1", "dir /proc")
    try:
        async with Store.at(server.url) as store:
            await store.call("BGSAVE")
            for _ in range(100):
                if b"rdb_last_bgsave_status:err" in await store.call("INFO", "persistence"):
                    break
                await asyncio.sleep(0.02)
            await unavailable_within(1.5, Voice(store).publish(a_publication(a_commit(1))))
            await unavailable_within(1.5, Inbox(store).post(OFFER, a_choice()))
    finally:
        server.kill()


async def test_a_server_that_misses_its_replicas_is_unavailable(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.call("CONFIG", "SET", "min-replicas-to-write", 1)
        await unavailable_within(1.5, Voice(store).publish(a_publication(a_commit(1))))
        await unavailable_within(1.5, Inbox(store).post(OFFER, a_choice()))


async def test_a_server_kept_busy_by_a_script_is_unavailable(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.call("CONFIG", "SET", "busy-reply-threshold", 50)
        endless = asyncio.create_task(store.call("EVAL", "while true do end", 0, wait_ms=5_000))
        await asyncio.sleep(0.3)
        await unavailable_within(1.5, store.ping())
        await store.call("SCRIPT", "KILL")
        assert "killed" in str((await asyncio.gather(endless, return_exceptions=True))[0])


async def test_a_wrong_password_is_unavailable(a_valkey_to_break: Valkey) -> None:
    async with Store.at(a_valkey_to_break.url) as store:
        await store.call("CONFIG", "SET", "requirepass", "sesame")
    wrong = a_valkey_to_break.url.replace("//", "//:simsim@")
    async with Store.at(wrong) as stranger:
        await unavailable_within(1.5, stranger.ping())


async def test_a_command_that_is_wrong_is_a_bug_and_no_outage(store: Store) -> None:
    with pytest.raises(Exception, match="wrong number of arguments") as caught:
        await store.call("GET")
    assert not isinstance(caught.value, StoreUnavailable)


async def test_an_error_among_several_commands_leaves_the_connection_in_step(store: Store) -> None:
    with pytest.raises(Exception, match="wrong number of arguments"):
        await store.call_all([("SET", "k", "1"), ("GET",), ("GET", "k")])
    assert await store.call("GET", "k") == b"1"
