"""What is here fits where wiring puts it: mypy compares the types, the tests the names."""

from inspect import signature

import pytest

from amphi.gateway import ports as gateway
from amphi.live import ports as live
from amphi.live_store.board import Board
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.gateways import Gateways
from amphi.live_store.inbox import Inbox
from amphi.live_store.tickets import Tickets
from amphi.live_store.voice import Voice


def for_the_conductor(store: Store) -> tuple[live.Mailbox, live.Voice]:
    return Inbox(store), Voice(store)


def for_the_gateway(
    store: Store, inbox: Inbox
) -> tuple[gateway.Feed, gateway.Inbox, gateway.Gateways, gateway.Board, gateway.Tickets]:
    return Feed(store, inbox), inbox, Gateways(store), Board(store), Tickets(store)


@pytest.mark.parametrize(
    ("port", "adapter"),
    [
        (live.Mailbox, Inbox),
        (live.Voice, Voice),
        (gateway.Feed, Feed),
        (gateway.Inbox, Inbox),
        (gateway.Gateways, Gateways),
        (gateway.Board, Board),
        (gateway.Tickets, Tickets),
    ],
)
def test_an_adapter_has_every_method_of_its_port(port: type, adapter: type) -> None:
    wanted = {name: call for name, call in vars(port).items() if not name.startswith("_")}
    assert wanted
    for name, call in wanted.items():
        assert list(signature(getattr(adapter, name)).parameters) == list(
            signature(call).parameters
        )
