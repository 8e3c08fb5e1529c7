"""`amphi ticket AMPHI …`: a single-use WebSocket ticket, recorded in the audit (protocol.md §5)."""

import asyncio
import json
from contextlib import nullcontext
from pathlib import Path

import click

from amphi.actions.tickets import (
    Bearer,
    Called,
    for_everybody,
    for_intern,
    for_operator,
    for_proxy,
)
from amphi.cli.at_hand import DATA, Addresses, servers_at_hand
from amphi.cli.casting import TICKET_SECONDS
from amphi.cli.logs import only_errors
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.records.database import Database
from amphi.rules.ids import EntryId
from amphi.wiring import conducting


@click.command(help="Donne un billet d'entrée par WebSocket, pour une fois, valable dix minutes.")
@click.argument("amphi")
@click.option("--intern", metavar="ID", help="Pour cet interne.")
@click.option("--proxy-of", metavar="ID", help="Pour le mandataire de cet interne.")
@click.option("--operator", is_flag=True, help="Pour un agent de l'ARS.")
@click.option(
    "--everybody",
    is_flag=True,
    help="Pour toute la liste d'appel et un agent, une ligne JSON chacun.",
)
@DATA
def ticket(
    amphi: str,
    intern: str | None,
    proxy_of: str | None,
    operator: bool,
    everybody: bool,
    data: Path,
) -> None:
    """AMPHI: an id, or a code when there is one such."""
    if [intern is not None, proxy_of is not None, operator, everybody].count(True) != 1:
        raise click.UsageError(
            "Il faut une, et une seule, des options --intern, --proxy-of, --operator, --everybody."
        )
    only_errors()
    with servers_at_hand(data) as addresses:
        if everybody:
            for line in asyncio.run(issue_to_everybody(addresses, amphi)):
                click.echo(json.dumps(line))
            return
        click.echo(asyncio.run(issue(addresses, amphi, intern, proxy_of)))


async def issue(addresses: Addresses, amphi: str, intern: str | None, proxy_of: str | None) -> str:
    """Raises Refused."""
    database = Database(addresses.database_url)
    try:
        async with Store.at(addresses.redis_url) as store:
            feed = Feed(store, Inbox(store))
            async with conducting(addresses.settings) if proxy_of else nullcontext():
                bearer = await _bearer(database, feed, amphi, intern, proxy_of)
            who = TicketFor(bearer.person, bearer.role, bearer.amphi)
            return await Tickets(store).issue(who, TICKET_SECONDS)
    finally:
        await database.close()


async def issue_to_everybody(addresses: Addresses, amphi: str) -> list[dict[str, object]]:
    """`{"entry","rank","ticket"}` for each of the call list, then the operator's, of rank 0.

    Raises Refused.
    """
    database = Database(addresses.database_url)
    try:
        called = await for_everybody(database, amphi)
        called.append(Called(EntryId(""), 0, await for_operator(database, amphi)))
        async with Store.at(addresses.redis_url) as store:
            tickets = Tickets(store)
            return [await _line(tickets, each) for each in called]
    finally:
        await database.close()


async def _line(tickets: Tickets, called: Called) -> dict[str, object]:
    bearer = called.bearer
    who = TicketFor(bearer.person, bearer.role, bearer.amphi)
    ticket = await tickets.issue(who, TICKET_SECONDS)
    return {"entry": called.entry, "rank": called.rank, "ticket": ticket}


async def _bearer(
    database: Database, feed: Feed, amphi: str, intern: str | None, proxy_of: str | None
) -> Bearer:
    if intern is not None:
        return await for_intern(database, amphi, intern)
    if proxy_of is not None:
        return await for_proxy(database, feed, amphi, proxy_of)
    return await for_operator(database, amphi)
