"""Gestures outside a live amphi: one transaction each, an `Idempotency-Key` honoured (protocol.md §3)."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api.rights import the_operator
from admin_api.services import Services
from amphi.actions.ranking_access import Actor
from amphi.http import answers
from amphi.http.reading import body, command_id
from amphi.records.accepted_requests import (
    AcceptedRequest,
    accepted_request,
    remember_request,
)
from amphi.records.database import Connection
from amphi.rules.ids import PersonId
from amphi.rules.refusals import Refusal, Refused

Given = TypeVar("Given")
Act = Callable[[Connection, Actor, Given], Awaitable[Any]]
Bare = Callable[[Connection, Actor], Awaitable[Any]]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that asks for nothing more than its address does."""


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kept in the audit."""

    why: str = ""


class Done(msgspec.Struct, frozen=True):
    """What a gesture answered, new or remembered; `key`: its name, for what follows it elsewhere."""

    actor: Actor
    key: str
    status: int
    answer: Any


async def the_actor(services: Services, request: Request) -> Actor:
    """The operator signed in, as the actions know them. Raises Refused like `the_operator`."""
    agent = await the_operator(services, request)
    return Actor(agent.person, agent.territory)


def named(request: Request, part: str) -> str:
    """A part of the address that should be an id; what cannot be one is nobody's."""
    given = str(request.path_params[part])
    return given if _ID.fullmatch(given) else "-"


async def deed(
    services: Services, request: Request, kind: type[Given], act: Act[Given], status: int = 200
) -> Response:
    """Does it, and answers with what `act` returns."""
    done = await done_once(services, request, kind, act, status)
    return answers.json(done.answer, done.status)


async def done_once(
    services: Services, request: Request, kind: type[Given], act: Act[Given], status: int = 200
) -> Done:
    """With the body as `kind`. Raises Refused, Violated."""
    actor = await the_actor(services, request)
    given = await body(request, kind)

    async def with_body(connection: Connection, actor: Actor) -> Any:
        return await act(connection, actor, given)

    return await done_as(services, request, actor, with_body, status)


async def done_as(
    services: Services, request: Request, actor: Actor, act: Bare, status: int = 200
) -> Done:
    """The same key again is answered the same; with another body it is refused `id_reused`.

    Acceptances are remembered, refusals are judged again. Raises Refused, Violated.
    """
    key, digest = command_id(request), await _digest(request)
    async with services.database.transaction() as connection:
        person = PersonId(actor.who)
        known = await accepted_request(connection, person, key)
        if known is not None:
            return _again(actor, key, known, digest)
        answer = msgspec.to_builtins(await act(connection, actor))
        await remember_request(connection, person, key, AcceptedRequest(digest, status, answer))
    return Done(actor, key, status, answer)


def _again(actor: Actor, key: str, known: AcceptedRequest, digest: str) -> Done:
    if known.body != digest:
        raise Refused(Refusal("id_reused"))
    return Done(actor, key, known.status, known.answer)


async def _digest(request: Request) -> str:
    asked = f"?{request.url.query}" if request.url.query else ""
    head = f"{request.method} {request.url.path}{asked}\n".encode()
    return hashlib.sha256(head + await request.body()).hexdigest()
