"""`python -m tests.verify.long_journal 50000`: a journal that long in DATABASE_URL; prints its offer.

An amphi of four who call for help again and again; lines are written by the journal itself, many in
one commit. Not a test: the load tests measure `amphi verify` on it.
"""

import asyncio
import os
import sys

import msgspec

from amphi.live.chain import Line, recorded
from amphi.live.ports import Batch, Entry
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.state import OfferState
from amphi.settings import for_asyncpg
from tests.records.scene import Pen, a_campaign, an_offer
from tests.rules.choosing.playing import Play
from tests.verify.journals import said

IN_ONE_COMMIT = 500


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
            if len(play.commits) >= IN_ONE_COMMIT or number == events - 1:
                await _committed(journal, pen, play)
        return str(scene.offer)
    finally:
        await journal.close()
        await database.close()


async def _committed(journal: PostgresJournal, pen: Pen, play: Play) -> None:
    """Everything since the last time, as one batch."""
    records = [record for _, each in play.commits for record in each]
    play.commits = []
    batch = pen.batch(*(record.event for record in records))
    batch = _at_their_instants(batch, pen, records)
    await journal.commit(batch)
    pen.written(batch)


def _at_their_instants(batch: Batch, pen: Pen, records: list[Recorded]) -> Batch:
    before, entries = pen.head.head_hash, []
    for record in records:
        line = Line(pen.head.offer, record.seq, pen.head.term, record.at, record.event)
        kept, text = recorded(before, line)
        entries.append(Entry(kept, text))
        before = kept.hash
    return msgspec.structs.replace(batch, entries=tuple(entries))


if __name__ == "__main__":
    offer = asyncio.run(written(for_asyncpg(os.environ["DATABASE_URL"]), int(sys.argv[1])))
    sys.stdout.write(offer + "\n")
