"""The operators' program: every address of protocol.md §3 that exists, in one table."""

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin_api import amphis, audits, wire
from admin_api.commands import Commands
from admin_api.services import Services
from admin_api.signing_in import Link, SigningIn
from amphi.http import answers
from amphi.http.answers import Page
from amphi.http.application import Shell, application
from amphi.http.openapi import Operation, document, routes_of
from amphi.http.posted import Accepted
from amphi.http.tickets import Ticket, TicketAsked

TITLE = "Amphi : l'interface des agents de l'ARS"
API = "/admin/api"


def admin(services: Services, shell: Shell) -> Starlette:
    """The application of `amphi admin`."""
    operations = operations_of(services)
    described = document(TITLE, operations, services.visitors.cookie.name)
    door = SigningIn(services)

    async def openapi(_: Request) -> Response:
        return answers.json(described, headers={"Cache-Control": "public, no-cache"})

    pages = [
        Route("/admin/sign-in", door.landing),
        Route("/admin/sign-in", door.by_form, methods=["POST"]),
        Route(f"{API}/openapi.json", openapi),
    ]
    return application([*pages, *routes_of(operations)], shell)


def operations_of(services: Services) -> list[Operation]:
    """What it answers, and what its OpenAPI document says."""
    return [*_door(services), *_reading(services), *_commands(services)]


def _door(services: Services) -> list[Operation]:
    door = SigningIn(services)
    return [
        Operation(
            *(f"{API}/sign-in/link", "POST", door.by_link, dict[str, str]),
            body=Link,
            errors=(400, 403, 404, 413, 415),
        ),
        Operation(f"{API}/sign-out", "POST", door.sign_out, status=204, errors=(403,)),
        Operation(f"{API}/me", "GET", door.me, wire.Me, errors=(401, 403), signed_in=True),
        Operation(
            *(f"{API}/tickets", "POST", door.ticket, Ticket),
            body=TicketAsked,
            errors=(400, 401, 403, 404, 413, 415),
            signed_in=True,
        ),
    ]


def _reading(services: Services) -> list[Operation]:
    listed, audit = amphis.Amphis(services), audits.Audits(services)
    return [
        Operation(
            *(f"{API}/amphis", "GET", listed.listed, Page[wire.Amphi]),
            query=amphis.Filters,
            errors=(400, 401, 403),
            signed_in=True,
        ),
        Operation(
            *(f"{API}/amphis/{{amphi}}/readiness", "GET", listed.readiness, wire.Readiness),
            errors=(401, 403, 404),
            signed_in=True,
        ),
        Operation(
            *(f"{API}/audit", "GET", audit.listed, Page[wire.Act]),
            query=audits.Filters,
            errors=(400, 401, 403),
            signed_in=True,
        ),
    ]


def _commands(services: Services) -> list[Operation]:
    commands = Commands(services)
    return [
        Operation(
            *(f"{API}/amphis/{{amphi}}/commands/{{name}}", "POST", commands.give, Accepted),
            body=dict[str, Any],
            errors=(400, 401, 403, 404, 409, 413, 415, 422),
            signed_in=True,
            later=True,
        ),
        Operation(
            *(f"{API}/commands/{{offer}}/{{id}}", "GET", commands.look, Accepted),
            errors=(401, 403, 404),
            signed_in=True,
        ),
    ]
