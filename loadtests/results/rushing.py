"""The opening rush: thousands come while others choose."""

import time
from pathlib import Path

from loadtests.campaign import Morning
from loadtests.ground import a_ground
from loadtests.playing import half_play
from loadtests.results.figures import Figure, told
from loadtests.swarm.crowd import Crowd
from loadtests.swarm.listener import Seat
from loadtests.swarm.tally import quantile, spread

INTERNS, SOCKETS = 960, 5_000
LONG_TURN_S = 900


def rush(folder: Path) -> list[Figure]:
    """ "5 000 sockets with the welcome of a half-played amphi of 960 in ≤ 5 s" """
    with a_ground(folder) as ground:
        ground.start("conduct")
        ground.serve()
        amphi = ground.load(Morning("RUÉE", INTERNS, LONG_TURN_S), "--publish")
        with Crowd(ground.site) as choosers, Crowd(ground.site) as newcomers:
            half_play(choosers, ground, amphi, INTERNS // 2)
            choosers.think(0.1)
            quiet, _ = choosers.heard(12.0)
            began = time.monotonic()
            came = newcomers.come([Seat(amphi.id)] * SOCKETS)
            seconds = time.monotonic() - began
            busy = choosers.report().acknowledged_ms
    welcomed = came.greetings["welcome"]
    calm = quantile(quiet.acknowledged_ms, 0.99)
    worst = quantile(busy, 0.99)
    return [
        Figure(
            "opening rush: 5 000 sockets with the welcome of a half-played amphi of 960",
            "≤ 5 s; the choosers' p99 not worse than twice its quiet value",
            f"{seconds:.1f} s for {welcomed}; choosers quiet: {told(quiet.acknowledged_ms)}; "
            f"in the rush: {told(busy)}",
            seconds <= 5 and welcomed == SOCKETS and worst <= 2 * calm,
            {
                "seconds": round(seconds, 2),
                "welcomed": welcomed,
                "quiet_ms": spread(quiet.acknowledged_ms),
                "rush_ms": spread(busy),
                "greeted_ms": spread(came.greeted_ms),
            },
        )
    ]
