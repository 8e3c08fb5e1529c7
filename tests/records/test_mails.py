"""Mails go out at least once, under one Message-ID."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from amphi.records import mails
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.records.mail_kinds import MailKind
from amphi.records.mails import Mail
from tests.records.scene import Pen, Scene, chosen, found

DUE = "UPDATE mails SET next_at = clock_timestamp() RETURNING 1"
DELAY = "SELECT extract(epoch FROM next_at - clock_timestamp())::float FROM mails"


@pytest.fixture(autouse=True)
async def two_mails(journal: PostgresJournal, pen: Pen, scene: Scene) -> None:
    for rank in (1, 2):
        batch = pen.batch(chosen(scene, rank, f"P{rank}"))
        await journal.commit(batch)
        pen.written(batch)


async def claim(database: Database, limit: int = 50) -> list[Mail]:
    async with database.transaction() as connection:
        return await mails.claim(connection, limit)


def ids(claimed: Iterable[Mail]) -> list[str]:
    return [mail.message_id.split(".", 1)[1] for mail in claimed]


async def test_a_claimed_mail_is_nobody_elses_for_a_while(database: Database) -> None:
    first = await claim(database)
    assert ids(first) == ["1.assignment", "2.assignment"]
    assert first[0].kind is MailKind.ASSIGNMENT
    assert first[0].attempts == 1
    assert await claim(database) == []


async def test_two_workers_never_claim_the_same_mail_at_once(database: Database) -> None:
    async with database.transaction() as one, database.transaction() as other:
        claimed = await mails.claim(one, 1)
        assert ids(claimed) == ["1.assignment"]
        assert ids(await mails.claim(other, 2)) == ["2.assignment"]


async def test_a_worker_that_dies_loses_nothing(database: Database) -> None:
    before = await claim(database)
    await found(database, DUE)
    after = await claim(database)
    assert [mail.message_id for mail in after] == [mail.message_id for mail in before]
    assert [mail.attempts for mail in after] == [2, 2]


async def test_a_sent_mail_is_never_due_again(database: Database) -> None:
    first, second = await claim(database)
    async with database.transaction() as connection:
        await mails.mark_sent(connection, first.id)
    await found(database, DUE)
    assert await claim(database) == [replace(second, attempts=2)]


async def test_each_attempt_waits_twice_as_long_up_to_a_quarter_of_an_hour(
    database: Database,
) -> None:
    delays = []
    for _ in range(8):
        await claim(database)
        ((seconds,), *_) = await found(database, DELAY + " ORDER BY id LIMIT 1")
        delays.append(round(seconds))
        await found(database, DUE)
    assert delays == [30, 60, 120, 240, 480, 900, 900, 900]


async def test_a_mail_postponed_comes_due_after_the_delay_given(database: Database) -> None:
    first, *_ = await claim(database)
    async with database.transaction() as connection:
        await mails.postpone(connection, first.id, "SMTP away", timedelta(0))
    (again,) = await claim(database)
    assert again.id == first.id


async def test_a_mail_given_up_is_counted_as_failed(database: Database) -> None:
    first, second = await claim(database)
    async with database.transaction() as connection:
        await mails.give_up(connection, first.id, "550 no such mailbox")
        await mails.mark_sent(connection, second.id)
        assert await mails.waiting(connection) == {"failed": 1, "sent": 1}
