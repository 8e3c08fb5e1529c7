"""Days on which what the usual one brings together once in ten thousand runs happens all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.stage import Conducting, Stage

GASPS = 6


def out_of_breath(stage: Stage) -> None:
    """PostgreSQL goes away, and before its loss is understood the conductor stands still until it is back."""
    for _ in range(GASPS):
        stage.loop.call_later(0.8 + stage.random.random() * 7, _gasp, stage)


def _gasp(stage: Stage) -> None:
    if stage.quiet:
        return
    random, away = stage.random, 1.0 + stage.random.random()
    stage.trace("fault gasp")
    stage.postgres.outages.begin(stage.now(), away)
    wait = random.random() * 0.3
    stage.loop.call_later(wait, _stand_still, stage, away - wait + random.random() * 0.2)


def _stand_still(stage: Stage, seconds: float) -> None:
    for conducting in _at_work(stage):
        conducting.process.stall(seconds)


def a_restart_that_nobody_saw(stage: Stage) -> None:
    """Redis comes back without its end while the conductor stands still and the gateways are cut off."""
    random = stage.random
    since = 0.2 + random.random() * 0.8
    stage.loop.call_later(since, _cut_off_the_gateways, stage)
    stage.loop.call_later(since + 0.4 + random.random() * 0.6, _stand_still, stage, 1.0)
    stage.loop.call_later(since + 1.2, _restart, stage)


def _cut_off_the_gateways(stage: Stage) -> None:
    stage.trace("fault gateways cut off")
    for gateway in stage.gateways:
        gateway.cut.begin(stage.now(), 2.5)
    stage.store.wake_all()


def _restart(stage: Stage) -> None:
    stage.trace("fault restart unseen")
    stage.store.restart(0.1, 8, 0)


def _at_work(stage: Stage) -> list[Conducting]:
    alive = [each for each in stage.conducting.values() if each.process.alive]
    return [each for each in alive if each.supervisor.conducted]
