"""A conductor that dies or leaves, a Redis that is emptied, deadlines under load."""

import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from loadtests.campaign import Morning
from loadtests.ground import Amphi, Failed, Ground, Program, a_ground
from loadtests.results.figures import Figure, told
from loadtests.swarm.crowd import Crowd
from loadtests.swarm.listener import Seat, seats
from loadtests.swarm.tally import Delivery, deliveries, quantile, spread

INTERNS, LONG_TURN_S, THINKS_S = 700, 900, 0.2
WATCHED_S = 14.0
STARTS_WITHIN_S, LOOK_S = 90.0, 1.5
LEAST_START_CPU_S, IDLE_CPU_S = 0.3, 0.1
TIMED_OFFERS, SPECTATORS = 8, 3_000


def take_overs(folder: Path) -> list[Figure]:
    """Killed three times, then stopped in order; each time another one stands by."""
    with a_ground(folder) as ground:
        owner = ground.start("conduct")
        ground.serve()
        amphi, crowd = _choosing(ground, "RELÈVE")
        with crowd:
            killed = []
            for _ in range(3):
                standby = _standby(ground)
                killed.append(_stall(crowd, owner.kill))
                owner = standby
            _standby(ground)
            stopped = _stall(crowd, owner.stop)
        sound = _verified(ground, amphi)
    return [
        Figure(
            "take-over after kill -9 of a conductor, three times",
            "first PostChosen of the new term ≤ 8 s later; no turn shortened",
            f"{', '.join(f'{each:.1f} s' for each in killed)}; {_said(sound)}",
            max(killed) <= 8 and sound,
            {"seconds": [round(each, 2) for each in killed], "verified": sound},
        ),
        Figure(
            "take-over after a graceful stop",
            "≤ 1 s",
            f"{stopped:.2f} s between two choices, of which {THINKS_S} s of thought",
            stopped <= 1,
            {"seconds": round(stopped, 2)},
        ),
    ]


def flush(folder: Path) -> list[Figure]:
    """ "FLUSHALL while running: everybody consistent in ≤ 3 s" """
    with a_ground(folder) as ground:
        ground.start("conduct")
        ground.serve()
        amphi, crowd = _choosing(ground, "OUBLI", spectators=1_000)
        with crowd:
            seconds = _stall(crowd, lambda: ground.redis("FLUSHALL"), INTERNS + 1_000)
        sound = _verified(ground, amphi)
    return [
        Figure(
            "FLUSHALL while running",
            "everybody consistent in ≤ 3 s",
            f"{seconds:.1f} s at most between two choices that all {INTERNS + 1_000} listeners "
            f"heard; {_said(sound)}",
            seconds <= 3 and sound,
            {"seconds": round(seconds, 2), "verified": sound},
        )
    ]


def timers(folder: Path) -> list[Figure]:
    """Turns that nobody uses, on several offers, while thousands listen."""
    with a_ground(folder) as ground:
        ground.start("conduct")
        ground.serve()
        chairs: list[Seat] = []
        for number in range(TIMED_OFFERS):
            amphi = ground.load(Morning(f"T{number}", 40, turn_seconds=2), "--start")
            chairs += seats(amphi.id, ground.tickets(amphi)[:30])
            chairs += [Seat(amphi.id)] * (SPECTATORS // TIMED_OFFERS)
        with Crowd(ground.site) as crowd:
            crowd.come(chairs)
            heard, _ = crowd.heard(25.0)
    late = heard.timers_late_ms
    earliest = min(late, default=-1.0)
    return [
        Figure(
            "timers: deadline and grace over → everybody told, 8 offers, 3 000 listeners",
            "never early; ≤ 250 ms late under load",
            f"{told(late)}, earliest {earliest:.1f} ms",
            earliest >= 0 and quantile(late, 0.99) <= 250,
            {"late_ms": spread(late), "earliest_ms": round(earliest, 1)},
        )
    ]


def _choosing(ground: Ground, code: str, spectators: int = 0) -> tuple[Amphi, Crowd]:
    """Everybody there, choosing one after the other, with interns left for all that follows."""
    amphi = ground.load(Morning(code, INTERNS, LONG_TURN_S), "--start")
    crowd = Crowd(ground.site)
    crowd.come(seats(amphi.id, ground.tickets(amphi), INTERNS + spectators))
    crowd.think(THINKS_S)
    return amphi, crowd


def _standby(ground: Ground) -> Program:
    """Started for good: Python has loaded what it needs, and only looks for leases now and then."""
    program, before = ground.start("conduct"), 0.0
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        time.sleep(LOOK_S)
        used = program.cpu_s
        if used > LEAST_START_CPU_S and used - before < IDLE_CPU_S:
            return program
        before = used
    raise Failed(f"no conductor stands by after {STARTS_WITHIN_S:.0f} s")


def _stall(crowd: Crowd, happens: Callable[[], object], listeners: int = INTERNS) -> float:
    """The longest time without a choice that everybody heard, from just before it happens."""
    crowd.report()
    time.sleep(1.0)
    happens()
    time.sleep(WATCHED_S)
    told_, end = crowd.report(), time.monotonic()
    events = deliveries(told_.heard, time.time() - end)
    chosen = sorted(_heard_by_all(each) for each in events if _whole(each, listeners))
    # The last moment counts too: whoever never chooses again has not come back.
    return max((later - earlier for earlier, later in pairwise([*chosen, end])), default=WATCHED_S)


def _whole(event: Delivery, listeners: int) -> bool:
    return "PostChosen" in event.kinds and event.listeners == listeners


def _heard_by_all(event: Delivery) -> float:
    return event.first + event.first_to_last_ms / 1000


def _verified(ground: Ground, amphi: Amphi) -> bool:
    return bool(json.loads(ground.amphi("verify", amphi.offer, "--json"))["ok"])


def _said(sound: bool) -> str:
    return "amphi verify agrees" if sound else "AMPHI VERIFY DOES NOT AGREE"
