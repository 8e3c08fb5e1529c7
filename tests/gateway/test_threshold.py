"""Whoever comes, in order, a stretch at a time, with everybody else heard in between."""

import asyncio

import pytest

from amphi.gateway.threshold import STRETCH_S, Threshold


class Crowd:
    """Each takes `takes_s` of the clock to come in."""

    def __init__(self, takes_s: float) -> None:
        self.now, self.came = 0.0, list[int]()
        self._takes_s = takes_s
        self.threshold = Threshold(lambda: self.now)

    def comes(self, number: int) -> bool:
        return self.threshold.come(lambda: self._enters(number))

    def _enters(self, number: int) -> None:
        self.now += self._takes_s
        self.came.append(number)


async def test_one_alone_comes_in_at_once() -> None:
    crowd = Crowd(0.0001)
    assert crowd.comes(1)
    assert crowd.came == [1]


async def test_many_come_in_in_order_and_others_are_heard_between_the_stretches() -> None:
    crowd = Crowd(STRETCH_S / 4)
    at_once = [crowd.comes(number) for number in range(10)]
    assert at_once == [True] * 4 + [False] * 6
    seen = []
    while len(crowd.came) < 10:
        seen.append(len(crowd.came))
        await asyncio.sleep(0)
    assert seen == [4, 8]
    assert crowd.came == list(range(10))


async def test_whoever_comes_while_others_wait_comes_behind_them() -> None:
    crowd = Crowd(STRETCH_S)
    crowd.comes(1)
    crowd.comes(2)
    await asyncio.sleep(0)
    assert not crowd.comes(3)
    await asyncio.sleep(0)
    assert crowd.came == [1, 2, 3]
    for _ in range(2):
        await asyncio.sleep(0)
    assert crowd.comes(4)


async def test_who_fails_to_come_in_keeps_nobody_else_outside() -> None:
    crowd, errors = Crowd(STRETCH_S), []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: errors.append(told))

    def fails() -> None:
        crowd.now += STRETCH_S
        raise LookupError

    with pytest.raises(LookupError):
        crowd.threshold.come(fails)
    crowd.threshold.come(fails)
    assert not crowd.comes(1)
    for _ in range(4):
        await asyncio.sleep(0)
    assert crowd.came == [1]
    assert [type(told["exception"]) for told in errors] == [LookupError]
