"""What one gateway process stands on: its ports, its name, its clocks, its signer."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from amphi.gateway.ports import (
    Board,
    Directory,
    Endings,
    Feed,
    Gateways,
    Holders,
    Inbox,
    JournalReader,
    SignIns,
    Tickets,
)
from amphi.gateway.resume import ResumeTokens
from amphi.rules.ids import Millis

Clock = Callable[[], float]  # the process's monotonic seconds


def _wall() -> Millis:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class World:
    """Made by wiring, once per process.

    `name` is this gateway's, unique among the living. `origins`: the site's own, exactly as browsers
    send them. `cookie`: the name of the site's sign-in cookie. `wall` is only shown, before the
    first beat has brought the conductor's clock.
    """

    name: str
    feed: Feed
    inbox: Inbox
    gateways: Gateways
    board: Board
    journal: JournalReader
    directory: Directory
    holders: Holders
    tickets: Tickets
    sign_ins: SignIns
    endings: Endings
    tokens: ResumeTokens
    origins: frozenset[str]
    cookie: str
    clock: Clock = field(default=time.monotonic)
    wall: Callable[[], Millis] = field(default=_wall)
