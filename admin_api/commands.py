"""Gestures in a live amphi: the same as over the socket, in the same mailbox (live-rules.md §8)."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api.gesture import Gesture
from admin_api.rights import own_amphi, the_operator
from admin_api.services import Services
from amphi.actions.asking import ask
from amphi.actions.gestures import a_letter
from amphi.http import answers, posted
from amphi.http.reading import body, command_id
from amphi.records.territories import accepted_at
from amphi.rules.ids import OfferId
from amphi.rules.refusals import Refusal, Refused

PREFIX = "/admin/api"
Handler = Callable[[Request], Awaitable[Response]]


class Commands:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def named(self, gesture: Gesture) -> Handler:
        """The handler of one gesture, which the document describes."""

        async def handler(request: Request) -> Response:
            return await self._give(request, gesture.name)

        handler.__name__ = gesture.name
        handler.__doc__ = f"{gesture.label}.\n\n{gesture.does}"
        return handler

    async def unknown(self, request: Request) -> Response:
        """Any other name: refused `bad_command`, like over the socket."""
        return await self._give(request, request.path_params["name"][:64])

    async def _give(self, request: Request, name: str) -> Response:
        """The body is the command's `args`; `Idempotency-Key` its id.

        Name and arguments are judged by the conductor (`bad_command`), like those of a socket.
        The same key again is answered the same; with other arguments it is refused `id_reused`.
        """
        agent = await the_operator(self._services, request)
        args = await body(request, dict[str, Any])
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, request.path_params["amphi"])
        letter = a_letter(amphi.id, name, agent.person, args=args)
        named = msgspec.structs.replace(letter, id=command_id(request))
        return posted.answer(await ask(self._services.asks, amphi.offer, named), PREFIX)

    async def look(self, request: Request) -> Response:
        """Where one's own command that was not answered in time was accepted.

        A refusal is not kept: send the command again, with the same key.
        """
        agent = await the_operator(self._services, request)
        offer, command = OfferId(request.path_params["offer"]), request.path_params["id"]
        async with self._services.database.connection() as connection:
            seq = await accepted_at(connection, offer, agent.person, command)
        if seq is None:
            raise Refused(Refusal("not_accepted_yet"))
        return answers.json(posted.Accepted(seq))
