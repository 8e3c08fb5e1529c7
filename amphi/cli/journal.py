"""`amphi journal OFFER`: the lines of an offer's journal as they are kept, for checks of others."""

import asyncio
from pathlib import Path

import click

from amphi.cli.at_hand import DATA, servers_at_hand
from amphi.cli.logs import only_errors
from amphi.records import evidence as stored
from amphi.records.database import Database
from amphi.rules.refusals import Refusal, Refused


@click.command(
    help="Donne le journal d'une offre, une ligne JSON par événement, telle que conservée."
)
@click.argument("offer")
@DATA
def journal(offer: str, data: Path) -> None:
    """Ids and facts, never a name or an address (live-rules.md §12)."""
    only_errors()
    with servers_at_hand(data) as addresses:
        for text in asyncio.run(texts(addresses.database_url, offer)):
            click.echo(text)


async def texts(url: str, offer: str) -> list[str]:
    """The canonical texts, in order. Raises Refused: `unknown_offer`."""
    database = Database(url)
    try:
        async with database.connection() as connection:
            if await stored.campaign_of(connection, offer) is None:
                raise Refused(Refusal("unknown_offer", {"offer": offer}))
            found: list[str] = []
            while page := await stored.lines(connection, offer, after=len(found)):
                found += [str(row["text"]) for row in page]
            return found
    finally:
        await database.close()
