"""A stage out of the own discipline that is planned after the preranking (ranking.md §4; R §1)."""

from amphi.actions.interns import Elsewhere, plan_out_of_discipline
from tests.actions.test_movements import called, state
from tests.actions.test_ranking import refused
from tests.actions.test_relisting import other, unranked
from tests.actions.ward import Ward
from tests.records.interns_on_file import AGENT, SEMESTER

__all__ = ["other"]


async def planned(ward: Ward, discipline: str) -> None:
    """Of Bob."""
    async with ward.transaction() as connection:
        plan = Elsewhere(SEMESTER, discipline)
        await plan_out_of_discipline(connection, AGENT, ward.people["bob"], plan, "convention")


async def test_it_is_unranked_in_both_lists_until_they_are_run_again(
    ward: Ward, other: str
) -> None:
    """Otherwise Bob would be called where he no longer chooses, and not where he does."""
    await ward.validated()
    await planned(ward, "santé publique")
    assert called(await state(ward)) == [(1, "ANA"), (3, "ZED"), (4, "YAN")]
    assert unranked(await state(ward)) == [("BOB", "leaving", "santé publique")]
    assert unranked(await state(ward, other)) == [("BOB", "entering", "Psychiatrie")]
    await planned(ward, "")
    assert unranked(await state(ward)) == [("BOB", "standard", "Psychiatrie")]
    assert unranked(await state(ward, other)) == []


async def test_it_does_not_lead_to_a_discipline_that_nobody_knows(ward: Ward, other: str) -> None:
    assert await refused(planned(ward, "Santé publiqe")) == "unknown_discipline"
    assert (await state(ward)).holes == 0
