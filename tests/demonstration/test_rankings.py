"""The demonstration's call lists come from a ranking, but for one perimeter that is left to an operator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import on_the_command_line, own_run
from amphi.demonstration.campaign import LEFT_TO_RANK, Wanted, documents, left_to_rank
from amphi.demonstration.rankings import found, unranked
from amphi.records.database import Connection, Database
from amphi.records.freezing import rows
from amphi.records.interns import list_interns
from amphi.records.perimeters import PerimeterRow, list_perimeters
from amphi.records.ranking_runs import list_runs, present_run
from amphi.records.ranking_states import run_state
from amphi.records.reads import list_amphis
from amphi.rules.campaign_file import CampaignFile
from amphi.rules.campaign_reading import read_campaign_file
from amphi.rules.choosing.sessions import is_partition
from amphi.rules.ranking.run import Stage
from tests.rules.load_files import encoded

SEMESTER = "2026-11"
IDF = "Île-de-France"
WANTED = Wanted(40, datetime(2026, 10, 6, tzinfo=UTC))


def files(wanted: Wanted = WANTED) -> list[CampaignFile]:
    made = [read_campaign_file(encoded(each), 0).file for each in documents(wanted)]
    last = read_campaign_file(encoded(left_to_rank(wanted)), 0).file
    assert last is not None
    return [*(each for each in made if each is not None), unranked(last)]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    async with opened.transaction() as connection:
        for file in files():
            await found(connection, file)
    yield opened
    await opened.close()


async def psychiatry(connection: Connection) -> PerimeterRow:
    return next(
        each for each in await list_perimeters(connection, IDF) if each.name == "Psychiatrie"
    )


async def test_every_amphi_but_one_has_its_list_from_a_frozen_ranking(database: Database) -> None:
    async with database.connection() as connection:
        amphis = await list_amphis(connection)
        lists = {each.code: (await rows(connection, each.id)).facts for each in amphis}
        runs = await list_runs(connection, IDF)
    assert {code for code, facts in lists.items() if not facts.entries} == {"Y01"}
    assert sum(len(facts.entries) for facts in lists.values()) == 40
    assert {run.stage for run in runs} == {Stage.FROZEN}
    assert len(runs) == 4
    for facts in lists.values():
        ranks = [each.call_rank for each in facts.entries]
        assert ranks == list(range(1, len(ranks) + 1))
        assert is_partition(facts.sessions, ranks)


async def test_everything_that_may_be_seen_of_an_intern_is_on_the_fed_lists(
    database: Database,
) -> None:
    async with database.connection() as connection:
        entries = [
            entry
            for each in await list_amphis(connection)
            for entry in (await rows(connection, each.id)).facts.entries
        ]
    assert len({each.choice_status for each in entries}) == 3
    assert any(each.expected_absence for each in entries)
    assert any(each.extra_seconds for each in entries)
    assert any(each.proxy is not None and each.proxy.accepted for each in entries)


async def test_ties_were_broken_in_every_perimeter(database: Database) -> None:
    async with database.connection() as connection:
        for run in await list_runs(connection, IDF):
            state = await run_state(connection, run)
            assert state.breaks.groups
            assert state.ties_left == 0


async def test_an_operator_has_ties_to_treat_and_a_rank_to_enter_by_hand(
    database: Database,
) -> None:
    actor = on_the_command_line(IDF)
    async with database.transaction() as connection:
        perimeter = await psychiatry(connection)
        assert await present_run(connection, perimeter.id, SEMESTER) is None
        ranked = await prerank_now(connection, actor, perimeter.id, SEMESTER)
        state = await run_state(connection, await own_run(connection, actor, ranked.run))
    assert ranked.lines + ranked.unranked == LEFT_TO_RANK
    assert sorted(len(each.lines) for each in state.breaks.groups.values()) == [2, 3]
    assert [each.reason.code for each in state.preranking.unranked] == ["national_rank_missing"]
    assert all(each.intern.exam.foreign for each in state.preranking.unranked)


@pytest.mark.parametrize("interns", [10, 2000])
def test_whoever_is_left_to_rank_is_in_no_other_list(interns: int) -> None:
    wanted = WANTED._replace(interns=interns)
    *ranked, last = files(wanted)
    called = {each.email for file in ranked for amphi in file.amphis for each in amphi.interns}
    left = {each.email for amphi in last.amphis for each in amphi.interns}
    assert (len(called), len(left)) == (interns, LEFT_TO_RANK)
    assert not called & left


async def test_files_can_name_the_interns_of_the_demonstration(database: Database) -> None:
    async with database.connection() as connection:
        interns = [row for row, _ in await list_interns(connection, IDF, limit=500)]
        (found_again,) = await list_interns(connection, IDF, like=str(interns[0].ine))
    assert len({row.ine for row in interns} - {None}) == len(interns)
    assert found_again[0].person == interns[0].person
