from collections.abc import AsyncIterator, Iterator

import pytest

from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.hot import HotState
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from tests.live_store.valkey import Valkey


@pytest.fixture(scope="session")
def shared_valkey() -> Iterator[Valkey]:
    server = Valkey()
    yield server
    server.kill()


@pytest.fixture
def a_valkey_to_break() -> Iterator[Valkey]:
    server = Valkey()
    yield server
    server.go_on()
    server.kill()


@pytest.fixture
async def store(shared_valkey: Valkey) -> AsyncIterator[Store]:
    async with Store.at(shared_valkey.url) as store:
        await store.call("FLUSHALL")
        yield store


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return Inbox(store)


@pytest.fixture
def feed(store: Store, inbox: Inbox) -> Feed:
    return Feed(store, inbox)


@pytest.fixture
def voice(store: Store) -> Voice:
    return Voice(store)


@pytest.fixture
def hot_state(store: Store) -> HotState:
    return HotState(store)
