"""A load file becomes rows in one transaction, and several files make one campaign."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from amphi.actions.load import Loaded, company, load
from amphi.demonstration.campaign import Wanted, documents
from amphi.http.sentences import fault_sentence
from amphi.live.ports import Violated
from amphi.records.audit import acts
from amphi.records.database import Database
from amphi.records.freezing import rows as frozen
from amphi.records.reads import entry_of, list_amphis, named_amphis
from amphi.rules.campaign_file import CampaignFile
from amphi.rules.campaign_reading import read_campaign_file
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ids import AmphiId
from tests.rules.load_files import (
    NOON,
    a_document,
    a_session_line,
    an_amphi_line,
    an_intern_line,
    encoded,
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


def the_file(document: object) -> CampaignFile:
    file = read_campaign_file(encoded(document), NOON).file
    assert file is not None
    return file


async def loaded(database: Database, document: object) -> Loaded:
    async with database.transaction() as connection:
        return await load(connection, the_file(document))


async def test_a_load_gives_the_ids_that_the_journal_will_freeze(database: Database) -> None:
    result = await loaded(database, a_document())
    async with database.transaction() as connection:
        rows = await frozen(connection, result.amphis[0].id)
    assert [entry.call_rank for entry in rows.facts.entries] == [1, 2, 3]
    assert [post.service for post in rows.posts] == ["11000793"] * 6
    assert rows.facts.position == 1
    assert [(each.from_rank, each.to_rank) for each in rows.facts.sessions] == [(1, 3)]


async def test_everything_said_of_an_intern_is_kept(database: Database) -> None:
    proxy = {"email": "ami@exemple.fr", "first_name": "Ami", "last_name": "SUR"}
    lines = [
        an_intern_line(1, choice_status="SURNOMBRE_VALIDANT", extra_seconds=30),
        an_intern_line(2, expected_absence=True),
        an_intern_line(3, proxy=proxy),
        an_intern_line(4, proxy=proxy | {"email": "autre@exemple.fr", "accepted": False}),
    ]
    result = await loaded(database, a_document(an_amphi_line(interns=lines)))
    async with database.transaction() as connection:
        first, second, third, fourth = (await frozen(connection, result.amphis[0].id)).facts.entries
    assert (first.choice_status, first.extra_seconds) == (ChoiceStatus.SURNOMBRE_VALIDANT, 30)
    assert second.expected_absence
    assert third.proxy is not None
    assert third.proxy.accepted
    assert fourth.proxy is not None
    assert not fourth.proxy.accepted


async def test_a_file_that_is_not_alone_under_its_name_is_told_so(database: Database) -> None:
    async def said(document: object) -> list[tuple[str, str]]:
        async with database.transaction() as connection:
            found = await company(connection, the_file(document))
        assert all(fault_sentence(each) for each in found)
        return [(each.path, each.code) for each in found]

    other = a_document(an_amphi_line(code="P02"))
    assert await said(a_document()) == []
    await loaded(database, a_document())
    assert await said(other) == [("campaign.name", "joins_campaign")]
    assert await said(a_document()) == [("campaign.name", "another_trial")]


async def test_a_holder_who_is_an_intern_of_the_campaign_is_one_person(database: Database) -> None:
    proxy = {"email": "EMILE2@exemple.fr", "first_name": "Emile", "last_name": "ZOLA2"}
    lines = [an_intern_line(1, proxy=proxy), an_intern_line(2)]
    result = await loaded(database, a_document(an_amphi_line(interns=lines)))
    async with database.transaction() as connection:
        first, second = (await frozen(connection, result.amphis[0].id)).facts.entries
    assert first.proxy is not None
    assert first.proxy.holder == second.person


async def test_several_files_make_several_offers_of_one_campaign(database: Database) -> None:
    wanted = Wanted(40, datetime(2027, 10, 6, tzinfo=UTC))
    results = [await loaded(database, each) for each in documents(wanted)]
    assert len({each.campaign for each in results}) == 1
    assert len({each.offer for each in results}) == 3
    async with database.transaction() as connection:
        codes = [each.code for each in await list_amphis(connection, campaign=results[0].campaign)]
    assert codes == ["P01", "C01", "S01", "S02"]


async def test_one_id_in_two_files_of_a_campaign_is_one_person(database: Database) -> None:
    first = await loaded(database, a_document())
    other = an_amphi_line(code="P02", interns=[an_intern_line(2)], sessions=[a_session_line(1, 9)])
    second = await loaded(database, a_document(other))
    async with database.transaction() as connection:
        one = await entry_of(connection, first.amphis[0].id, "i2")
        same = await entry_of(connection, second.amphis[0].id, "i2")
    assert one is not None
    assert same is not None
    assert one[1] == same[1]


async def test_the_same_file_again_is_another_trial(database: Database) -> None:
    first, second = await loaded(database, a_document()), await loaded(database, a_document())
    assert first.campaign != second.campaign
    async with database.transaction() as connection:
        amphis = await list_amphis(connection)
        assert [each.campaign_name for each in amphis] == ["Novembre 2027", "Novembre 2027 (2)"]
        assert len(await named_amphis(connection, "P01")) == 2
        assert all(each.trial for each in amphis)


async def test_a_holder_taken_in_another_offer_undoes_the_whole_load(database: Database) -> None:
    proxy = {"email": "ami@exemple.fr", "first_name": "Ami", "last_name": "SUR"}
    await loaded(database, a_document(an_amphi_line(interns=[an_intern_line(1, proxy=proxy)])))
    other = an_amphi_line(
        code="P02", interns=[an_intern_line(9, proxy=proxy)], sessions=[a_session_line(1, 9)]
    )
    with pytest.raises(Violated) as refused:
        await loaded(database, a_document(other))
    assert refused.value.code == "holder_already_taken"
    async with database.transaction() as connection:
        assert [each.code for each in await list_amphis(connection)] == ["P01"]


async def test_a_load_is_in_the_audit(database: Database) -> None:
    result = await loaded(database, a_document())
    async with database.transaction() as connection:
        audited = await acts(connection, subject=result.offer)
    assert [each.act.what for each in audited] == ["load"]


async def test_an_amphi_is_found_by_id_and_an_intern_by_either_id(database: Database) -> None:
    result = await loaded(database, a_document())
    amphi = result.amphis[0].id
    async with database.transaction() as connection:
        assert [each.id for each in await named_amphis(connection, amphi)] == [amphi]
        by_file = await entry_of(connection, amphi, "i1")
        assert by_file is not None
        assert await entry_of(connection, amphi, by_file[0]) == by_file
        assert await entry_of(connection, AmphiId("nowhere"), "i1") is None
