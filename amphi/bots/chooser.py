"""A bot that chooses a post: as the intern, or as the holder of the intern's proxy."""

import asyncio
import random

from amphi.bots.client import Client
from amphi.bots.plans import Plan, preferred

_WAIT_FOR_NEWS_S = 5.0
LONGEST_THOUGHT_S = 6.0
TOO_LATE_S = 1.5  # beyond any network tolerance


class Chooser:
    """Plays one entry until it is served or the amphi is closed."""

    def __init__(self, client: Client, plan: Plan, turn_seconds: float) -> None:
        self._client = client
        self._scene = client.scene
        self._plan = plan
        self._turn_seconds = turn_seconds
        self._chance = random.Random(plan.taste)
        self._mishaps = 1 if plan.manner in ("slow", "flaky") else 0

    async def play(self) -> None:
        """Until the end. Raises Shut."""
        while not self._at_the_end:
            if self._scene.my_turn:
                await self._take_turn(self._scene.my_turn)
            elif self._may_come_back:
                await self._come_back()
            else:
                await self._client.wait(_WAIT_FOR_NEWS_S)

    @property
    def _at_the_end(self) -> bool:
        return self._scene.served or self._scene.phase == "CLOSED" or self._client.over

    @property
    def _may_come_back(self) -> bool:
        return self._scene.my_standing == "missed" and bool(self._scene.you.get("returns_left"))

    async def _come_back(self) -> None:
        """Who was absent is placed without a word; who was too slow says "Je suis prêt"."""
        await self._client.wait(1.0)
        if self._may_come_back:
            await self._client.ask({"type": "ready"})

    async def _take_turn(self, turn: str) -> None:
        await self._hesitate()
        while self._scene.my_turn == turn and not self._at_the_end:
            post = preferred(self._scene.open_posts() or [""], self._plan.taste)
            if not post:
                await self._client.wait(_WAIT_FOR_NEWS_S)
                continue
            answer = await self._client.ask({"type": "choose", "turn": turn, "post": post})
            if answer["type"] == "accepted" or answer["code"] == "already_served":
                return
            await self._client.wait(1.0)

    async def _hesitate(self) -> None:
        low, high = self._plan.thinks
        thinks = min(self._chance.uniform(low, high) * self._turn_seconds, LONGEST_THOUGHT_S)
        if self._mishaps and self._plan.manner == "slow":
            thinks = 1.2 * self._turn_seconds + TOO_LATE_S
        if self._mishaps and self._plan.manner == "flaky":
            await self._client.drop(0.2 * self._turn_seconds)
        self._mishaps = 0
        await asyncio.sleep(thinks)
