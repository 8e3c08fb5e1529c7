"""What an independent check is given: the rows as stored."""

import hashlib
import json

from amphi.records import evidence
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing.events import CatchUpStarted
from tests.records.scene import Pen, Scene, an_offer, chosen


async def test_the_stored_lines_prove_themselves(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 1, "P1"), CatchUpStarted(amphi=scene.amphi)))
    async with database.transaction() as connection:
        lines = await evidence.lines(connection, scene.offer)
        head = await evidence.head(connection, scene.offer)
        assert await evidence.lines(connection, scene.offer, after=1) == lines[1:]
    before = "0" * 64
    for line in lines:
        before = hashlib.sha256(f"{before}\n{line['text']}".encode()).hexdigest()
        assert line["hash"] == before
        assert json.loads(line["text"])["seq"] == line["seq"]
    assert head == {"term": 1, "last_seq": 2, "head_hash": before, "owner": "me"}


async def test_what_follows_from_the_lines_is_there_to_compare(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    async with database.transaction() as connection:
        other = await an_offer(connection, scene.campaign, code="P02")
        assert await evidence.offers_with_a_journal(connection) == [scene.offer]
        assert await evidence.campaign_of(connection, scene.offer) == scene.campaign
        assert await evidence.campaign_of(connection, "nowhere") is None
        assert await evidence.head(connection, other.offer) is None
        tables = await evidence.projected(connection, scene.offer)
        (assigned,), (mailed,) = tables["assignments"], tables["mails"]
        assert await evidence.assigned_elsewhere(connection, other.offer) == [assigned]
        assert await evidence.assigned_elsewhere(connection, scene.offer) == []
        theirs = await evidence.projected(connection, other.offer)
    (accepted,) = tables["command_results"]
    assert (assigned["entry"], assigned["post"], assigned["live"]) == (
        scene.entries[1],
        "P1",
        True,
    )
    assert (accepted["person"], accepted["id"], accepted["seq"]) == ("somebody", "c1", 1)
    assert (mailed["seq"], mailed["kind"]) == (1, "assignment")
    assert [len(tables[name]) for name in ("offers", "amphis", "posts")] == [1, 1, 6]
    assert [len(tables[name]) for name in ("call_list_entries", "choice_sessions")] == [4, 1]
    assert theirs["assignments"] == theirs["mails"] == theirs["command_results"] == []
