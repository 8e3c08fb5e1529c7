"""`amphi verify` on a real PostgreSQL: an honest offer agrees, a doctored one is found and placed."""

import asyncio
import json
from typing import Any

import msgspec
import pytest

from amphi.cli import run
from amphi.live.chain import Line, recorded
from amphi.live.ports import CommandKey, Entry, Result
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import PostNumber
from tests.records.scene import Pen, Scene, a_campaign, an_offer, found
from tests.rules.choosing.playing import Play
from tests.verify import long_journal
from tests.verify.journals import said

Json = dict[str, Any]


@pytest.fixture
def scene(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """An amphi of four, three of whom chose; the fourth missed the turn."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return asyncio.run(_played(database_url))


async def _played(url: str) -> Scene:
    database, journal = Database(url), PostgresJournal(url)
    try:
        async with database.transaction() as connection:
            scene = await an_offer(connection, await a_campaign(connection))
        head = await journal.take(scene.offer, "me")
        assert head is not None
        play = Play(OfferState(offer=scene.offer))
        await _validated(journal, play, scene)
        _chosen(play, scene)
        await _committed(journal, Pen(head), play)
        return scene
    finally:
        await journal.close()
        await database.close()


async def _validated(journal: PostgresJournal, play: Play, scene: Scene) -> None:
    rows = await journal.rows(scene.amphi)
    said(play.operator(c.Validate(facts=rows.facts, posts=rows.posts), scene.amphi))
    said(play.operator(c.Publish(), scene.amphi))


def _chosen(play: Play, scene: Scene) -> None:
    play.here.update(scene.persons.values())
    said(play.operator(c.Start(), scene.amphi))
    for rank in (1, 2, 3):
        turn = play.state.amphis[scene.amphi].turn
        assert turn is not None
        play.now += 3_000
        order = c.Choose(turn.id, PostNumber(f"P{rank}"))
        said(play.intern(scene.persons[rank], order, scene.amphi))
    play.wait(91_000)


async def _committed(journal: PostgresJournal, pen: Pen, play: Play) -> None:
    """As the conductor would: one batch for each commit, at the instant the play says."""
    for _, records in play.commits:
        batch = pen.batch(*(record.event for record in records))
        before, entries = pen.head.head_hash, []
        for record in records:
            line = Line(pen.head.offer, record.seq, pen.head.term, record.at, record.event)
            kept, text = recorded(before, line)
            entries.append(Entry(kept, text))
            before = kept.hash
        batch = msgspec.structs.replace(batch, entries=tuple(entries), result=_result(records))
        await journal.commit(batch)
        pen.written(batch)


def _result(records: Any) -> Result | None:
    """Whoever gave the order, when somebody did."""
    event = records[0].event
    person = getattr(event, "operator", None) or getattr(event, "person", None)
    key = None if person is None else CommandKey(person, f"command-{records[0].seq}")
    return None if key is None else Result(key, "body", records[-1].seq)


def verify(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = run(["verify", *words])
    return status, capsys.readouterr().out


def reported(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Json]:
    status, out = verify(capsys, "--json", *words)
    report: Json = json.loads(out)
    return status, report


def doctor(url: str, *statements: str) -> None:
    """As somebody who owns the database and switches its guards off."""

    async def work() -> None:
        owner = Database(url, role=None)
        try:
            async with owner.transaction() as connection:
                await connection.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER ALL")
                for statement in statements:
                    await connection.exec_driver_sql(statement)
        finally:
            await owner.close()

    asyncio.run(work())


def test_an_honest_offer_agrees(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = reported(capsys)
    assert (status, report["ok"], report["problems"]) == (0, True, [])
    (offer,) = report["offers"]
    assert (offer["offer"], offer["assignments"]) == (scene.offer, 3)
    assert len(offer["head"]) == 64


def test_people_read_it_in_french(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = verify(capsys, scene.offer)
    assert status == 0
    assert out.startswith(f"Offre {scene.offer} : ")
    assert out.endswith("Vérifié : tout concorde.\n")


def test_a_text_changed_in_the_database_is_found_at_its_place(
    scene: Scene, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor(
        database_url,
        """UPDATE journal SET text = replace(text, '"post":"P2"', '"post":"P6"')
           WHERE kind = 'PostChosen'""",
    )
    status, report = reported(capsys)
    assert (status, report["ok"]) == (1, False)
    ((seq,),) = asyncio.run(
        _in(database_url, "SELECT seq FROM journal WHERE body->'event'->>'post' = 'P6'")
    )
    assert {"hash_wrong", "row_differs"} <= {each["check"] for each in report["problems"]}
    assert {each["seq"] for each in report["problems"]} == {seq}


def test_an_assignment_and_a_mail_taken_away_are_found(
    scene: Scene, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor(
        database_url,
        "DELETE FROM mails WHERE seq = (SELECT min(seq) FROM mails)",
        "DELETE FROM assignments WHERE post = 'P3'",
    )
    status, out = verify(capsys)
    assert status == 1
    assert "table courriels : la ligne message_id" in out
    assert "FAUTE (row_missing)" in out
    assert f"table affectations : la ligne offer {scene.offer}, seq " in out
    assert out.endswith("2 fautes trouvées.\n")


def test_a_post_withdrawn_behind_the_journals_back_is_found(
    scene: Scene, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor(database_url, "UPDATE posts SET withdrawn = true WHERE number = 'P5'")
    status, out = verify(capsys)
    assert status == 1
    assert f"table postes, ligne offer {scene.offer}, number P5 : withdrawn = True, False" in out


def test_an_offer_nobody_knows_is_refused(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = reported(capsys, "nowhere")
    assert (status, report["ok"]) == (1, False)
    assert report["refused"][0]["code"] == "unknown_offer"


async def _in(url: str, query: str) -> list[tuple[Any, ...]]:
    database = Database(url)
    try:
        return await found(database, query)
    finally:
        await database.close()


def test_a_journal_made_long_for_measuring_is_sound(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the load tests time `amphi verify` with."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    offer = asyncio.run(long_journal.written(database_url, 1_100))
    status, said = verify(capsys, offer, "--json")
    assert (status, json.loads(said)["offers"][0]["events"]) == (0, 1_104)
