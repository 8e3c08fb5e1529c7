"""Late movements re-open a ranking by hand (ranking.md §4; R §1): holes, and lines unranked until re-run."""

import pytest

from amphi.actions import ranking
from amphi.actions.movements import Move, move
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import open_run
from amphi.records.database import Connection
from amphi.records.interns import one_intern
from amphi.records.movements import movements_of
from amphi.rules.ids import PersonId
from amphi.rules.ranking.movements import MovementKind
from amphi.rules.ranking.run import RankingRun, Stage
from amphi.rules.refusals import Refused
from tests.actions.test_ranking import refused
from tests.actions.ward import Ward, frozen
from tests.records.interns_on_file import AGENT, SEMESTER, a_perimeter, an_intern, on_file

CANCELLED = Move(kind=MovementKind.CANCELLATION, why="démission")
BACK = Move(kind=MovementKind.REACTIVATION, why="erreur")


async def moved(ward: Ward, name: str, wanted: Move) -> list[str]:
    async with ward.transaction() as connection:
        return await move(connection, AGENT, ward.people[name], wanted)


async def state(ward: Ward, run: str | None = None) -> RankingRun:
    async with ward.database.connection() as connection:
        return (await open_run(connection, AGENT, run or ward.run)).state


def called(run: RankingRun) -> list[tuple[int, str]]:
    assert run.final is not None
    return [(each.call_rank, each.line.intern.last_name) for each in run.final.lines]


async def test_who_is_cancelled_leaves_a_hole_in_the_final_ranking(ward: Ward) -> None:
    await ward.validated()
    assert await moved(ward, "bob", CANCELLED) == [ward.run]
    run = await state(ward)
    assert called(run) == [(1, "ANA"), (3, "ZED"), (4, "YAN")]
    assert (run.holes, run.late_movement) == (1, True)


async def test_who_leaves_while_ties_are_treated_leaves_a_hole_once_they_are(ward: Ward) -> None:
    await moved(ward, "ana", CANCELLED)
    async with ward.transaction() as connection:
        await ranking.treat_ties(connection, AGENT, ward.run, 3, ward.ids("yan", "zed"))
        await ranking.validate_ties(connection, AGENT, ward.run)
    assert called(await state(ward)) == [(2, "BOB"), (3, "YAN"), (4, "ZED")]


async def test_whoever_is_left_alone_of_a_tie_needs_no_operator(ward: Ward) -> None:
    await moved(ward, "yan", CANCELLED)
    async with ward.transaction() as connection:
        await ranking.validate_ties(connection, AGENT, ward.run)
    assert called(await state(ward)) == [(1, "ANA"), (2, "BOB"), (3, "ZED")]


async def test_a_group_is_treated_without_those_who_left(ward: Ward) -> None:
    await moved(ward, "yan", CANCELLED)
    async with ward.transaction() as connection:
        await ranking.treat_ties(connection, AGENT, ward.run, 3, ward.ids("zed"))
        await ranking.validate_ties(connection, AGENT, ward.run)
    assert called(await state(ward))[-1] == (3, "ZED")


async def test_who_comes_back_is_unranked_until_it_is_run_again(ward: Ward) -> None:
    await ward.validated()
    await moved(ward, "bob", CANCELLED)
    assert await moved(ward, "bob", BACK) == [ward.run]
    run = await state(ward)
    assert [each.intern.last_name for each in run.preranking.unranked] == ["BOB"]
    assert [each.reason.code for each in run.preranking.unranked] == ["added_since"]
    async with ward.transaction() as connection:
        assert await refused(ranking.publish(connection, AGENT, ward.run)) == "unranked_left"
        again = await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
    lines = (await state(ward, again.run)).preranking.lines
    assert [line.intern.last_name for line in lines] == ["ANA", "BOB", "YAN", "ZED"]


async def test_who_leaves_once_more_is_no_longer_unranked_either(ward: Ward) -> None:
    for wanted in (CANCELLED, BACK, CANCELLED):
        await moved(ward, "bob", wanted)
    run = await state(ward)
    assert (run.unranked, run.holes) == (0, 1)


async def test_a_frozen_list_is_frozen_anew_with_its_hole(ward: Ward) -> None:
    await frozen(ward)
    await moved(ward, "ana", CANCELLED)
    async with ward.transaction() as connection:
        again = await ranking.freeze(connection, AGENT, ward.run)
    assert await ward.names(again) == [(2, "bob"), (3, "zed"), (4, "yan")]
    assert (await state(ward)).stage is Stage.FROZEN


async def public_health(connection: Connection) -> str:
    """A perimeter of its own, ranked."""
    other = await a_perimeter(connection, "Santé publique")
    await on_file(connection, [an_intern("eve", 5, discipline="Santé publique")])
    return (await prerank_now(connection, AGENT, other.id, SEMESTER)).run


async def test_a_droit_au_remords_leaves_one_list_and_arrives_on_another(ward: Ward) -> None:
    async with ward.transaction() as connection:
        other = await public_health(connection)
    remorse = Move(kind=MovementKind.REMORSE, why="article R. 632-40", discipline="Santé publique")
    assert set(await moved(ward, "ana", remorse)) == {ward.run, other}
    assert (await state(ward)).holes == 1
    arrived = (await state(ward, other)).preranking.unranked
    assert [each.intern.last_name for each in arrived] == ["ANA"]
    async with ward.database.connection() as connection:
        (movement,) = await movements_of(connection, ward.people["ana"])
    assert (movement.before["discipline"], movement.after["discipline"]) == (
        "Psychiatrie",
        "Santé publique",
    )


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (BACK, "movement_impossible"),
        (Move(kind=MovementKind.RESTORING, why="x"), "movement_impossible"),
        (Move(kind=MovementKind.CANCELLATION, why=" "), "reason_needed"),
        (Move(kind=MovementKind.REMORSE, why="x"), "new_discipline_needed"),
    ],
)
async def test_a_movement_that_cannot_be_is_refused(ward: Ward, wanted: Move, code: str) -> None:
    assert await refused(moved(ward, "ana", wanted)) == code


async def test_nobody_else_moves_ones_interns(ward: Ward) -> None:
    from amphi.actions.ranking_access import Actor

    with pytest.raises(Refused, match="no_such_intern"):
        async with ward.transaction() as connection:
            await move(connection, Actor("x", "Bretagne"), ward.people["ana"], CANCELLED)
    async with ward.database.connection() as connection:
        ana = await one_intern(connection, PersonId(ward.people["ana"]))
    assert ana is not None
    assert ana.state == "active"


async def test_archived_interns_still_count_in_their_cohorts_size(ward: Ward) -> None:
    await moved(ward, "ana", Move(kind=MovementKind.ARCHIVING, why="diplômée"))
    async with ward.transaction() as connection:
        again = await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
    lines = (await state(ward, again.run)).preranking.lines
    shown = {line.intern.last_name: line.standing.local_rank for line in lines}
    assert shown == {"BOB": 2, "YAN": 3, "ZED": 1}
    assert {line.standing.cohort_size for line in lines} == {1, 3}
