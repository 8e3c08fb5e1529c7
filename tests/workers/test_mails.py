"""Mails: at least once, one Message-ID, back-off while SMTP is away (issue: killed in between)."""

import asyncio
import os
import signal
import sys
from collections import Counter

from tests.records.scene import found
from tests.workers.postoffice import SECRET, SITE, Works
from workers.mails import Mails

A_WORKER = """
import asyncio, sys
from amphi.http.mailed_links import MailedLinks
from amphi.outside.mail import SmtpServer
from amphi.records.database import Database
from workers.mails import Mails
from workers.services import Services

url, port, secret, site = sys.argv[1:]
server = SmtpServer("127.0.0.1", int(port), tls=False)
services = Services(database=Database(url), server=server, mail_from="amphi@ars.example.org",
                    site=site, links=MailedLinks(secret))
asyncio.run(Mails(services).send({}))
"""


async def test_a_choice_is_confirmed_by_mail(works: Works) -> None:
    await works.choose(1)
    async with works.office.open() as server:
        await Mails(works.services(server)).send({})
    (message,) = works.office.taken
    assert message["To"] == "i1@example.org"
    assert message["Message-ID"] == f"<{works.scene.offer}.1.assignment@ars.example.org>"
    assert "Vous avez choisi pour stage" in message.get_content()
    assert await works.rows() == [("sent", 1, "")]


async def test_with_nothing_due_nobody_is_called(works: Works) -> None:
    async with works.office.open() as server:
        await Mails(works.services(server)).send({})
    assert works.office.taken == []


async def test_more_than_one_batch_is_sent(works: Works) -> None:
    for rank in (1, 2, 3, 4):
        await works.choose(rank)
    # Twenty more of the same, so that several batches are needed.
    await found(
        works.database,
        "INSERT INTO mails (message_id, kind, address, facts) "
        "SELECT message_id || n, kind, address, facts FROM mails, generate_series(1, 5) n "
        "RETURNING 1",
    )
    async with works.office.open() as server:
        await Mails(works.services(server)).send({})
    assert len(works.office.taken) == 24
    assert Counter(await works.states()) == {"sent": 24}


async def test_while_the_server_is_away_mails_wait_and_then_go_out_once(works: Works) -> None:
    await works.choose(1)
    await works.choose(2)
    async with works.office.open() as server:
        pass  # closed again: nobody listens on this port
    await Mails(works.services(server)).send({})
    assert [(state, tries) for state, tries, _ in await works.rows()] == [("queued", 1)] * 2
    assert all("127.0.0.1" in error for _, _, error in await works.rows())
    async with works.office.open(server.port) as back:
        await Mails(works.services(back)).send({})
        assert works.office.taken == []  # not before the delay is over
        await works.let_time_pass()
        await Mails(works.services(back)).send({})
    assert [message["To"] for message in works.office.taken] == ["i1@example.org", "i2@example.org"]
    assert await works.rows() == [("sent", 2, "")] * 2


async def test_the_delay_grows_from_try_to_try(works: Works) -> None:
    await works.choose(1)
    async with works.office.open() as server:
        pass
    waits = []
    for _ in range(3):
        await works.let_time_pass()
        await Mails(works.services(server)).send({})
        query = "SELECT extract(epoch FROM next_at - clock_timestamp()) FROM mails"
        waits.append(round(float((await found(works.database, query))[0][0])))
    assert waits[0] < waits[1] < waits[2]


async def test_what_is_put_off_is_sent_later_and_what_is_refused_never(works: Works) -> None:
    await works.choose(1)
    await works.choose(2)
    works.office.answers = ["451 try again later", "554 no such mailbox"]
    async with works.office.open() as server:
        await Mails(works.services(server)).send({})
        await works.let_time_pass()
        await Mails(works.services(server)).send({})
        await works.let_time_pass()
        await Mails(works.services(server)).send({})
    states = dict(zip(("i1", "i2"), await works.states(), strict=True))
    assert sorted(states.values()) == ["failed", "sent"]
    assert len(works.office.taken) == 1
    assert any("no such mailbox" in error for _, _, error in await works.rows())


async def test_a_mail_that_cannot_be_written_holds_up_no_other(works: Works) -> None:
    for rank in (1, 2, 3):
        await works.choose(rank)
    await found(
        works.database,
        "UPDATE mails SET facts = facts - 'post' WHERE address = 'i1@example.org' RETURNING 1",
    )
    await found(
        works.database,
        "UPDATE mails SET address = E'a@b\\nBcc: c@d' WHERE address = 'i2@example.org' RETURNING 1",
    )
    async with works.office.open() as server:
        await Mails(works.services(server)).send({})
    assert await works.states() == ["failed", "failed", "sent"]
    assert [message["To"] for message in works.office.taken] == ["i3@example.org"]


async def test_two_workers_at_once_send_each_mail_once(works: Works) -> None:
    for rank in (1, 2, 3, 4):
        await works.choose(rank)
    async with works.office.open() as server:
        services = works.services(server)
        await asyncio.gather(Mails(services).send({}), Mails(services).send({}))
    assert len(works.office.taken) == len({each["Message-ID"] for each in works.office.taken}) == 4


async def test_without_a_mail_server_mails_wait_unclaimed(works: Works) -> None:
    await works.choose(1)
    await Mails(works.services(None)).send({})
    assert await works.rows() == [("queued", 0, "")]


async def test_killed_between_sending_and_marking_it_is_sent_again_with_the_same_message_id(
    works: Works,
) -> None:
    """A real process, killed by the server in the instant in which the mail is taken."""
    await works.choose(1)
    async with works.office.open() as server:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", A_WORKER, works.url, str(server.port), SECRET, SITE)
        )
        works.office.before = lambda: os.kill(worker.pid, signal.SIGKILL)
        assert await worker.wait() == -signal.SIGKILL
        assert await works.rows() == [("queued", 1, "")]
        works.office.before = lambda: None
        await works.let_time_pass()
        await Mails(works.services(server)).send({})
    first, second = works.office.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert await works.rows() == [("sent", 2, "")]


async def test_killed_before_sending_it_is_sent_by_the_next(works: Works) -> None:
    """The server cuts the worker down before it says yes: never zero times."""
    await works.choose(1)
    works.office.answers = ["451 not yet"]
    async with works.office.open() as server:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", A_WORKER, works.url, str(server.port), SECRET, SITE)
        )
        works.office.before = lambda: os.kill(worker.pid, signal.SIGKILL)
        assert await worker.wait() == -signal.SIGKILL
        works.office.before = lambda: None
        await works.let_time_pass()
        await Mails(works.services(server)).send({})
    assert len(works.office.taken) == 1
    assert await works.rows() == [("sent", 2, "")]
