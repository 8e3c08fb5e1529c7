"""The course of a demonstration: load what is missing, start the programs, play, count, verify."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TextIO

import msgspec

from amphi.actions.load import load
from amphi.actions.tickets import the_operator
from amphi.bots.crowd import Crowd
from amphi.cli import COMMANDS, exists
from amphi.cli.at_hand import Addresses
from amphi.cli.board import Board, Row
from amphi.cli.casting import Production, Scenery, production, ticket_office
from amphi.cli.children import Children, Program, listening
from amphi.cli.opening import publish
from amphi.cli.outcome import Outcome, all_closed, counted, verified
from amphi.cli.refusals import turned_away
from amphi.cli.welcome import Place, seats, sign_ins, welcome
from amphi.demonstration.campaign import Wanted as WantedCampaign
from amphi.demonstration.campaign import documents, left_to_rank
from amphi.demonstration.mail_catcher import MailCatcher
from amphi.demonstration.rankings import found, unranked
from amphi.embedded import claimed_port
from amphi.live_store.tickets import Tickets
from amphi.records.database import Database, Limits
from amphi.records.reads import AmphiRow, list_amphis
from amphi.rules.campaign_file import CampaignFile
from amphi.rules.campaign_reading import read_campaign_file
from amphi.rules.choosing.state import Phase
from amphi.wiring import Stores, stores

LOOK_S = 1.0
# A whole campaign is one transaction, ranked on the way.
LOADING = Limits(statement_ms=60_000, idle_in_transaction_ms=60_000, work_ms=150_000)
OPENS_IN_S = 60.0
SEATS = "Ces personnes sont à vous, leurs collègues choisissent d'eux-mêmes."
OPENS_SOON = f"Les sessions commencent dans {OPENS_IN_S:.0f} secondes."


class Wanted(NamedTuple):
    """The options of `amphi demo`; `out` is where people read."""

    file: CampaignFile | None
    data: Path
    port: int
    interns: int
    turn_seconds: int
    bots: bool
    exit_when_closed: bool
    out: TextIO

    @property
    def for_people(self) -> bool:
        """Some seats are left free: colleagues and the start of sessions are the bots'."""
        return not self.bots and self.file is None

    def say(self, line: str) -> None:
        self.out.write(f"{line}\n")
        self.out.flush()


async def run(addresses: Addresses, wanted: Wanted) -> Outcome:
    """Until everything is closed, or for ever. Raises Refused, ProgramFails."""
    async with AsyncExitStack() as opened:
        held = await opened.enter_async_context(stores(addresses.settings))
        await put_in_place(held, wanted)
        place = _place(wanted)
        await opened.enter_async_context(programs(addresses, wanted, place))
        await _publish(held)
        productions = await _productions(held, wanted)
        for line in await welcome(held, productions, place):
            wanted.say(line)
        if wanted.for_people:
            productions = await _with_seats_for_people(held, productions, place)
            wanted.say(SEATS)
            if any(
                made.row.phase in {Phase.PLANNED, Phase.VALIDATED, Phase.OPEN}
                for made in productions
            ):
                wanted.say(OPENS_SOON)
            for line in await _left_to_rank(held, place):
                wanted.say(line)
        return await play(held, addresses, productions, wanted)


def _place(wanted: Wanted) -> Place:
    console = claimed_port(wanted.port + 1, explicit=False)
    site, console_site = (f"http://127.0.0.1:{port}" for port in (wanted.port, console))
    return Place(site, console_site, wanted.data)


# --- the campaign -----------------------------------------------------------


async def put_in_place(held: Stores, wanted: Wanted) -> None:
    """ "a second start on the same --data goes on with what is there" (protocol.md §4)"""
    async with held.database.transaction() as connection:
        known = await list_amphis(connection)
    if known:
        wanted.say("La campagne déjà présente dans ces données continue.")
        return
    database = Database(held.settings.database_url, LOADING)
    try:
        async with database.transaction() as connection:
            if wanted.file is not None:
                await load(connection, wanted.file)
            for file in _files(wanted) if wanted.file is None else ():
                await found(connection, file)
    finally:
        await database.close()


def _files(wanted: Wanted) -> list[CampaignFile]:
    """Those whose call lists are ranked already, and one whose interns an operator ranks."""
    now = datetime.now().astimezone().replace(second=0, microsecond=0)
    tomorrow = now.replace(hour=0, minute=0) + timedelta(days=1)
    campaign = WantedCampaign(wanted.interns, tomorrow, turn_seconds=wanted.turn_seconds)
    played = campaign._replace(first_morning=now + timedelta(minutes=2), at_once=True)
    made = [*documents(played), left_to_rank(campaign)]
    readings = [read_campaign_file(msgspec.json.encode(each), 0) for each in made]
    *ranked, last = [each.file for each in readings if each.file is not None]
    return [*ranked, unranked(last)]


async def _called(held: Stores) -> list[AmphiRow]:
    """Amphis with a call list: the others wait for an operator to rank their interns."""
    async with held.database.transaction() as connection:
        return [row for row in await list_amphis(connection) if row.interns]


async def _left_to_rank(held: Stores, place: Place) -> list[str]:
    """What an operator may do from the first import to the frozen list."""
    async with held.database.transaction() as connection:
        left = [row for row in await list_amphis(connection) if not row.interns]
    return [
        f"{row.code}, {row.group} : les internes attendent leur classement : "
        f"{place.console}/admin/ranking"
        for row in left
    ]


async def _publish(held: Stores) -> None:
    rows = await _called(held)
    async with held.database.transaction() as connection:
        operator = await the_operator(connection)
    await publish(held.feed, rows, operator)


# --- the programs -----------------------------------------------------------


@asynccontextmanager
async def programs(addresses: Addresses, wanted: Wanted, place: Place) -> AsyncIterator[None]:
    """Everything runs for as long as the block; what dies is started again."""
    catcher = MailCatcher(wanted.data / "mails")
    async with catcher.listening() as smtp_port:
        environment = addresses.environment | _environment(place, smtp_port)
        children = Children(environment, wanted.data / "logs", wanted.say)
        for program in _programs(place):
            children.start(program)
        async with children.kept():
            await listening(wanted.port)
            try:
                yield
            finally:
                wanted.say("Arrêt des programmes…")


def _programs(place: Place) -> list[Program]:
    """Stopped in the opposite order: sockets first, conductors last."""
    wanted = [
        Program("conduct"),
        Program("work"),
        Program("admin", ("--port", place.console.rpartition(":")[2])),
        Program("serve", ("--port", place.site.rpartition(":")[2])),
    ]
    return [program for program in wanted if exists(COMMANDS[program.name][0])]


def _environment(place: Place, smtp_port: int) -> dict[str, str]:
    return {
        "AMPHI_SITE_ORIGIN": place.site,
        "AMPHI_ADMIN_ORIGIN": place.console,
        "AMPHI_SECRET_KEY": _secret_key(place.data / "secret-key"),
        "AMPHI_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "AMPHI_DATA": str(place.data),
        "AMPHI_DEMO_MAILS": str((place.data / "mails").resolve()),
    }


def _secret_key(kept: Path) -> str:
    """Of the first start: links in mails outlive a restart."""
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return kept.read_text().strip()


# --- the play ---------------------------------------------------------------


async def play(
    held: Stores, addresses: Addresses, productions: list[Production], wanted: Wanted
) -> Outcome:
    """With bots or with people; counts at the end."""
    began = time.monotonic()
    if wanted.bots or wanted.for_people:
        await _played_by_bots(productions, wanted)
    rows = await _closed(held)
    if not wanted.exit_when_closed:
        wanted.say("Tous les amphithéâtres sont clos. Ctrl-C arrête tout.")
        await asyncio.Event().wait()
    return await _outcome(held, addresses, rows, time.monotonic() - began)


async def _productions(held: Stores, wanted: Wanted) -> list[Production]:
    scenery = Scenery(
        addresses=(f"ws://127.0.0.1:{wanted.port}",), ticket=ticket_office(Tickets(held.redis))
    )
    rows = await _called(held)
    async with held.database.transaction() as connection:
        return [await production(connection, row, scenery) for row in rows]


async def _with_seats_for_people(
    held: Stores, productions: list[Production], place: Place
) -> list[Production]:
    known = await sign_ins(held, productions, place.data / "sign-ins.json")
    return [
        made._replace(
            stage=made.stage._replace(for_people=seats(made, known), opens_in_s=OPENS_IN_S)
        )
        for made in productions
    ]


async def _played_by_bots(productions: list[Production], wanted: Wanted) -> None:
    board = Board(wanted.out)
    crowds = [_crowd(each, board) for each in productions]
    with board.shown():
        async with asyncio.TaskGroup() as tasks:
            for crowd in crowds:
                tasks.create_task(crowd.play())
    for crowd in crowds:
        for shut in crowd.shut:
            wanted.say(turned_away(shut).sentence)


def _crowd(made: Production, board: Board) -> Crowd:
    crowd = Crowd(made.stage, lambda event: board.tell(made.cast, event))
    board.add(Row(made.cast, made.row.group, made.row.interns, lambda: crowd.watcher.scene.view))
    return crowd


async def _closed(held: Stores) -> list[AmphiRow]:
    """All amphis, once all are closed."""
    while True:
        rows = await _called(held)
        if all_closed(rows):
            return rows
        await asyncio.sleep(LOOK_S)


async def _outcome(
    held: Stores, addresses: Addresses, rows: list[AmphiRow], seconds: float
) -> Outcome:
    async with held.database.transaction() as connection:
        count = await counted(connection, rows)
    return Outcome(len(rows), count.interns, count.assigned, seconds, await verified(addresses))
