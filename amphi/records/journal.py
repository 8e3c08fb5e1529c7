"""The conductor's `Journal` (live/ports.py) over PostgreSQL.

"Nothing is told to anyone before the commit is known" (architecture.md): whatever goes wrong
before COMMIT was sent means that nothing was written, whatever goes wrong during it is unknown.
"""

import msgspec
from sqlalchemy import select

from amphi.live.chain import Line
from amphi.live.ports import (
    Batch,
    CommandKey,
    CommitUnknown,
    Head,
    JournalUnavailable,
    Result,
    Rows,
    ServedPerson,
    Superseded,
    Violated,
)
from amphi.records import freezing, heads
from amphi.records.database import JOURNAL, Database
from amphi.records.jobs import ENQUEUE, announce
from amphi.records.projecting_choices import OF_A_POST_CHOSEN
from amphi.records.projections import ANNOUNCED, Fact, following
from amphi.records.tables.journal import command_results, journal
from amphi.records.wires import Wire, Wires
from amphi.rules.choosing.events import Recorded
from amphi.rules.ids import AmphiId, OfferId, PersonId

WIRES = 8  # a few commits are flushed to disk together; more of them would only wait for each other
# What a choice asks of PostgreSQL, and its conductor every other second.
OF_A_CHOICE = (heads.APPEND, heads.RENEW, *OF_A_POST_CHOSEN, ENQUEUE, freezing.SIBLINGS)
PAGE = 5000  # lines read at once: each page stays far below the statement timeout

_line = msgspec.json.Decoder(Line)


class PostgresJournal:
    """One per program; any number of offers. Its connections are its own, with tight limits."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, JOURNAL)
        self._wires = Wires(self._database, WIRES, OF_A_CHOICE)

    async def close(self) -> None:
        await self._wires.close()
        await self._database.close()

    async def take(self, offer: OfferId, owner: str) -> Head | None:
        async with self._database.transaction() as connection:
            row = (await connection.execute(heads.take(offer, owner))).one_or_none()
        return None if row is None else heads.head(row)

    async def renew(self, head: Head, owner: str) -> bool:
        async with self._wires.one() as wire:
            return bool(await wire.run(*heads.renew(head, owner)))

    async def release(self, head: Head, owner: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(heads.release(head, owner))

    async def read(self, offer: OfferId, after: int = 0) -> list[Recorded]:
        records: list[Recorded] = []
        while page := await self._page(offer, after):
            records += page
            after = page[-1].seq
            if len(page) < PAGE:
                break
        return records

    async def _page(self, offer: OfferId, after: int) -> list[Recorded]:
        query = (
            select(journal.c.hash, journal.c.text)
            .where(journal.c.offer == offer, journal.c.seq > after)
            .order_by(journal.c.seq)
            .limit(PAGE)
        )
        async with self._database.connection() as connection:
            rows = (await connection.execute(query)).all()
        return [_recorded(hash_, text) for hash_, text in rows]

    async def results(self, offer: OfferId) -> list[Result]:
        query = select(command_results).where(command_results.c.offer == offer)
        async with self._database.connection() as connection:
            rows = (await connection.execute(query)).all()
        return [Result(CommandKey(row.person, row.id), row.body, row.seq) for row in rows]

    async def commit(self, batch: Batch) -> None:
        sent = False
        try:
            async with self._wires.one() as wire:
                await wire.say("BEGIN")
                await _write(wire, batch)
                sent = True
                await wire.say("COMMIT")
        except (JournalUnavailable, Violated, Superseded) as error:
            if sent:
                raise CommitUnknown(str(error)) from error
            raise

    async def settle(self, batch: Batch) -> bool:
        """Waits for the row's lock: until PostgreSQL has ended the other connection, nothing is known."""
        async with self._database.connection() as connection:
            row = (await connection.execute(heads.locked(batch.offer))).one_or_none()
        if row is None:
            raise Superseded(f"offer {batch.offer} has no head")
        return _settled(heads.head(row), batch)

    async def rows(self, amphi: AmphiId) -> Rows:
        async with self._database.connection() as connection:
            return await freezing.rows(connection, amphi)

    async def served_elsewhere(self, offer: OfferId) -> list[ServedPerson]:
        async with self._database.connection() as connection:
            return await freezing.served_elsewhere(connection, offer)

    async def siblings(self, offer: OfferId, person: PersonId) -> list[OfferId]:
        async with self._wires.one() as wire:
            return [row["id"] for row in await wire.run(*freezing.siblings(offer, person))]

    async def unowned(self) -> list[OfferId]:
        async with self._database.connection() as connection:
            return await freezing.unowned(connection)

    async def owned(self) -> list[OfferId]:
        async with self._database.connection() as connection:
            return await freezing.owned(connection)


async def _write(wire: Wire, batch: Batch) -> None:
    """Everything of the batch, up to but without COMMIT."""
    if not await wire.run(*heads.append(batch)):
        raise Superseded(f"offer {batch.offer} is not at term {batch.term}, line {batch.after}")
    for entry in batch.entries:
        for statement in following(Fact(batch.offer, entry.recorded, batch.private)):
            await wire.run(*statement)
    if any(isinstance(entry.recorded.event, ANNOUNCED) for entry in batch.entries):
        await announce(wire.raw, batch.offer, batch.entries[-1].recorded.seq)


def _settled(head: Head, batch: Batch) -> bool:
    """ "My hash = committed; unchanged = not committed; anything else = step down" (architecture.md)."""
    if (head.last_seq, head.head_hash) == (batch.entries[-1].recorded.seq, batch.head_hash):
        return True
    if (head.term, head.last_seq) == (batch.term, batch.after):
        return False
    raise Superseded(f"offer {head.offer} is at term {head.term}, line {head.last_seq}")


def _recorded(hash_: str, text: str) -> Recorded:
    line = _line.decode(text)
    return Recorded(seq=line.seq, at=line.at, hash=hash_, event=line.event)
