"""The course of a rehearsal: copy, play with 50 bots on real sockets and stand-ins, verify."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from rich.console import Console
from rich.progress import Progress

from amphi.actions.copying import copy_of
from amphi.actions.load import load
from amphi.actions.tickets import amphi_called, the_operator
from amphi.bots.crowd import Crowd
from amphi.bots.stage import Part
from amphi.cli.at_hand import Addresses
from amphi.cli.casting import Scenery, production, ticket_office
from amphi.cli.children import Children, Program, listening
from amphi.cli.opening import publish
from amphi.cli.outcome import Outcome, counted, verified
from amphi.cli.refusals import turned_away
from amphi.cli.stand_ins import StandIns
from amphi.embedded import claimed_port
from amphi.live_store.forgetting import forget
from amphi.live_store.tickets import Tickets
from amphi.records.reads import AmphiRow, one_amphi
from amphi.records.scratch import scratch_database
from amphi.rules.ids import AmphiId, EntryId, PersonId
from amphi.wiring import Stores, stores

SITE_PORT = 8100
ON_SOCKETS = 50  # quality.md: "50 bots on real sockets, the others through the inbox"
LOOK_S = 0.2


class Wanted(NamedTuple):
    """What is rehearsed; `out` is where people read."""

    amphi: str
    keep: bool
    data: Path
    out: TextIO

    def say(self, line: str) -> None:
        self.out.write(f"{line}\n")
        self.out.flush()


async def rehearsed(addresses: Addresses, wanted: Wanted) -> Outcome:
    """Raises Refused: `unknown_amphi`, `ambiguous_amphi`."""
    async with AsyncExitStack() as opened:
        original = await opened.enter_async_context(stores(addresses.settings))
        async with original.database.transaction() as connection:
            amphi = await amphi_called(connection, wanted.amphi)
            file = await copy_of(connection, amphi)
        wanted.say(f"Répétition de {amphi.code}, {amphi.interns} internes…")
        place = addresses
        if not wanted.keep:
            owner = addresses.settings.owner_database_url
            place = Addresses(
                await opened.enter_async_context(scratch_database(owner)), addresses.redis_url
            )
        held = await opened.enter_async_context(stores(place.settings))
        async with held.database.transaction() as connection:
            loaded = await load(connection, file)
        if not wanted.keep:
            opened.push_async_callback(forget, held.redis, loaded.offer)
        return await _played(held, place, loaded.amphis[0].id, wanted)


async def _played(held: Stores, place: Addresses, amphi: AmphiId, wanted: Wanted) -> Outcome:
    async with _programs(place, wanted) as site:
        row = await _row(held, amphi)
        began = time.monotonic()
        await _play(held, row, site, wanted)
        seconds = time.monotonic() - began
    async with held.database.transaction() as connection:
        count = await counted(connection, [row])
    check = await verified(place, row.offer)
    return Outcome(1, count.interns, count.assigned, seconds, check, row.offer)


@asynccontextmanager
async def _programs(place: Addresses, wanted: Wanted) -> AsyncIterator[str]:
    """A conductor and a gateway of the rehearsal's own; the gateway's address."""
    port = claimed_port(SITE_PORT, explicit=False)
    environment = place.environment | {
        "AMPHI_SITE_ORIGIN": f"http://127.0.0.1:{port}",
        "AMPHI_SECRET_KEY": secrets.token_urlsafe(32),
    }
    children = Children(environment, wanted.data / "logs" / "rehearsal", wanted.say)
    for program in (Program("conduct"), Program("serve", ("--port", str(port)))):
        children.start(program)
    async with children.kept():
        await listening(port)
        yield f"ws://127.0.0.1:{port}"


async def _play(held: Stores, row: AmphiRow, site: str, wanted: Wanted) -> None:
    scenery = Scenery((site,), ticket_office(Tickets(held.redis)), hurried=True)
    async with held.database.transaction() as connection:
        made = await production(connection, row, scenery)
        operator = await the_operator(connection)
    parts = _spread([part for part in made.stage.parts if part.comes])
    stand_ins = StandIns(row.offer, row.id, operator)
    played = {EntryId(part.entry) for part in parts}
    async with asyncio.TaskGroup() as tasks:
        others = [
            tasks.create_task(stand_ins.play(held.feed, held.inbox, played)),
            tasks.create_task(_progress(stand_ins, wanted)),
        ]
        await publish(held.feed, [row], PersonId(operator))
        crowd = Crowd(made.stage._replace(parts=tuple(parts)), lambda _: None)
        await crowd.play()
        await stand_ins.leave(held.inbox)
        for task in others:
            task.cancel()
    for shut in crowd.shut:
        wanted.say(turned_away(shut).sentence)


def _spread(parts: Sequence[Part]) -> list[Part]:
    """Fifty of them, evenly over the ranks."""
    step = max(1, len(parts) // ON_SOCKETS)
    return list(parts[::step][:ON_SOCKETS])


async def _row(held: Stores, amphi: AmphiId) -> AmphiRow:
    async with held.database.transaction() as connection:
        row = await one_amphi(connection, amphi)
    if row is None:
        raise LookupError(amphi)
    return row


async def _progress(stand_ins: StandIns, wanted: Wanted) -> None:
    """A bar on a terminal; a line every tenth elsewhere."""
    console = Console(file=wanted.out)
    said = 0
    with Progress(console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Internes appelés", total=None)
        while True:
            called, everybody = stand_ins.called
            progress.update(bar, completed=called, total=everybody or None)
            if not console.is_terminal and everybody and called * 10 // everybody > said:
                said = called * 10 // everybody
                wanted.say(f"{called} internes appelés sur {everybody}.")
            await asyncio.sleep(LOOK_S)
