"""Rankings under way follow the interns: files, stages elsewhere, cohorts of another regime (ranking.md §1, §4)."""

from datetime import date

import pytest

from amphi.actions.importing import File, Report, bring_in
from amphi.actions.movements import Move, move
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import open_run
from amphi.outside.tables import Table, read_table
from amphi.records.database import Connection
from amphi.records.ranking_runs import one_run
from amphi.rules.ranking.import_reading import ImportKind
from amphi.rules.ranking.movements import MovementKind
from amphi.rules.ranking.run import RankingRun
from tests.actions.test_movements import CANCELLED, called, moved, state
from tests.actions.test_ranking import refused
from tests.actions.ward import Ward
from tests.records.interns_on_file import (
    AGENT,
    SEMESTER,
    a_perimeter,
    an_intern,
    on_file,
    psychiatrists,
)

TODAY = date(2026, 11, 21)
HEAD = "intern;last_name;first_name;profession;discipline;des;regime;exam;cohort\n"
BOB = "bob;BOB;Zoé;médecine;Psychiatrie;Psychiatrie;ancien régime;national;2024\n"


@pytest.fixture
async def other(ward: Ward) -> str:
    """A run of public health, where Eve is alone; the files know Bob as `bob`."""
    async with ward.transaction() as connection:
        perimeter = await a_perimeter(connection, "Santé publique")
        await on_file(connection, [an_intern("eve", 5, discipline="Santé publique")])
        (bob,) = ward.ids("bob")
        await connection.exec_driver_sql(
            "INSERT INTO identities (kind, scope, value, person) VALUES ('ine', '', 'bob', $1)",
            (bob,),
        )
        return (await prerank_now(connection, AGENT, perimeter.id, SEMESTER)).run


async def brought(ward: Ward, text: str, kind: ImportKind = ImportKind.INTERNS) -> Report:
    table = read_table(text.encode())
    assert isinstance(table, Table)
    file = File(kind=kind, name="fichier.csv", digest="d", table=table)
    async with ward.transaction() as connection:
        report = await bring_in(connection, AGENT, file, TODAY)
    assert report.rejected == ()
    return report


def unranked(run: RankingRun) -> list[tuple[str, str, str]]:
    return [
        (each.intern.last_name, each.placed.place.value, each.placed.discipline)
        for each in run.preranking.unranked
    ]


async def test_a_file_that_changes_a_discipline_leaves_a_hole_and_a_line_to_rank(
    ward: Ward, other: str
) -> None:
    await ward.validated()
    await brought(ward, HEAD + BOB.replace("Psychiatrie", "Santé publique"))
    assert called(await state(ward)) == [(1, "ANA"), (3, "ZED"), (4, "YAN")]
    assert unranked(await state(ward, other)) == [("BOB", "standard", "Santé publique")]


async def test_a_file_that_makes_a_pharmacist_of_somebody_leaves_a_hole_too(
    ward: Ward, other: str
) -> None:
    await ward.validated()
    await brought(ward, HEAD + BOB.replace("médecine", "pharmacie"))
    assert called(await state(ward)) == [(1, "ANA"), (3, "ZED"), (4, "YAN")]


async def test_another_spelling_of_the_same_discipline_moves_nobody(ward: Ward, other: str) -> None:
    await ward.validated()
    report = await brought(ward, HEAD + BOB.replace("Psychiatrie", "PSYCHIATRIE"))
    assert report.changed == 1
    assert called(await state(ward)) == [(1, "ANA"), (2, "BOB"), (3, "ZED"), (4, "YAN")]
    assert (await state(ward)).holes == 0


async def test_a_file_of_stages_elsewhere_does_the_same(ward: Ward, other: str) -> None:
    head = "intern;semester;kind;out_of_discipline\n"
    row = f"bob;{SEMESTER};;Santé publique\n"
    await brought(ward, head + row, ImportKind.SEMESTERS)
    assert unranked(await state(ward)) == [("BOB", "leaving", "Santé publique")]
    assert unranked(await state(ward, other)) == [("BOB", "entering", "Psychiatrie")]
    await brought(ward, head + row.replace("Santé publique", ""), ImportKind.SEMESTERS)
    assert unranked(await state(ward)) == [("BOB", "standard", "Psychiatrie")]
    assert unranked(await state(ward, other)) == []


async def test_whoever_is_unranked_already_is_listed_as_what_they_have_become(ward: Ward) -> None:
    async with ward.transaction() as connection:
        surgery = await a_perimeter(connection, "Chirurgie")
        for name in ("viscerale", "thoracique"):
            await connection.exec_driver_sql(
                "INSERT INTO specialty_groups VALUES ($1, $2, 'chirurgie')",
                (AGENT.territory, name),
            )
        (eve,) = await on_file(connection, [an_intern("eve", None, discipline="Viscérale")])
        run = (await prerank_now(connection, AGENT, surgery.id, SEMESTER)).run
        wanted = Move(kind=MovementKind.REMORSE, why="x", discipline="Thoracique")
        assert await move(connection, AGENT, eve, wanted) == [run]
    assert unranked(await state(ward, run)) == [("EVE", "standard", "Thoracique")]


async def narrowed(connection: Connection) -> str:
    """Psychiatry of the phase d'approfondissement: Lou alone, 5th of a cohort of four old ones."""
    perimeter = await a_perimeter(connection, regime="ADVANCED")
    lou = an_intern("lou", 50, regime="ADVANCED")
    await on_file(connection, [lou])
    return (await prerank_now(connection, AGENT, perimeter.id, SEMESTER)).run


async def test_a_cohort_that_shrinks_outdates_a_list_in_which_nobody_moved(ward: Ward) -> None:
    async with ward.transaction() as connection:
        run = await narrowed(connection)
    (line,) = (await state(ward, run)).preranking.lines
    assert (line.standing.local_rank, line.standing.cohort_size) == (4, 4)
    assert set(await moved(ward, "ana", CANCELLED)) == {ward.run, run}
    async with ward.database.connection() as connection:
        opened = await open_run(connection, AGENT, run)
        assert (opened.state.late_movement, opened.state.holes) == (True, 0)
    async with ward.transaction() as connection:
        perimeter = opened.row.perimeter
        again = await prerank_now(connection, AGENT, perimeter, SEMESTER)
    (line,) = (await state(ward, again.run)).preranking.lines
    assert (line.standing.local_rank, line.standing.cohort_size) == (3, 3)


async def test_a_list_that_nothing_of_it_concerns_is_left_alone(ward: Ward, other: str) -> None:
    assert await moved(ward, "ana", CANCELLED) == [ward.run]
    async with ward.database.connection() as connection:
        row = await one_run(connection, other)
    assert row is not None
    assert not row.late_movement


async def test_nobody_goes_to_a_discipline_that_nobody_knows(ward: Ward, other: str) -> None:
    """A typing error would take an intern off every list without a word."""
    for written in ("Santé publiqe", "Œnologie", "?"):
        remorse = Move(kind=MovementKind.REMORSE, why="x", discipline=written)
        assert await refused(moved(ward, "ana", remorse)) == "unknown_discipline"
    assert (await state(ward)).holes == 0
    remorse = Move(kind=MovementKind.REMORSE, why="x", discipline="SANTE-PUBLIQUE")
    assert set(await moved(ward, "ana", remorse)) == {ward.run, other}


async def test_many_interns_brought_in_at_once_are_all_unranked(ward: Ward) -> None:
    rows = "".join(
        f"n{n};NOM{n};Zoé;médecine;Psychiatrie;;ancien régime;national;2024\n" for n in range(300)
    )
    assert (await brought(ward, HEAD + rows)).added == 300
    run = await state(ward)
    assert (run.unranked, run.late_movement) == (300, True)
    async with ward.transaction() as connection:
        await psychiatrists(connection, [("zoo", 77)])
        again = await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
    assert (again.lines, again.unranked) == (5, 300)  # ranked by CNG's RIN, not known yet
