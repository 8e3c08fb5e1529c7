"""A perimeter ranked from interns on file to the frozen list, in PostgreSQL (ranking.md §4, §5)."""

from collections.abc import Awaitable

import pytest

from amphi.actions import contesting, ranking
from amphi.actions.contesting import Answer
from amphi.actions.interns import change_semesters
from amphi.actions.movements import Move, move
from amphi.actions.perimeters import NewPerimeter, found_perimeter
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import Actor, open_run
from amphi.records.audit import acts
from amphi.records.call_lists import list_call_lists, one_call_list
from amphi.records.database import Connection
from amphi.records.interns import semesters_of
from amphi.records.perimeters import insert_validation
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.calendar import before
from amphi.rules.ranking.movements import MovementKind
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.run import RankingRun, Stage
from amphi.rules.ranking.run_contests import ContestState
from amphi.rules.refusals import Refused
from tests.actions.ward import Ward, frozen
from tests.records.interns_on_file import (
    AGENT,
    SEMESTER,
    a_perimeter,
    an_intern,
    on_file,
    semesters,
)

FOREIGN = Actor("somebody", "Bretagne")


async def refused(gesture: Awaitable[object]) -> str:
    """The code with which it is refused."""
    with pytest.raises(Refused) as caught:
        await gesture
    return caught.value.refusals[0].code


async def state(ward: Ward) -> RankingRun:
    async with ward.database.connection() as connection:
        return (await open_run(connection, AGENT, ward.run)).state


async def test_a_preranking_leaves_ties_alphabetically_and_each_figure_explained(
    ward: Ward,
) -> None:
    run = await state(ward)
    shown = [(line.rank, line.tied, line.intern.last_name) for line in run.preranking.lines]
    assert shown == [(1, False, "ANA"), (2, False, "BOB"), (3, True, "YAN"), (3, True, "ZED")]
    assert [line.standing.cohort_size for line in run.preranking.lines] == [3, 3, 3, 1]
    assert (run.stage, run.ties_left) == (Stage.TIES, 1)


async def test_ties_are_treated_validated_and_every_call_rank_is_unique(ward: Ward) -> None:
    async with ward.transaction() as connection:
        assert await refused(ranking.validate_ties(connection, AGENT, ward.run)) == "ties_left"
    async with ward.transaction() as connection:
        await ranking.treat_ties(connection, AGENT, ward.run, 3, ward.ids("zed", "yan"))
    async with ward.transaction() as connection:
        await ranking.validate_ties(connection, AGENT, ward.run)
    run = await state(ward)
    assert run.final is not None
    assert [each.call_rank for each in run.final.lines] == [1, 2, 3, 4]
    assert [each.line.intern.last_name for each in run.final.lines] == ["ANA", "BOB", "ZED", "YAN"]


async def test_the_validation_is_undone_as_long_as_nothing_is_published(ward: Ward) -> None:
    await ward.validated()
    async with ward.transaction() as connection:
        await ranking.back_to_ties(connection, AGENT, ward.run, "erreur")
    run = await state(ward)
    assert (run.stage, run.final, run.ties_left) == (Stage.TIES, None, 0)
    async with ward.transaction() as connection:
        await ranking.validate_ties(connection, AGENT, ward.run)
        await ranking.publish(connection, AGENT, ward.run)
        undone = ranking.back_to_ties(connection, AGENT, ward.run, "erreur")
        assert await refused(undone) == "already_provisional"


async def test_neighbours_are_swapped_and_the_audit_says_who_when_before_after_why(
    ward: Ward,
) -> None:
    await ward.validated()
    async with ward.transaction() as connection:
        await ranking.swap(connection, AGENT, ward.run, 2, "dossier rectifié")
    async with ward.database.connection() as connection:
        (act,) = [
            each.act
            for each in await acts(connection, subject=ward.run)
            if each.act.what == "ranks_swapped"
        ]
    bob, zed = ward.ids("bob", "zed")
    assert (act.who, act.why) == ("agent", "dossier rectifié")
    assert (act.before, act.after) == ({"2": bob, "3": zed}, {"2": zed, "3": bob})
    run = await state(ward)
    assert run.final is not None
    assert [each.line.intern.last_name for each in run.final.lines] == ["ANA", "ZED", "BOB", "YAN"]


async def test_a_list_goes_from_provisional_over_contests_to_frozen(ward: Ward) -> None:
    await ward.validated()
    async with ward.transaction() as connection:
        first = await ranking.publish(connection, AGENT, ward.run)
        assert await refused(ranking.freeze(connection, AGENT, ward.run)) == "contest_not_held"
        await contesting.open_contests(connection, AGENT, ward.run)
        (ana,) = ward.ids("ana")
        filed = await contesting.file_contest(connection, ana, ward.run, "Mon rang est faux.")
        assert await refused(ranking.freeze(connection, AGENT, ward.run)) == "contest_open"
        await contesting.close_contests(connection, AGENT, ward.run)
        assert await refused(ranking.freeze(connection, AGENT, ward.run)) == "contests_unanswered"
        answer = Answer(accepted=True, text="Vu : corrigé.")
        answered = await contesting.answer_contest(connection, AGENT, ward.run, filed.id, answer)
        await ranking.swap(connection, AGENT, ward.run, 1, "réclamation")
        second = await ranking.freeze(connection, AGENT, ward.run)
    assert (answered.state, answered.answer) == (ContestState.ACCEPTED, "Vu : corrigé.")
    assert await ward.names(first) == [(1, "ana"), (2, "bob"), (3, "zed"), (4, "yan")]
    assert await ward.names(second) == [(1, "bob"), (2, "ana"), (3, "zed"), (4, "yan")]
    async with ward.database.connection() as connection:
        versions = await list_call_lists(connection, AGENT.territory, run=ward.run)
    assert [(each.version, each.state) for each in versions] == [
        (2, "frozen"),
        (1, "provisional"),
    ]


async def test_a_list_is_published_again_only_once_something_changed(ward: Ward) -> None:
    await ward.validated()
    async with ward.transaction() as connection:
        await ranking.publish(connection, AGENT, ward.run)
        again = ranking.publish(connection, AGENT, ward.run)
        assert await refused(again) == "list_already_published"
        await ranking.swap(connection, AGENT, ward.run, 1, "x")
        await ranking.publish(connection, AGENT, ward.run)
        await ranking.reopen(connection, AGENT, ward.run, "x")
        await ranking.publish(connection, AGENT, ward.run)  # the stage is another
        versions = await list_call_lists(connection, AGENT.territory, run=ward.run)
    assert [each.version for each in versions] == [3, 2, 1]


async def test_a_frozen_list_is_reopened_with_a_reason_and_frozen_anew(ward: Ward) -> None:
    await frozen(ward)
    async with ward.transaction() as connection:
        assert await refused(ranking.freeze(connection, AGENT, ward.run)) == "nothing_changed"
        assert await refused(ranking.swap(connection, AGENT, ward.run, 1, "x")) == "ranking_frozen"
        assert await refused(ranking.reopen(connection, AGENT, ward.run, " ")) == "reason_needed"
        await ranking.reopen(connection, AGENT, ward.run, "recours")
        await ranking.swap(connection, AGENT, ward.run, 1, "recours")
        again = await ranking.freeze(connection, AGENT, ward.run)
        made = await one_call_list(connection, again)
    assert made is not None
    assert (made.version, made.state, made.interns) == (3, "frozen", 4)


async def test_two_versions_have_one_digest_only_when_they_say_the_same(ward: Ward) -> None:
    one = await frozen(ward)
    async with ward.transaction() as connection:
        await ranking.reopen(connection, AGENT, ward.run, "x")
        two = await ranking.freeze(connection, AGENT, ward.run)
        await ranking.reopen(connection, AGENT, ward.run, "x")
        await ranking.swap(connection, AGENT, ward.run, 1, "x")
        three = await ranking.freeze(connection, AGENT, ward.run)
        digests = [
            made.digest
            for each in (one, two, three)
            if (made := await one_call_list(connection, each)) is not None
        ]
    assert digests[0] == digests[1] != digests[2]
    assert all(len(each) == 64 for each in digests)


# --- the gate ----------------------------------------------------------------


async def ranked_again(connection: Connection, perimeter: str) -> object:
    return await prerank_now(connection, AGENT, perimeter, SEMESTER)


async def test_under_imotep_a_cohort_that_is_gone_still_has_its_local_size(ward: Ward) -> None:
    """Zed, late by a year, belongs to 2024; of 2024 only archived interns are left, two of them."""
    async with ward.transaction() as connection:
        other = await a_perimeter(connection, "Santé publique", adjustment=Adjustment.IMOTEP)
        late = {"entered": "2023-11", "semesters": semesters("2023-11", 5, missed=2)}
        new = [
            an_intern(name, rin, discipline="Santé publique", **changes)
            for name, rin, changes in (("zoé", 9, late), ("gone", 1, {}), ("left", 2, {}))
        ]
        _, gone, left = await on_file(connection, new)
        why = Move(kind=MovementKind.ARCHIVING, why="diplômés")
        for person in (gone, left):
            await move(connection, AGENT, person, why)
        ranked = await prerank_now(connection, AGENT, other.id, SEMESTER)
        (line,) = (await open_run(connection, AGENT, ranked.run)).state.preranking.lines
    assert (line.adjusted.theoretical.size, line.adjusted.theoretical.origin) == (2, "local")
    assert (line.adjusted.local_rank, line.adjusted.cohort_size) == (1, 1)


async def test_nothing_is_ranked_before_the_present_choices_are_validated(ward: Ward) -> None:
    async with ward.transaction() as connection:
        other = await a_perimeter(connection, "Santé publique", validated=False)
        assert await refused(ranked_again(connection, other.id)) == "choices_not_validated"
        await insert_validation(connection, other.id, before(SEMESTER), "agent", 0, "")
        await ranked_again(connection, other.id)


async def test_a_complete_ranking_is_not_run_again(ward: Ward) -> None:
    async with ward.transaction() as connection:
        assert await refused(ranked_again(connection, ward.perimeter)) == "ranking_complete"


async def test_a_corrected_intern_lets_a_complete_ranking_be_run_again(ward: Ward) -> None:
    async with ward.transaction() as connection:
        person = ward.people["ana"]
        _, *kept = await semesters_of(connection, person)
        await change_semesters(connection, AGENT, person, kept, "Semestre non validé.")
        await ranked_again(connection, ward.perimeter)
        assert await refused(ranked_again(connection, ward.perimeter)) == "ranking_complete"


async def test_a_discipline_put_into_a_group_lets_its_ranking_be_run_again(ward: Ward) -> None:
    async with ward.transaction() as connection:
        alone = NewPerimeter(name="Cardiologie", profession=Profession.MEDICINE)
        await found_perimeter(connection, AGENT, alone)
        assert await refused(ranked_again(connection, ward.perimeter)) == "ranking_complete"
        group = NewPerimeter(
            name="Santé mentale", profession=Profession.MEDICINE, disciplines=("psychiatrie",)
        )
        await found_perimeter(connection, AGENT, group)
        await ranked_again(connection, ward.perimeter)


async def test_with_somebody_unranked_it_is_run_again_and_the_run_before_is_superseded(
    ward: Ward,
) -> None:
    async with ward.transaction() as connection:
        other = await a_perimeter(connection, "Santé publique")
        await on_file(connection, [an_intern("eve", None, discipline="Santé publique")])
        first = await prerank_now(connection, AGENT, other.id, SEMESTER)
        assert first.unranked == 1
        await ranking.validate_ties(connection, AGENT, first.run)
        assert await refused(ranking.publish(connection, AGENT, first.run)) == "unranked_left"
        second = await prerank_now(connection, AGENT, other.id, SEMESTER)
        late = ranking.publish(connection, AGENT, first.run)
        assert await refused(late) == "ranking_superseded"
    assert second.run != first.run


async def test_another_ars_does_not_know_the_run_nor_the_perimeter(ward: Ward) -> None:
    async with ward.transaction() as connection:
        assert await refused(ranking.publish(connection, FOREIGN, ward.run)) == "unknown_ranking"
        run = prerank_now(connection, FOREIGN, ward.perimeter, SEMESTER)
        assert await refused(run) == "unknown_perimeter"
        run = prerank_now(connection, AGENT, ward.perimeter, "2027-06")
        assert await refused(run) == "bad_semester"


async def test_what_is_refused_leaves_no_trace(ward: Ward) -> None:
    async with ward.database.connection() as connection:
        before_it = len(await acts(connection))
    with pytest.raises(Refused):
        async with ward.transaction() as connection:
            await ranking.validate_ties(connection, AGENT, ward.run)
    async with ward.database.connection() as connection:
        assert len(await acts(connection)) == before_it
