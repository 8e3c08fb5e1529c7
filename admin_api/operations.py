"""Every address of `/admin/api`, and what its OpenAPI document says (protocol.md §3)."""

from typing import Any

from admin_api import amphis, audits, journal, wall, wire
from admin_api.arguments import BODIES
from admin_api.commands import Commands
from admin_api.gestures import GESTURES
from admin_api.ranking_operations import ranking_operations
from admin_api.services import Services
from admin_api.signing_in import Credentials, Link, SigningIn
from amphi.http.answers import Page
from amphi.http.openapi import Operation
from amphi.http.posted import Accepted
from amphi.http.tickets import Ticket, TicketAsked

API = "/admin/api"
AMPHI = f"{API}/amphis/{{amphi}}"


def operations_of(services: Services) -> list[Operation]:
    """All of them; the name of a gesture comes before any other name."""
    return [
        *_door(services),
        *_reading(services),
        *_wall(services),
        *ranking_operations(services),
        *_commands(services),
    ]


def _door(services: Services) -> list[Operation]:
    door = SigningIn(services)
    return [
        Operation(
            *(f"{API}/sign-in", "POST", door.by_password, dict[str, str]),
            body=Credentials,
            errors=(400, 401, 403, 413, 415, 429),
        ),
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
    listed, audit, done = (
        amphis.Amphis(services),
        audits.Audits(services),
        journal.Journal(services),
    )
    return [
        Operation(
            *(f"{API}/amphis", "GET", listed.listed, Page[wire.Amphi]),
            query=amphis.Filters,
            errors=(400, 401, 403),
            signed_in=True,
        ),
        Operation(
            *(f"{AMPHI}/readiness", "GET", listed.readiness, wire.Readiness),
            errors=(401, 403, 404),
            signed_in=True,
        ),
        Operation(
            *(f"{API}/journal", "GET", done.listed, Page[wire.JournalLine]),
            query=journal.Filters,
            errors=(400, 401, 403, 404),
            signed_in=True,
        ),
        Operation(
            *(f"{API}/audit", "GET", audit.listed, Page[wire.Act]),
            query=audits.Filters,
            errors=(400, 401, 403),
            signed_in=True,
        ),
    ]


def _wall(services: Services) -> list[Operation]:
    seen = wall.Wall(services)
    lists: list[tuple[str, Any, Any, Any]] = [
        ("call-list", seen.call_list, Page[wire.Intern], wall.Paged),
        ("posts", seen.posts, Page[wire.PostSheet], wall.Paged),
        ("turns", seen.turns, Page[wire.Turn], wall.Last),
    ]
    return [
        Operation(
            *(f"{AMPHI}/{name}", "GET", handler, page),
            query=asked,
            errors=(400, 401, 403, 404),
            signed_in=True,
        )
        for name, handler, page, asked in lists
    ]


def _commands(services: Services) -> list[Operation]:
    commands = Commands(services)
    named = [(each.name, commands.named(each), BODIES[each.name]) for each in GESTURES]
    given: list[tuple[str, Any, Any]] = [*named, ("{name}", commands.unknown, dict[str, Any])]
    return [
        *(
            Operation(
                *(f"{AMPHI}/commands/{name}", "POST", handler, Accepted),
                body=body,
                errors=(400, 401, 403, 404, 409, 413, 415, 422),
                signed_in=True,
                later=True,
            )
            for name, handler, body in given
        ),
        Operation(
            *(f"{API}/commands/{{offer}}/{{id}}", "GET", commands.look, Accepted),
            errors=(401, 403, 404),
            signed_in=True,
        ),
    ]
