"""Files of interns, semesters and ranks brought into a real database; rows that wait, and how they end."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import text

from amphi.actions.importing import File, Report, bring_in, discard, replay
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking import publish, validate_ties
from amphi.actions.ranking_access import Actor
from amphi.outside.tables import Table, read_table
from amphi.records.database import Database
from amphi.records.imports import WaitingRow, list_imports, waiting_rows
from amphi.records.interns_on_record import Register, register
from amphi.records.people import insert_operator, insert_person
from amphi.records.ranking_runs import one_run
from amphi.records.ranking_states import run_state
from amphi.rules.ranking.import_reading import ImportKind, RanksRow
from amphi.rules.ranking.seniority import SemesterKind
from amphi.rules.refusals import Refused
from tests.records.interns_on_file import SEMESTER, a_perimeter, an_intern, on_file

TODAY = date(2026, 11, 21)
HEAD = "intern;last_name;first_name;profession;discipline;regime;exam;cohort\n"
ANA = "a1;ŒUVRARD;Émile;médecine;Santé publique;ancien régime;national;2024\n"
BOB = "b2;PETIT;Bob;médecine;Santé publique;ancien régime;européen;2024\n"
WRONG = "c3;DURAND;Chloé;médecine;;ancien régime;lunaire;2031\n"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def actor(database: Database) -> Actor:
    """Of an ARS that no other test knows."""
    async with database.transaction() as connection:
        person = await insert_person(connection, "Agnès", "MARTIN")
        await insert_operator(connection, person, "Agnès MARTIN", f"T {person}")
    return Actor(person, f"T {person}")


def a_file(text: str, kind: ImportKind = ImportKind.INTERNS, encoding: str = "utf-8") -> File:
    table = read_table(text.encode(encoding))
    assert isinstance(table, Table)
    return File(kind=kind, name="fichier.csv", digest="d", table=table)


async def bring(database: Database, actor: Actor, file: File, *, dry_run: bool = False) -> Report:
    async with database.transaction() as connection:
        return await bring_in(connection, actor, file, TODAY, dry_run=dry_run)


async def on_record(database: Database, actor: Actor) -> Register:
    async with database.connection() as connection:
        return await register(connection, actor.territory)


async def waiting(database: Database, actor: Actor) -> list[WaitingRow]:
    async with database.connection() as connection:
        return await waiting_rows(connection, actor.territory)


def unique(text: str, actor: Actor) -> str:
    """INE are national: each test has its own."""
    for name in ("a1", "b2", "c3"):
        text = text.replace(f"{name};", f"{actor.who}-{name};")
    return text


def named(actor: Actor, name: str) -> str:
    return f"{actor.who}-{name}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
async def test_sound_rows_are_brought_in_and_the_others_wait(
    database: Database, actor: Actor, encoding: str
) -> None:
    report = await bring(
        database, actor, a_file(unique(HEAD + ANA + WRONG + BOB, actor), encoding=encoding)
    )
    assert (report.read, report.added, report.waiting) == (3, 2, 1)
    assert {fault.line for fault in report.rejected} == {3}
    known = (await on_record(database, actor)).on_record.interns
    assert known[named(actor, "a1")].last_name == "ŒUVRARD"
    assert len(known) == 2
    (row,) = await waiting(database, actor)
    assert (row.line, row.cells["last_name"]) == (3, "DURAND")
    assert {fault.code for fault in row.faults} >= {"unknown_exam", "cohort_in_the_future"}


async def test_the_same_file_again_changes_nothing_and_a_corrected_one_what_it_corrects(
    database: Database, actor: Actor
) -> None:
    first = unique(HEAD + ANA + BOB, actor)
    await bring(database, actor, a_file(first))
    again = await bring(database, actor, a_file(first))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    other = await bring(database, actor, a_file(first.replace("Santé publique", "Psychiatrie", 1)))
    assert (other.changed, other.unchanged) == (1, 1)
    known = (await on_record(database, actor)).on_record.interns
    assert known[named(actor, "a1")].discipline == "Psychiatrie"


async def test_a_dry_run_and_a_file_refused_whole_bring_nothing_in(
    database: Database, actor: Actor
) -> None:
    dry = await bring(database, actor, a_file(unique(HEAD + ANA, actor)), dry_run=True)
    assert (dry.id, dry.added) == (None, 1)
    refused = await bring(database, actor, a_file(HEAD.replace(";cohort", "") + "x;y\n"))
    assert [fault.code for fault in refused.refused] == ["missing_column"]
    assert not (await on_record(database, actor)).on_record.interns
    async with database.connection() as connection:
        assert await list_imports(connection, actor.territory) == []


async def test_semesters_and_ranks_follow_and_are_changed_by_a_later_file(
    database: Database, actor: Actor
) -> None:
    await bring(database, actor, a_file(unique(HEAD + ANA + BOB, actor)))
    head = "intern;semester;kind;out_of_discipline\n"
    rows = unique(
        "a1;2025-05;validé;\na1;2027-05;;Psychiatrie\nb2;2025-11;année recherche;\n", actor
    )
    nobodys = await bring(database, actor, a_file(head + rows, ImportKind.SEMESTERS), dry_run=True)
    assert [(each.line, each.code) for each in nobodys.rejected] == [(3, "unknown_discipline")]
    async with database.transaction() as connection:
        await a_perimeter(connection, territory=actor.territory)
    report = await bring(database, actor, a_file(head + rows, ImportKind.SEMESTERS))
    assert (report.added, report.rejected) == (3, ())
    corrected = unique("a1;2025-05;non validé;\na1;2027-05;;\n", actor)
    report = await bring(database, actor, a_file(head + corrected, ImportKind.SEMESTERS))
    assert report.changed == 2
    known = (await on_record(database, actor)).on_record
    ana = named(actor, "a1")
    assert known.semesters[ana, "2025-05"].kind is SemesterKind.NOT_VALIDATED
    assert (ana, "2027-05") not in known.semesters
    ranks = unique(
        "intern;exam;cohort;rc;rin;ri3\na1;national;2024;12;15;\nb2;européen;2024;3;15;\n", actor
    )
    report = await bring(database, actor, a_file(ranks, ImportKind.CNG_RANKS))
    assert [(fault.line, fault.code) for fault in report.rejected] == [(3, "rank_twice")]
    known = (await on_record(database, actor)).on_record
    assert known.ranks == {ana: RanksRow(intern=ana, rc=12, rin=15, ri3=None)}


async def test_a_row_that_waits_is_corrected_and_brought_in(
    database: Database, actor: Actor
) -> None:
    await bring(database, actor, a_file(unique(HEAD + WRONG, actor)))
    (row,) = await waiting(database, actor)
    async with database.transaction() as connection:
        left = await replay(connection, actor, row.id, {"exam": "national"}, TODAY)
    assert {fault.code for fault in left} == {"missing_value", "cohort_in_the_future"}
    (row,) = await waiting(database, actor)
    assert row.cells["exam"] == "national"
    async with database.transaction() as connection:
        cells = {"cohort": "2024", "discipline": "Psychiatrie"}
        assert await replay(connection, actor, row.id, cells, TODAY) == ()
    assert await waiting(database, actor) == []
    known = (await on_record(database, actor)).on_record.interns
    assert known[named(actor, "c3")].discipline == "Psychiatrie"
    async with database.transaction() as connection:
        with pytest.raises(Refused, match="import_row_settled"):
            await discard(connection, actor, row.id, "Doublon")


async def test_a_homonym_waits_until_somebody_says_that_they_are_two(
    database: Database, actor: Actor
) -> None:
    twice = ANA + ANA.replace("a1;", "b2;")
    await bring(database, actor, a_file(unique(HEAD + twice, actor)))
    (row,) = await waiting(database, actor)
    assert [fault.code for fault in row.faults] == ["homonym_in_file"]
    async with database.transaction() as connection:
        assert await replay(connection, actor, row.id, {"homonym": "1"}, TODAY) == ()
    assert len((await on_record(database, actor)).on_record.interns) == 2


async def test_a_row_is_discarded_with_a_reason_which_stays_on_record(
    database: Database, actor: Actor
) -> None:
    await bring(database, actor, a_file(unique(HEAD + WRONG, actor)))
    (row,) = await waiting(database, actor)
    async with database.transaction() as connection:
        with pytest.raises(Refused, match="reason_needed"):
            await discard(connection, actor, row.id, " ")
        await discard(connection, actor, row.id, "N'a pas pris son poste")
    assert await waiting(database, actor) == []
    async with database.connection() as connection:
        acts = await connection.execute(
            text("SELECT what, why FROM audit WHERE who = :who ORDER BY id"), {"who": actor.who}
        )
        assert [tuple(act) for act in acts] == [
            ("imported_interns", ""),
            ("import_row_discarded", "N'a pas pris son poste"),
        ]


async def test_an_intern_brought_in_after_the_preranking_is_unranked_until_it_is_run_again(
    database: Database, actor: Actor
) -> None:
    async with database.transaction() as connection:
        perimeter = await a_perimeter(connection, territory=actor.territory)
        await on_file(connection, [an_intern("ana", 10)], actor.territory)
        ranked = await prerank_now(connection, actor, perimeter.id, SEMESTER)
        await validate_ties(connection, actor, ranked.run)
    late = unique(HEAD + ANA.replace("Santé publique", "Psychiatrie"), actor)
    await bring(database, actor, a_file(late))
    async with database.transaction() as connection:
        row = await one_run(connection, ranked.run)
        assert row is not None
        assert row.late_movement
        state = await run_state(connection, row)
        assert [each.reason.code for each in state.preranking.unranked] == ["added_since"]
        with pytest.raises(Refused, match="unranked_left"):
            await publish(connection, actor, ranked.run)
        again = await prerank_now(connection, actor, perimeter.id, SEMESTER)
    assert (again.lines, again.unranked) == (1, 1)  # ranked by CNG's RIN, which is not known yet


async def test_what_another_ars_keeps_waiting_does_not_exist_here(
    database: Database, actor: Actor
) -> None:
    await bring(database, actor, a_file(unique(HEAD + WRONG, actor)))
    (row,) = await waiting(database, actor)
    stranger = Actor(actor.who, "ailleurs")
    async with database.transaction() as connection:
        with pytest.raises(Refused, match="unknown_import_row"):
            await replay(connection, stranger, row.id, {}, TODAY)


async def test_an_intern_of_another_territory_stays_there(database: Database, actor: Actor) -> None:
    await bring(database, actor, a_file(unique(HEAD + ANA, actor)))
    stranger = Actor(actor.who, f"{actor.territory} bis")
    report = await bring(database, stranger, a_file(unique(HEAD + ANA, actor)))
    assert [fault.code for fault in report.rejected] == ["intern_elsewhere"]
