"""Ranks of foreign exams, entered by hand (ranking.md §1): one rank, one intern of a cohort."""

import pytest

from amphi.actions.interns import enter_ranks
from amphi.records.interns import one_intern
from amphi.rules.ranking.exams import NationalRanks
from tests.actions.test_ranking import refused
from tests.actions.ward import Ward
from tests.records.interns_on_file import AGENT

CONTEST = "UPDATE exams SET exam = 'foreign', label = 'PET'"


@pytest.fixture
async def foreigners(ward: Ward) -> Ward:
    async with ward.transaction() as connection:
        await connection.exec_driver_sql(CONTEST)
        await connection.exec_driver_sql("UPDATE national_ranks SET rc = rin")
    return ward


async def entered(ward: Ward, ranks: NationalRanks) -> None:
    """For Ana, of 2024 like Yan (30) and Bob (20); Zed (20) is of 2023."""
    async with ward.transaction() as connection:
        await enter_ranks(connection, AGENT, ward.people["ana"], ranks, "relevé")


@pytest.mark.parametrize("taken", [NationalRanks(rin=30), NationalRanks(7, 20), NationalRanks(20)])
async def test_a_rank_that_another_of_the_cohort_has_is_refused(
    foreigners: Ward, taken: NationalRanks
) -> None:
    assert await refused(entered(foreigners, taken)) == "national_rank_taken"
    async with foreigners.database.connection() as connection:
        ana = await one_intern(connection, foreigners.people["ana"])
    assert ana is not None
    assert ana.ranks == NationalRanks(10, 10)


async def test_ones_own_rank_that_of_another_year_and_the_rc_of_another_exam_are_free(
    foreigners: Ward,
) -> None:
    await entered(foreigners, NationalRanks(10, 10))
    async with foreigners.transaction() as connection:
        yan = foreigners.people["yan"]
        await connection.exec_driver_sql(
            "INSERT INTO exams (id, profession, exam, cohort, label) "
            "VALUES ('met', 'medicine', 'foreign', 2024, 'MET')"
        )
        await connection.exec_driver_sql(
            "UPDATE interns SET exam = 'met' WHERE person = $1", (yan,)
        )
    await entered(foreigners, NationalRanks(rc=30, rin=11, ri3=30))
