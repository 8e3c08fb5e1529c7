"""From confirming to the durable acknowledgement; from an event to its last listener."""

import time
from pathlib import Path

from loadtests.campaign import Morning
from loadtests.ground import Ground, Program, a_ground
from loadtests.results.figures import Figure, told
from loadtests.results.tap import Tap
from loadtests.swarm.crowd import Crowd
from loadtests.swarm.listener import Seat, seats
from loadtests.swarm.tally import Tally, quantile, spread

OFFERS, INTERNS_OF_EACH, SOCKETS = 20, 250, 5_000
LONG_TURN_S = 900
FIRST = 50
IDLE_S = 3.0


def many_offers(folder: Path) -> list[Figure]:
    """ "20 offers × 250 sockets, one choice a second each": in step, as if twenty ARS had pressed
    *start* together, then each after half a second to one and a half, as people do.
    """
    with a_ground(folder) as ground, Crowd(_served(ground)) as crowd:
        everybody = []
        for number in range(OFFERS):
            morning = Morning(f"O{number}", INTERNS_OF_EACH, LONG_TURN_S)
            amphi = ground.load(morning, "--start")
            everybody += seats(amphi.id, ground.tickets(amphi))
        came = crowd.come(everybody)
        time.sleep(IDLE_S)
        crowd.think(1.0)
        in_step, _ = crowd.heard(30.0)
        crowd.think(1.0, give_or_take_s=0.5)
        each_by_itself, _ = crowd.heard(30.0)
    here = came.greetings["welcome"]
    what = "confirm → durable acknowledgement, 20 offers × 250 sockets, one choice a second each"
    return [
        _acknowledged(f"{what}, each in its own time", each_by_itself, here),
        _acknowledged(f"{what}, all begun at the same instant", in_step, here),
    ]


def _acknowledged(what: str, heard: Tally, here: int) -> Figure:
    found = heard.acknowledged_ms
    whole = here == OFFERS * INTERNS_OF_EACH
    return Figure(
        what,
        "p50 ≤ 5 ms, p99 ≤ 50 ms",
        told(found),
        quantile(found, 0.5) <= 5 and quantile(found, 0.99) <= 50 and whole,
        {"acknowledged_ms": spread(found), "sockets": here},
    )


def one_offer(folder: Path) -> list[Figure]:
    """5 000 on one offer: memory, acknowledgement, fan-out, and the cut of all links."""
    with a_ground(folder) as ground, Tap(ground.environment["DATABASE_URL"]).running() as tap:
        ground.start("conduct")
        gateway = ground.serve(DATABASE_URL=tap.url)
        amphi = ground.load(Morning("UN", 960, LONG_TURN_S), "--start")
        chairs = seats(amphi.id, ground.tickets(amphi), SOCKETS)
        with Crowd(ground.site) as crowd:
            memory = _memory(crowd, gateway, chairs)
            choosing = _choosing(crowd, gateway)
            return [memory, *choosing, _cut(crowd, tap)]


def _memory(crowd: Crowd, gateway: Program, chairs: list[Seat]) -> Figure:
    """The first fifty bring what every room needs once."""
    crowd.come(chairs[:FIRST])
    time.sleep(IDLE_S)
    before = gateway.rss_bytes
    crowd.come(chairs[FIRST:])
    time.sleep(IDLE_S)
    kib = (gateway.rss_bytes - before) / (len(chairs) - FIRST) / 1024
    return Figure(
        "memory of the gateway per idle socket, 5 000 of them",
        "≤ 12 KiB",
        f"{kib:.1f} KiB",
        kib <= 12,
        {"kib": round(kib, 2)},
    )


def _choosing(crowd: Crowd, gateway: Program) -> list[Figure]:
    """Four choices a second: four times what is asked."""
    cpu = gateway.cpu_s
    crowd.think(0.25)
    heard, events = crowd.heard(25.0)
    crowd.think(None)
    cpu = gateway.cpu_s - cpu
    whole = [each for each in events if each.listeners == SOCKETS]
    last = [each.decided_to_last_ms for each in whole]
    fan_out = [each.first_to_last_ms for each in whole]
    each_us = cpu / max(1, sum(each.listeners for each in events)) * 1e6
    acknowledged = heard.acknowledged_ms
    return [
        Figure(
            "the same, all 5 000 on one offer",
            "p99 ≤ 100 ms",
            told(acknowledged),
            quantile(acknowledged, 0.99) <= 100,
            {"acknowledged_ms": spread(acknowledged)},
        ),
        Figure(
            "event → last of 5 000 listeners, one gateway process",
            "≤ 60 ms at p99",
            f"first to last: {told(fan_out)}; decided (before the commit) to last: {told(last)}; "
            f"{each_us:.1f} µs of the gateway's processor per message",
            quantile(fan_out, 0.99) <= 60 and not heard.gaps,
            {
                "first_to_last_ms": spread(fan_out),
                "decided_to_last_ms": spread(last),
                "gateway_us_per_message": round(each_us, 2),
                "gaps": heard.gaps,
            },
        ),
    ]


def _cut(crowd: Crowd, tap: Tap) -> Figure:
    """Everybody comes back within two seconds, as pages do."""
    time.sleep(IDLE_S)
    asked, began = tap.asked, time.monotonic()
    back = crowd.cut()
    seconds, asked = time.monotonic() - began, tap.asked - asked
    resumed, here = back.greetings["resumed"], crowd.here
    return Figure(
        "mass cut: 5 000 sockets back with resume",
        "≤ 8 s, no gap, no PostgreSQL query per socket",
        f"{seconds:.1f} s, {here} back, {resumed} resumed, {back.gaps} gaps, "
        f"{asked} bytes asked of PostgreSQL in all",
        seconds <= 8 and here == SOCKETS <= resumed and not back.gaps and asked < SOCKETS,
        {
            "seconds": round(seconds, 2),
            "resumed": resumed,  # more than there are: some lost the link a second time
            "here": here,
            "gaps": back.gaps,
            "bytes": asked,
            "closed": dict(back.closed),
        },
    )


def _served(ground: Ground) -> str:
    """The site's address, once a conductor and a gateway are there."""
    ground.start("conduct")
    ground.serve()
    return ground.site
