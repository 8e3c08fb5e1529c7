"""The site as a Starlette application: every address of protocol.md §2 that exists, in one table."""

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amphi.http import answers
from amphi.http.answers import Page
from amphi.http.application import Shell, application
from amphi.http.openapi import Operation, document, routes_of
from amphi.http.posted import Accepted
from amphi.http.tickets import Ticket, TicketAsked
from amphi.site import amphis, assignments, wire
from amphi.site.me import Me
from amphi.site.pages.routes import page_routes
from amphi.site.proxies import Acceptance, GrantAsked, Proxies, WhichAmphi
from amphi.site.proxy_page import ProxyPage
from amphi.site.services import Services
from amphi.site.signing_in import Credentials, SignedIn, SigningIn

TITLE = "Amphi : le site des internes, des mandataires et du public"


def site(services: Services, shell: Shell, more: Sequence[BaseRoute] = ()) -> Starlette:
    """`more`: routes of others in the same process, the gateway's WebSocket."""
    operations = operations_of(services)
    described = document(TITLE, operations, services.visitors.cookie.name)
    documents = [
        _fixed("/api/openapi.json", described),
        _fixed("/asyncapi.json", services.asyncapi),
    ]
    page = ProxyPage(Proxies(services))
    pages = [
        *page_routes(services),
        Route("/proxy/accept", page.landing),
        Route("/proxy/accept", page.accept, methods=["POST"]),
    ]
    return application([*documents, *pages, *routes_of(operations), *more], shell)


def _fixed(path: str, content: dict[str, Any]) -> Route:
    """A document that lasts as long as the process."""

    async def fixed(_: Request) -> Response:
        return answers.json(content, headers={"Cache-Control": "public, no-cache"})

    return Route(path, fixed)


def operations_of(services: Services) -> list[Operation]:
    """What the site answers, and what its OpenAPI document says."""
    return [*_public(services), *_signing_in(services), *_personal(services)]


def _public(services: Services) -> list[Operation]:
    listed, made = amphis.Amphis(services), assignments.Assignments(services)
    amphi = "/api/amphis/{amphi}"
    return [
        Operation(
            *("/api/amphis", "GET", listed.listed, Page[wire.Amphi]),
            query=amphis.Filters,
            errors=(400,),
        ),
        Operation(amphi, "GET", listed.one, wire.AmphiInFull, errors=(404,)),
        Operation(f"{amphi}/posts", "GET", listed.posts, Page[wire.Post], errors=(404, 409)),
        Operation(
            f"{amphi}/call-list", "GET", listed.call_list, Page[wire.Line], errors=(404, 409)
        ),
        Operation(
            *("/api/assignments", "GET", made.listed, Page[wire.Assignment]),
            query=assignments.Filters,
            errors=(400,),
        ),
    ]


def _signing_in(services: Services) -> list[Operation]:
    door, proxies = SigningIn(services), Proxies(services)
    return [
        Operation(
            *("/api/sign-in", "POST", door.sign_in, SignedIn),
            body=Credentials,
            errors=(400, 401, 403, 413, 415, 429),
        ),
        Operation("/api/sign-out", "POST", door.sign_out, status=204, errors=(403,)),
        Operation(
            *("/api/proxy/accept", "POST", proxies.accept, Accepted),
            body=Acceptance,
            errors=(400, 403, 404, 409, 413, 415, 422),
            later=True,
        ),
    ]


def _personal(services: Services) -> list[Operation]:
    me, proxies = Me(services), Proxies(services)
    gesture = (400, 401, 403, 404, 409, 422)
    return [
        Operation("/api/me", "GET", me.read, wire.Me, errors=(401,), signed_in=True),
        Operation(
            *("/api/tickets", "POST", me.ticket, Ticket),
            body=TicketAsked,
            errors=(400, 401, 403, 404, 413, 415),
            signed_in=True,
        ),
        Operation(
            *("/api/me/proxy", "POST", proxies.grant, Accepted),
            body=GrantAsked,
            errors=(*gesture, 413, 415),
            signed_in=True,
            later=True,
        ),
        Operation(
            *("/api/me/proxy", "DELETE", proxies.cancel, Accepted),
            query=WhichAmphi,
            errors=gesture,
            signed_in=True,
            later=True,
        ),
        Operation(
            *("/api/commands/{offer}/{id}", "GET", proxies.command, Accepted),
            errors=(401, 404),
            signed_in=True,
        ),
    ]
