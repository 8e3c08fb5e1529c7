"""Campaigns as written, and what programs read of them."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from amphi.live.ports import Violated
from amphi.records import accounts, reads
from amphi.records.accounts import Operator, SignedIn
from amphi.records.campaigns import find_campaign
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.records.offer_reads import (
    assignments_of_campaign,
    assignments_of_offer,
    call_list,
    one_post,
    posts_of,
)
from amphi.records.people import NewProxy, insert_operator, insert_person, insert_proxy
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, PersonId, PostNumber
from tests.records.scene import Pen, Scene, a_campaign, an_offer, chosen, found


async def test_the_list_of_amphis_tells_campaign_phase_and_planned_start(
    database: Database, scene: Scene
) -> None:
    async with database.transaction() as connection:
        (line,) = await reads.list_amphis(connection)
        assert line == await reads.one_amphi(connection, scene.amphi)
        assert await reads.list_amphis(connection, regime="OLD") == []
        assert await reads.list_amphis(connection, campaign="another") == []
        assert await reads.named_amphis(connection, "P01") == [line]
        assert await reads.named_amphis(connection, scene.amphi) == [line]
        assert await reads.one_amphi(connection, AmphiId("nowhere")) is None
        (session,) = await reads.sessions(connection, scene.amphi)
    assert (line.campaign_name, line.trial, line.interns) == ("Novembre 2026", True, 4)
    assert (line.phase, line.starts_at) == (Phase.PLANNED, session.starts_at)


async def test_others_see_initials_where_the_ars_says_so(database: Database, scene: Scene) -> None:
    async with database.transaction() as connection:
        full = await call_list(connection, scene.amphi, full_names=True)
        short = await call_list(connection, scene.amphi, full_names=False)
    assert [(line.call_rank, line.first_name, line.last_name) for line in full][:2] == [
        (1, "Émile", "ZOLA 1"),
        (2, "Émile", "ZOLA 2"),
    ]
    assert {line.first_name for line in short} == {"É."}


async def test_posts_are_read_with_their_description(database: Database, scene: Scene) -> None:
    async with database.transaction() as connection:
        posts = await posts_of(connection, scene.offer)
        assert await one_post(connection, scene.offer, PostNumber("P1")) == posts[0]
        assert await one_post(connection, scene.offer, PostNumber("P0")) is None
    assert [post.number for post in posts] == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert posts[0].establishment == "BEAUJON (AP-HP)"


async def test_assignments_are_read_in_the_order_they_were_made(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    await journal.commit(pen.batch(chosen(scene, 2, "P2"), chosen(scene, 1, "P1")))
    async with database.transaction() as connection:
        made = await assignments_of_offer(connection, scene.offer)
        assert await assignments_of_campaign(connection, scene.campaign) == made
        later = await assignments_of_campaign(connection, scene.campaign, after=made[0].made_at)
    assert [(line.post, line.last_name) for line in made] == [("P2", "ZOLA 2"), ("P1", "ZOLA 1")]
    assert later == made[1:]


async def test_the_same_id_in_a_campaign_is_the_same_person(
    database: Database, scene: Scene
) -> None:
    async with database.transaction() as connection:
        again = await an_offer(connection, scene.campaign, code="P02", interns=5)
        elsewhere = await an_offer(connection, await a_campaign(connection, semester="2027-05"))
    assert {rank: again.persons[rank] for rank in range(1, 5)} == scene.persons
    assert not set(elsewhere.persons.values()) & set(again.persons.values())
    assert await found(database, "SELECT count(*) FROM persons") == [(9,)]


async def test_a_campaign_is_found_by_name_semester_and_territory(
    database: Database, scene: Scene
) -> None:
    async with database.transaction() as connection:
        same = ("Novembre 2026", "2026-11", "Île-de-France")
        assert await find_campaign(connection, *same) == scene.campaign
        assert await find_campaign(connection, "Mai 2027", "2027-05", "Île-de-France") is None
    with pytest.raises(Violated):
        async with database.transaction() as connection:
            await a_campaign(connection)


async def test_an_entry_is_found_by_its_id_or_by_the_id_of_the_file(
    database: Database, scene: Scene
) -> None:
    expected = (scene.entries[2], scene.persons[2])
    async with database.transaction() as connection:
        assert await reads.entry_of(connection, scene.amphi, "i2") == expected
        assert await reads.entry_of(connection, scene.amphi, scene.entries[2]) == expected
        assert await reads.entry_of(connection, scene.amphi, "i99") is None


async def test_a_person_acts_for_their_own_entry_and_the_one_they_hold_a_proxy_of(
    database: Database, scene: Scene
) -> None:
    async with database.transaction() as connection:
        held = NewProxy(email="i1@example.org", holder=scene.persons[1])
        proxy = await insert_proxy(connection, scene.campaign, scene.entries[2], held)
        assert await reads.who(connection, scene.amphi, scene.persons[1]) == reads.Who(
            scene.entries[1], scene.entries[2]
        )
        assert await reads.who(connection, scene.amphi, PersonId("x")) == reads.Who(None, None)
        assert await reads.holder_email(connection, proxy) == "i1@example.org"
        assert await reads.live_proxy(connection, scene.entries[2]) == (proxy, scene.persons[1])
        assert await reads.live_proxy(connection, scene.entries[3]) is None
        assert await reads.person_name(connection, scene.persons[1]) == ("Émile", "ZOLA 1")


async def test_a_second_grant_by_the_same_entry_is_refused(
    database: Database, scene: Scene
) -> None:
    async with database.connection() as connection:
        where = (connection, scene.campaign, scene.entries[1])
        await insert_proxy(*where, NewProxy(email="a@example.org"))
        with pytest.raises(IntegrityError, match="uq_proxies_live_entry"):
            await insert_proxy(*where, NewProxy(email="b@example.org"))


async def test_an_account_is_found_whatever_the_capitals_and_exists_once(
    database: Database, scene: Scene
) -> None:
    person = scene.persons[1]
    async with database.transaction() as connection:
        await accounts.insert_account(connection, person, "Emile@Example.org")
        found_again = await accounts.account_of(connection, "emile@example.ORG")
        assert found_again == await accounts.account_by_person(connection, person)
        assert found_again is not None
        assert found_again.password_hash is None
        assert await accounts.account_of(connection, "other@example.org") is None
    with pytest.raises(Violated):
        async with database.transaction() as connection:
            await accounts.insert_account(connection, scene.persons[2], "EMILE@example.org")


async def test_a_login_session_ends_by_signing_out_by_a_new_password_and_by_time(
    database: Database, scene: Scene
) -> None:
    who = SignedIn(scene.persons[1], "intern")
    async with database.transaction() as connection:
        await accounts.insert_account(connection, who.person, "e@example.org")
        for token, hours in (("t1", 1), ("t2", 1), ("t3", 0)):
            await accounts.open_session(connection, token, who, timedelta(hours=hours))
        assert await accounts.signed_in(connection, "t1") == who
        assert await accounts.signed_in(connection, "t3") is None
        await accounts.revoke(connection, "t1")
        assert await accounts.signed_in(connection, "t1") is None
        assert await accounts.signed_in(connection, "t2") == who
        ended = await accounts.set_password(connection, who.person, "hash")
        assert sorted(ended) == ["t2", "t3"]
        assert await accounts.signed_in(connection, "t2") is None
        assert await accounts.revoke_all(connection, who.person) == []


async def test_an_operator_no_longer_active_is_signed_in_no_more(database: Database) -> None:
    async with database.transaction() as connection:
        person = await insert_person(connection, "Agnès", "MARTIN", "agnes@example.org")
        await insert_operator(connection, person, "agnes", "Île-de-France")
        who = SignedIn(person, "operator")
        await accounts.open_session(connection, "t1", who, timedelta(hours=1))
        assert await accounts.signed_in(connection, "t1") == who
        assert await accounts.operator(connection, person) == Operator(
            person, "agnes", "Île-de-France"
        )
    await found(database, "UPDATE operators SET active = false RETURNING 1")
    async with database.transaction() as connection:
        assert await accounts.signed_in(connection, "t1") is None
        assert await accounts.operator(connection, person) is None
