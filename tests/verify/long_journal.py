"""`python -m tests.verify.long_journal 50000`: a journal that long in DATABASE_URL; prints its offer.

An amphi of four who call for help again and again; lines are written by the journal itself, many in
one commit. Not a test: the load tests measure `amphi verify` on it.
"""

import asyncio
import os
import sys
from collections.abc import Mapping

import msgspec
from sqlalchemy import insert

from amphi.live.chain import Line, recorded
from amphi.live.ports import Entry
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.records.tables.journal import command_results
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.events import AnyEvent, FlagLowered, FlagRaised, Recorded
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import EntryId, PersonId
from amphi.settings import for_asyncpg
from tests.records.scene import Pen, Scene, a_campaign, an_offer
from tests.rules.choosing.playing import Play
from tests.verify.journals import said

IN_ONE_BATCH = 500


async def written(url: str, events: int) -> str:
    database, journal = Database(url), PostgresJournal(url)
    try:
        async with database.transaction() as connection:
            scene = await an_offer(connection, await a_campaign(connection))
        head = await journal.take(scene.offer, "me")
        assert head is not None
        play, pen = Play(OfferState(offer=scene.offer)), Pen(head)
        rows = await journal.rows(scene.amphi)
        said(play.operator(c.Validate(facts=rows.facts, posts=rows.posts), scene.amphi))
        said(play.operator(c.Publish(), scene.amphi))
        play.here.update(scene.persons.values())
        said(play.operator(c.Start(), scene.amphi))
        for number in range(events):
            play.now += 1
            said(play.intern(scene.persons[1 + number % 4], c.Help(), scene.amphi))
            if len(play.commits) >= IN_ONE_BATCH or number == events - 1:
                records = [record for _, each in play.commits for record in each]
                play.commits = []
                await _committed(journal, pen, records)
                await _answered(database, scene, records)
        return str(scene.offer)
    finally:
        await journal.close()
        await database.close()


async def _committed(journal: PostgresJournal, pen: Pen, records: list[Recorded]) -> None:
    """Each at the instant the play says; they have no command in common."""
    before, entries = pen.head.head_hash, []
    for record in records:
        line = Line(pen.head.offer, record.seq, pen.head.term, record.at, record.event)
        kept, text = recorded(before, line)
        entries.append(Entry(kept, text))
        before = kept.hash
    batch = pen.batch(*(record.event for record in records))
    batch = msgspec.structs.replace(batch, entries=tuple(entries), result=None)
    await journal.commit(batch)
    pen.written(batch)


async def _answered(database: Database, scene: Scene, records: list[Recorded]) -> None:
    """The commands that were accepted, a row each."""
    persons = {scene.entries[rank]: scene.persons[rank] for rank in scene.entries}
    rows = [
        {"offer": scene.offer, "person": who, "id": f"l{each.seq}", "body": "", "seq": each.seq}
        for each in records
        if (who := _author(each.event, persons)) is not None
    ]
    async with database.transaction() as connection:
        await connection.execute(insert(command_results), rows)


def _author(event: AnyEvent, persons: Mapping[EntryId, PersonId]) -> PersonId | None:
    """The operator, or whose flag it is; None: it came of itself."""
    operator: PersonId | None = getattr(event, "operator", None)
    if isinstance(event, FlagRaised | FlagLowered) and operator is None:
        return persons[event.entry]
    return operator


if __name__ == "__main__":
    offer = asyncio.run(written(for_asyncpg(os.environ["DATABASE_URL"]), int(sys.argv[1])))
    sys.stdout.write(offer + "\n")
