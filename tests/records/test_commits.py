"""One commit: events, result, assignments, mails and jobs, all of it or nothing."""

import pytest
from sqlalchemy import select

from amphi.live.ports import CommandKey, Result, Superseded, Violated
from amphi.records.database import Database
from amphi.records.faults import REFUSALS
from amphi.records.journal import PAGE, PostgresJournal
from amphi.records.tables import METADATA
from amphi.records.tables.journal import journal as lines
from amphi.rules.choosing.events import CatchUpStarted, LatecomerPlaced, NoticePosted, ProxyGranted
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ids import PersonId
from amphi.rules.refusals import CHOOSING, RANKING
from tests.records.scene import Pen, Scene, a_campaign, an_offer, chosen, found

COUNTS = """
    SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM command_results),
           (SELECT count(*) FROM assignments), (SELECT count(*) FROM mails),
           (SELECT count(*) FROM jobs.pgqueuer)
"""


async def test_what_was_committed_is_read_back_the_same(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    first = pen.batch(chosen(scene, 1, "P1"), CatchUpStarted(amphi=scene.amphi))
    await journal.commit(first)
    pen.written(first)
    second = pen.batch(NoticePosted(amphi=scene.amphi, id="n1", text="À 14 h ✓", to="all"))
    await journal.commit(second)
    written = [entry.recorded for batch in (first, second) for entry in batch.entries]
    assert await journal.read(scene.offer) == written
    assert await journal.read(scene.offer, after=2) == written[2:]


async def test_one_commit_writes_the_line_the_result_the_assignment_the_mail_and_the_job(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    assert await found(database, COUNTS) == [(1, 1, 1, 1, 1)]


async def test_the_columns_of_a_line_are_those_of_its_text(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"), CatchUpStarted(amphi=scene.amphi))
    await journal.commit(batch)
    rows = await found(database, select(lines.c.kind, lines.c.prev_hash, lines.c.body))
    assert [kind for kind, _, _ in rows] == ["PostChosen", "CatchUpStarted"]
    assert [prev for _, prev, _ in rows] == ["0" * 64, batch.entries[0].recorded.hash]
    assert rows[0][2]["event"]["post"] == "P1"


async def test_results_are_on_record_for_the_next_conductor(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    key = CommandKey(PersonId("somebody"), "c1")
    assert await journal.results(scene.offer) == [Result(key, "body", 1)]


async def test_a_batch_behind_a_head_that_has_moved_writes_nothing(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(CatchUpStarted(amphi=scene.amphi)))
    with pytest.raises(Superseded):
        await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    assert await found(database, COUNTS) == [(1, 1, 0, 0, 0)]


async def test_a_seat_taken_twice_is_the_refusal_post_filled_and_writes_nothing(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    first = pen.batch(chosen(scene, 1, "P1"))
    await journal.commit(first)
    pen.written(first)
    with pytest.raises(Violated) as violated:
        await journal.commit(pen.batch(chosen(scene, 2, "P1")))
    assert violated.value.code == "post_filled"
    assert await found(database, COUNTS) == [(1, 1, 1, 1, 1)]


async def test_a_surnombre_intern_may_join_a_seat_that_is_taken(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    first = pen.batch(chosen(scene, 1, "P1"))
    await journal.commit(first)
    pen.written(first)
    await journal.commit(pen.batch(chosen(scene, 2, "P1", ChoiceStatus.SURNOMBRE_NON_VALIDANT)))
    assert len(await journal.read(scene.offer)) == 2


async def test_somebody_served_in_another_offer_of_the_campaign_is_already_served(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    async with database.transaction() as connection:
        other = await an_offer(connection, scene.campaign, code="P02")
    assert other.persons == scene.persons
    head = await journal.take(other.offer, "me")
    assert head is not None
    with pytest.raises(Violated) as violated:
        await journal.commit(Pen(head).batch(chosen(other, 1, "P1")))
    assert violated.value.code == "already_served"
    (served,) = await journal.served_elsewhere(other.offer)
    assert (served.amphi, served.entry, served.offer) == (
        other.amphi,
        other.entries[1],
        scene.offer,
    )
    assert await journal.siblings(scene.offer, scene.persons[1]) == [other.offer]


async def test_the_same_person_may_be_served_again_in_another_campaign(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    async with database.transaction() as connection:
        campaign = await a_campaign(connection, semester="2027-05")
        other = await an_offer(connection, campaign)
    head = await journal.take(other.offer, "me")
    assert head is not None
    await journal.commit(Pen(head).batch(chosen(other, 1, "P1")))
    assert await journal.served_elsewhere(other.offer) == []
    assert await journal.siblings(scene.offer, scene.persons[1]) == []


async def test_one_holder_holds_one_grant_per_campaign_whatever_the_capitals(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    first = pen.batch(
        ProxyGranted(amphi=scene.amphi, entry=scene.entries[1], proxy="g1"),
        private={"holder_email": "marcel@example.org", "holder_phone": "01"},
    )
    await journal.commit(first)
    pen.written(first)
    second = ProxyGranted(amphi=scene.amphi, entry=scene.entries[2], proxy="g2")
    with pytest.raises(Violated) as violated:
        await journal.commit(pen.batch(second, private={"holder_email": "Marcel@Example.org"}))
    assert violated.value.code == "holder_already_taken"


async def test_a_grant_without_an_address_is_refused_not_written(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    with pytest.raises(Violated) as violated:
        await journal.commit(
            pen.batch(ProxyGranted(amphi=scene.amphi, entry=scene.entries[1], proxy="g1"))
        )
    assert (violated.value.code, violated.value.facts) == (
        "bad_command",
        {"missing": "holder_email"},
    )
    assert await found(database, COUNTS) == [(0, 0, 0, 0, 0)]


async def test_a_text_that_postgresql_cannot_hold_is_a_bad_command_not_a_crash(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    notice = NoticePosted(amphi=scene.amphi, id="n1", text="a\0b", to="all")
    with pytest.raises(Violated) as violated:
        await journal.commit(pen.batch(notice))
    assert violated.value.code == "bad_command"


async def test_an_assignment_of_nobody_is_refused_by_the_table(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    stranger = Scene(scene.campaign, scene.offer, scene.amphi, {1: "nobody"}, scene.persons)  # type: ignore[dict-item]
    with pytest.raises(Violated) as violated:
        await journal.commit(pen.batch(chosen(stranger, 1, "P1")))
    assert violated.value.code == "unavailable"
    assert await found(database, COUNTS) == [(0, 0, 0, 0, 0)]


async def test_after_a_violation_the_same_conductor_goes_on(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    with pytest.raises(Violated):
        await journal.commit(pen.batch(chosen(scene, 1, "no such post")))
    batch = pen.batch(chosen(scene, 1, "P1"))
    await journal.commit(batch)
    assert [record.seq for record in await journal.read(scene.offer)] == [1]


async def test_a_journal_longer_than_one_page_is_read_to_its_end(
    journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    silent = LatecomerPlaced(amphi=scene.amphi, entry=scene.entries[1])  # changes no row
    for _ in range(2):
        batch = pen.batch(*[silent] * (PAGE // 2 + 1))
        await journal.commit(batch)
        pen.written(batch)
    read = await journal.read(scene.offer)
    assert [record.seq for record in read] == list(range(1, PAGE + 3))


def test_each_name_that_means_a_refusal_exists_and_its_code_has_a_status() -> None:
    tables = METADATA.tables.values()
    named = {str(index.name) for table in tables for index in table.indexes}
    named |= {str(constraint.name) for table in tables for constraint in table.constraints}
    assert REFUSALS.keys() <= named
    assert set(REFUSALS.values()) <= CHOOSING.keys() | RANKING.keys()
