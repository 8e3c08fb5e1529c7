"""A bot in the operator's chair: starts sessions, pauses once, chooses for one absent, closes."""

import asyncio
from typing import Protocol

from amphi.bots.client import Client
from amphi.bots.scene import Json
from amphi.bots.stage import Stage

_RETRY_S = 0.5
PATIENCE_S = 15.0
_PAUSE = "Vérification d'un poste à la demande de l'établissement"
_CALL = "Choix par téléphone, identité vérifiée"


class Audience(Protocol):
    def arrived(self) -> set[str]:
        """Entries of those who are on their way or connected."""

    def nobody_expected(self) -> bool:
        """Everybody who comes has come, and has gone again."""


class Operator:
    """`audience` tells who is expected: before the start, and before the end."""

    def __init__(self, client: Client, stage: Stage, audience: Audience) -> None:
        self._client = client
        self._scene = client.scene
        self._stage = stage
        self._audience = audience
        self._quiet_since = asyncio.get_running_loop().time()
        self._starts_at_last = self._quiet_since + PATIENCE_S
        self._opens_at = self._quiet_since + stage.opens_in_s
        self._pauses_left = 0 if stage.hurried else 1
        self._calls_left = 0 if stage.hurried else 1

    async def play(self) -> None:
        """Until the amphi is closed. Raises Shut."""
        while self._scene.phase != "CLOSED" and not self._client.over:
            if self._stage.for_people:
                await self._only_start()
            else:
                await self._next_gesture(quiet=self._quiet())
            await self._client.wait(_RETRY_S)

    async def _next_gesture(self, *, quiet: bool) -> None:
        match self._scene.phase:
            case "OPEN" if not self._all_seated():
                return
            case "OPEN" | "BETWEEN_SESSIONS":
                await self._command("start", {})
            case "RUNNING" if self._pauses_left and self._half_way():
                self._pauses_left -= 1
                await self._pause()
            case "PAUSED":
                await self._command("resume", {"reason": "Reprise"})
            case "CATCH_UP" if quiet:
                await self._end()

    async def _only_start(self) -> None:
        """Beside people: pauses, calls and the end are theirs."""
        opens = asyncio.get_running_loop().time() >= self._opens_at
        if self._scene.phase == "BETWEEN_SESSIONS" or (self._scene.phase == "OPEN" and opens):
            await self._command("start", {})

    async def _pause(self) -> None:
        await self._command("notice", {"text": "Pause d'une minute au plus.", "to": "all"})
        await self._command("pause", {"reason": _PAUSE})
        await asyncio.sleep(min(2.0, self._stage.turn_seconds))
        await self._command("resume", {"reason": "Vérification faite"})

    async def _end(self) -> None:
        if self._calls_left:
            self._calls_left -= 1
            await self._choose_for_one()
        await self._command("close", {"reason": "Tous les rangs ont été appelés"})

    async def _choose_for_one(self) -> None:
        """An absent one telephones (DCI §10.3: "Sinon contactez l'ARS")."""
        entries = self._scene.view.get("entries") or {}
        absent = [part for part in self._stage.parts if entries.get(part.entry) == "missed"]
        filled = {n for n, post in self._scene.view.get("posts", {}).items() if post.get("filled")}
        free = [number for number in self._stage.free_for_all if number not in filled]
        if absent and free:
            args = {"entry": absent[0].entry, "post": free[0], "reason": _CALL}
            await self._command("choose_for", args)

    async def _command(self, name: str, args: Json) -> Json:
        return await self._client.ask({"type": "command", "name": name, "args": args})

    def _all_seated(self) -> bool:
        """Who announced to come is connected, or one has waited enough."""
        waited = asyncio.get_running_loop().time() > self._starts_at_last
        return waited or self._audience.arrived() <= self._scene.here

    def _half_way(self) -> bool:
        return len(self._scene.view.get("entries") or {}) * 2 >= len(self._stage.parts)

    def _quiet(self) -> bool:
        """Nobody chooses, nobody waits, nobody will come; or nothing has moved for long enough."""
        now = asyncio.get_running_loop().time()
        if self._scene.turn or self._scene.view.get("late"):
            self._quiet_since = now
            return False
        return self._audience.nobody_expected() or now > self._quiet_since + PATIENCE_S
