"""`amphi operator add|recover …`: the first agents of an installation, and one who lost everything."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from amphi.actions.agents import NewAgent, appoint, help_back
from amphi.actions.sign_in_links import sign_in_link
from amphi.cli.at_hand import DATA, Addresses, given, servers_at_hand
from amphi.cli.logs import only_errors
from amphi.http.sign_ins import SignIns
from amphi.live_store.connection import Store
from amphi.live_store.sign_in_links import SignInLinks
from amphi.live_store.sign_ins import SignIns as Remembered
from amphi.records.accounts import account_of
from amphi.records.audit import COMMAND_LINE
from amphi.records.database import Connection, Database
from amphi.rules.ids import PersonId
from amphi.rules.refusals import Refusal, Refused

EMAIL = click.option("--email", required=True, help="Son adresse de courriel.")
CONSOLE = click.option(
    "--console", metavar="ORIGINE", help="Origine de la console (AMPHI_ADMIN_ORIGIN)."
)
Gesture = Callable[[Connection], Awaitable[PersonId]]


@click.group(help="Les agents de l'ARS : le premier compte, un accès perdu.")
def operator() -> None:
    """Further agents are added by their colleagues, on the console."""


@operator.command(help="Ajoute un agent et donne le lien, à usage unique, de sa première entrée.")
@click.option("--name", required=True, help="Nom affiché à ses collègues.")
@EMAIL
@click.option(
    "--territory", required=True, help="ARS dont il voit les amphithéâtres, comme dans la campagne."
)
@CONSOLE
@DATA
def add(name: str, email: str, territory: str, console: str | None, data: Path) -> None:
    """There he chooses a password and enrols his phone."""
    new = NewAgent(name, email, territory)
    _link(lambda connection: appoint(connection, COMMAND_LINE, new), console, data)


@operator.command(
    help="Oublie son mot de passe et son téléphone, et donne un nouveau lien d'entrée."
)
@EMAIL
@click.option("--reason", required=True, help="Motif, gardé au journal.")
@CONSOLE
@DATA
def recover(email: str, reason: str, console: str | None, data: Path) -> None:
    """When no colleague is there to do it on the console."""
    _link(lambda connection: _helped(connection, email, reason), console, data, ending=True)


async def _helped(connection: Connection, email: str, reason: str) -> PersonId:
    account = await account_of(connection, email)
    if account is None:
        raise Refused(Refusal("unknown_operator"))
    await help_back(connection, COMMAND_LINE, account.person, reason)
    return account.person


def _link(gesture: Gesture, console: str | None, data: Path, *, ending: bool = False) -> None:
    only_errors()
    origin = (console or given("AMPHI_ADMIN_ORIGIN")).rstrip("/")
    if not origin:
        raise click.UsageError("Il faut --console, ou AMPHI_ADMIN_ORIGIN dans l'environnement.")
    with servers_at_hand(data) as addresses:
        click.echo(asyncio.run(issue(addresses, gesture, origin, ending=ending)))


async def issue(
    addresses: Addresses, gesture: Gesture, console: str, *, ending: bool = False
) -> str:
    """The address to open. `ending`: whatever sign-ins there were. Raises Refused."""
    database = Database(addresses.database_url)
    try:
        async with Store.at(addresses.redis_url) as store:
            async with database.transaction() as connection:
                person = await gesture(connection)
            if ending:
                await SignIns(database, Remembered(store)).end_all(person)
            async with database.transaction() as connection:
                return await sign_in_link(connection, SignInLinks(store), person, console)
    finally:
        await database.close()
