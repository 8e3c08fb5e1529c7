"""Tickets from the command line: for whom, and what a trial campaign makes up."""

from collections.abc import AsyncIterator

import pytest

from amphi.actions.load import Loaded, load
from amphi.actions.tickets import OPERATOR, for_everybody, for_intern, for_operator, for_proxy
from amphi.cli.at_hand import Addresses
from amphi.cli.opening import open_amphis
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.records.accounts import operator
from amphi.records.audit import acts
from amphi.records.database import Database
from amphi.records.reads import list_amphis
from amphi.records.tables.campaigns import campaigns
from amphi.rules.campaign_reading import read_campaign_file
from amphi.rules.refusals import Refused
from amphi.wiring import conducting
from tests.rules.load_files import NOON, a_document, an_amphi_line, an_intern_line, encoded

PROXY = {"email": "ami@exemple.fr", "first_name": "Ami", "last_name": "SUR"}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def addresses(database_url: str, redis_url: str) -> Addresses:
    return Addresses(database_url, redis_url)


@pytest.fixture
async def feed(redis_url: str) -> AsyncIterator[Feed]:
    async with Store.at(redis_url) as store:
        yield Feed(store, Inbox(store))


async def loaded(database: Database) -> Loaded:
    lines = [an_intern_line(1), an_intern_line(2, proxy=PROXY), an_intern_line(3)]
    file = read_campaign_file(encoded(a_document(an_amphi_line(interns=lines))), NOON).file
    assert file is not None
    async with database.transaction() as connection:
        return await load(connection, file)


async def opened(database: Database, addresses: Addresses) -> Loaded:
    result = await loaded(database)
    bearer = await for_operator(database, "P01")
    async with database.transaction() as connection:
        rows = await list_amphis(connection)
    await open_amphis(addresses, rows, bearer.person, start=False)
    return result


async def test_a_ticket_for_an_intern_is_by_code_or_id_and_audited(database: Database) -> None:
    amphi = (await loaded(database)).amphis[0].id
    by_code = await for_intern(database, "P01", "i1")
    assert by_code == await for_intern(database, amphi, "i1")
    assert by_code.role == "intern"
    async with database.transaction() as connection:
        assert [each.act.what for each in await acts(connection, subject=amphi)] == ["ticket"] * 2


async def test_the_command_line_s_operator_is_made_once(database: Database) -> None:
    await loaded(database)
    first = await for_operator(database, "P01")
    assert first == await for_operator(database, "P01")
    async with database.transaction() as connection:
        known = await operator(connection, first.person)
    assert known is not None
    assert known.name == OPERATOR


async def test_a_proxy_of_the_file_lets_its_holder_in(database: Database, feed: Feed) -> None:
    await loaded(database)
    holder = await for_proxy(database, feed, "P01", "i2")
    assert holder.person != (await for_intern(database, "P01", "i2")).person
    assert holder.role == "proxy"
    everybody = await for_everybody(database, "P01")
    assert [each.bearer.role for each in everybody] == ["intern", "proxy", "intern"]
    assert everybody[1].bearer == holder


async def test_a_trial_makes_up_a_holder_through_the_mailbox_once(
    database: Database, addresses: Addresses, feed: Feed
) -> None:
    await opened(database, addresses)
    async with conducting(addresses.settings):
        first = await for_proxy(database, feed, "P01", "i1")
        assert first == await for_proxy(database, feed, "P01", "i1")
        other = await for_proxy(database, feed, "P01", "i3")
    assert other.person != first.person


@pytest.mark.parametrize(
    ("amphi", "intern", "code"),
    [("P99", "i1", "unknown_amphi"), ("P01", "i9", "unknown_intern")],
)
async def test_what_is_not_there_is_refused(
    database: Database, amphi: str, intern: str, code: str
) -> None:
    await loaded(database)
    with pytest.raises(Refused) as refused:
        await for_intern(database, amphi, intern)
    assert [each.code for each in refused.value.refusals] == [code]


async def test_a_code_of_two_trials_is_ambiguous(database: Database) -> None:
    await loaded(database)
    await loaded(database)
    with pytest.raises(Refused) as refused:
        await for_operator(database, "P01")
    assert refused.value.refusals[0].code == "ambiguous_amphi"


async def test_outside_trials_no_proxy_is_made_up(database: Database, feed: Feed) -> None:
    await loaded(database)
    async with database.transaction() as connection:
        await connection.execute(campaigns.update().values(trial=False))
    with pytest.raises(Refused) as refused:
        await for_proxy(database, feed, "P01", "i1")
    assert refused.value.refusals[0].code == "no_proxy"


async def test_before_validation_a_proxy_comes_from_the_file_only(
    database: Database, feed: Feed
) -> None:
    await loaded(database)
    with pytest.raises(Refused) as refused:
        await for_proxy(database, feed, "P01", "i1")
    assert refused.value.refusals[0].code == "amphi_not_validated"


async def test_with_nobody_to_conduct_it_a_proxy_is_refused_in_time(
    database: Database, addresses: Addresses, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(database, addresses)
    monkeypatch.setattr("amphi.actions.gestures.PATIENCE_S", 1.0)
    with pytest.raises(Refused) as refused:
        await for_proxy(database, feed, "P01", "i1")
    assert refused.value.refusals[0].code == "no_conductor"
