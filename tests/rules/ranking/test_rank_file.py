"""The rows of protocol.md §5, `amphi rank`; what cannot be is refused with its line and column."""

from pathlib import Path

import pytest

from amphi.http.sentences import row_fault_sentence, sentences
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.local_rank import LocalStanding
from amphi.rules.ranking.preranking import Place, prerank
from amphi.rules.ranking.rank_file import RankReading, read_rank_rows
from amphi.rules.table_faults import ROWS, WARNINGS, WHOLE, RowFault
from tests.rules.ranking.builders import ids
from tests.rules.ranking.ranking_files import BASE, a_national_row, a_row, cells

YEAR = 2026


def read(*rows: dict[str, str]) -> RankReading:
    return read_rank_rows(*cells(*rows), YEAR)


def places(faults: tuple[RowFault, ...]) -> list[tuple[int, str, str]]:
    return [(each.line, each.field, each.code) for each in faults]


def the_fault(*rows: dict[str, str]) -> RowFault:
    reading = read(*rows)
    assert reading.placed == ()
    (fault,) = reading.faults
    assert row_fault_sentence(fault)
    return fault


def test_a_line_is_read_as_it_is() -> None:
    row = a_row(exam="European", out_of_discipline="1", research="2", elapsed="9", local_rank=" 4 ")
    (placed,) = read(row).placed
    assert (placed.intern.id, placed.intern.exam, placed.place) == (
        "i1",
        Exam.EUROPEAN,
        Place.ENTERING,
    )
    assert placed.intern.standing == LocalStanding(4, 10)
    assert placed.intern.semesters.seniority == 8


def test_the_order_of_columns_is_free_and_capitals_do_not_count() -> None:
    row = dict(reversed(a_row().items()))
    assert read({name.upper(): value for name, value in row.items()}).placed == read(a_row()).placed


def test_more_columns_are_ignored_with_a_warning() -> None:
    reading = read(a_row() | {"remark": "x", "": "", "rin": "5"})
    warned = [(1, "remark", "ignored_column"), (1, "rin", "ignored_column")]
    assert (len(reading.placed), places(reading.warnings)) == (1, warned)


def test_the_size_of_the_theoretical_cohort_may_be_given() -> None:
    assert read(a_row() | {"theoretical_size": "43"}).placed[0].theoretical_size == 43


def test_local_ranks_and_sizes_come_from_the_rows_where_national_ranks_are_given() -> None:
    rows = [
        a_national_row(intern=name, last_name=name, rin=rin, cohort=cohort)
        for name, rin, cohort in (("a", "30", "2019"), ("b", "20", "2019"), ("c", "10", "2018"))
    ]
    standings = {each.intern.id: each.intern.standing for each in read(*rows).placed}
    local = {
        name: (each.local_rank, each.cohort_size)
        for name, each in standings.items()
        if isinstance(each, LocalStanding)
    }
    assert local == {"a": (2, 2), "b": (1, 2), "c": (1, 1)}


def test_given_local_ranks_are_taken_even_beside_national_ones() -> None:
    (placed,) = read(a_row(local_rank="7") | a_national_row()).placed
    assert placed.intern.standing == LocalStanding(7, 10)


def test_pharmacists_are_ranked_together_whatever_their_specialty() -> None:
    rows = [
        a_national_row(
            intern=str(n), last_name=str(n), profession="Pharmacie", specialty=each, rin=str(n)
        )
        for n, each in enumerate(("", "Biologie médicale"), 1)
    ]
    reading = read(*rows)
    assert [each.intern.standing for each in reading.placed] != []
    sizes = {
        s.cohort_size for e in reading.placed if isinstance(s := e.intern.standing, LocalStanding)
    }
    assert sizes == {2}
    assert reading.warnings == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (a_row(cohort_size=""), "cohort_size_unknown"),
        (a_row(cohort_size="0"), "cohort_size_zero"),
        (a_row(local_rank=""), "local_rank_unknown"),
        (a_row() | {"theoretical_size": ""}, "theoretical_size_unknown"),
        (a_row() | {"theoretical_size": "0"}, "theoretical_size_zero"),
        (a_national_row(rin=""), "national_rank_missing"),
        (a_national_row(specialty="Médecine du travail", ri3=""), "national_rank_missing"),
    ],
)
def test_what_is_not_known_leaves_the_intern_unranked(row: dict[str, str], reason: str) -> None:
    preranking = prerank(read(row).placed)
    assert [each.reason.code for each in preranking.unranked] == [reason]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"intern": ""}, "intern", "missing_value"),
        ({"validated": ""}, "validated", "missing_value"),
        ({"cohort": ""}, "cohort", "missing_value"),
        ({"exam": ""}, "exam", "missing_value"),
        ({"out_of_discipline": ""}, "out_of_discipline", "missing_value"),
        ({"cohort_size": "dix"}, "cohort_size", "not_a_number"),
        ({"local_rank": "1.5"}, "local_rank", "not_a_number"),
        ({"cohort_size": "-10"}, "cohort_size", "negative"),
        ({"local_rank": "0"}, "local_rank", "below_one"),
        ({"research": "-1"}, "research", "negative"),
        ({"elapsed": "61"}, "elapsed", "too_large"),
        ({"cohort_size": "9" * 40}, "cohort_size", "too_large"),
        ({"exam": "regional"}, "exam", "unknown_exam"),
        ({"cohort": "2027"}, "cohort", "cohort_in_the_future"),
        ({"cohort": "19"}, "cohort", "cohort_too_old"),
        ({"elapsed": "5"}, "elapsed", "seniority_above_elapsed"),
        ({"local_rank": "11"}, "local_rank", "rank_above_size"),
        ({"out_of_discipline": "oui"}, "out_of_discipline", "not_zero_or_one"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_line_and_column(
    changes: dict[str, str], field: str, code: str
) -> None:
    sound = a_row(intern="i0", last_name="Hugo", local_rank="2")
    fault = the_fault(sound, a_row(**changes))
    assert (fault.line, fault.field, fault.code) == (3, field, code)


@pytest.mark.parametrize("changes", [{"elapsed": "60"}, {"cohort": "1950"}, {"cohort": "2026"}])
def test_the_last_value_that_can_be_is_read(changes: dict[str, str]) -> None:
    assert read(a_row(**changes)).faults == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"profession": ""}, "profession", "missing_value"),
        ({"profession": "law"}, "profession", "unknown_profession"),
        ({"specialty": ""}, "specialty", "missing_value"),
        ({"rin": "-3"}, "rin", "negative"),
        ({"ri3": "x"}, "ri3", "not_a_number"),
    ],
)
def test_so_is_one_of_a_national_rank(changes: dict[str, str], field: str, code: str) -> None:
    fault = the_fault(a_national_row(**changes))
    assert (fault.line, fault.field, fault.code) == (2, field, code)


def test_the_same_intern_twice_is_refused() -> None:
    fault = the_fault(a_row(), a_row(local_rank="2"))
    assert (fault.line, fault.code, fault.facts["first"]) == (3, "duplicate_intern", 2)


def test_the_same_intern_twice_with_one_national_rank_is_one_fault() -> None:
    assert the_fault(a_national_row(), a_national_row()).code == "duplicate_intern"


def test_a_rank_twice_in_a_cohort_is_refused() -> None:
    fault = the_fault(a_row(), a_row(intern="i2", last_name="Hugo"))
    assert (fault.line, fault.field, fault.code) == (3, "local_rank", "rank_twice")
    assert fault.facts == {"rank": 1, "cohort": 2019, "first": 2}


def test_a_national_rank_twice_in_a_cohort_is_refused_where_it_counts() -> None:
    fault = the_fault(a_national_row(), a_national_row(intern="i2", last_name="Hugo", ri3="8"))
    assert (fault.line, fault.field, fault.code) == (3, "rin", "rank_twice")
    work = {"specialty": "Médecine du travail"}
    rows = a_national_row(**work), a_national_row(intern="i2", last_name="Hugo", ri3="8", **work)
    assert read(*rows).faults == ()


def test_entering_interns_have_the_ranks_of_their_own_disciplines() -> None:
    rows = a_row(), a_row(intern="i2", last_name="Hugo", out_of_discipline="1")
    assert read(*rows).faults == ()


def test_homonyms_are_two_people_and_worth_a_look() -> None:
    reading = read(
        a_row(), a_row(intern="i2", last_name="ZOLA", first_name="emile", local_rank="2")
    )
    assert places(reading.warnings) == [(3, "last_name", "homonyms")]
    assert len(reading.placed) == 2


def test_a_name_may_be_missing_but_not_unnoticed() -> None:
    nameless = {"last_name": "", "first_name": ""}
    reading = read(a_row(**nameless), a_row(intern="i2", local_rank="2", **nameless))
    assert places(reading.warnings) == [
        (2, "last_name", "name_missing"),
        (3, "last_name", "name_missing"),
    ]


def test_sizes_that_differ_within_a_cohort_are_worth_a_look() -> None:
    reading = read(a_row(), a_row(intern="i2", last_name="Hugo", cohort_size="12"))
    assert places(reading.warnings) == [(3, "cohort_size", "sizes_differ")]


def test_a_file_of_several_perimeters_and_ranks_among_rows_only_are_worth_a_look() -> None:
    reading = read(
        a_national_row(),
        a_national_row(intern="i2", last_name="Hugo", specialty="Santé publique"),
        a_national_row(
            intern="i3", last_name="Sand", specialty="Endocrinologie", out_of_discipline="1"
        ),
        a_national_row(intern="i4", last_name="Dumas", rin="4", specialty="PSYCHIATRIE"),
    )
    assert places(reading.warnings) == [
        (3, "specialty", "several_perimeters"),
        (4, "out_of_discipline", "entering_among_rows"),
    ]


def test_every_missing_column_is_named() -> None:
    faults = read({name: value for name, value in BASE.items() if name != "exam"}).faults
    missing = [(1, name, "missing_column") for name in ("exam", "local_rank", "cohort_size")]
    assert places(faults) == missing


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (BASE | {"local_rank": "1"}, ["cohort_size"]),
        (BASE | {"rin": "1", "rc": "1"}, ["profession", "specialty", "ri3"]),
        (a_national_row() | {"local_rank": "1"}, []),
    ],
)
def test_which_columns_are_missing_depends_on_those_that_are_there(
    row: dict[str, str], missing: list[str]
) -> None:
    assert [fault.field for fault in read(row).faults] == missing


def test_a_column_twice_is_refused() -> None:
    header, rows = cells(a_row())
    reading = read_rank_rows([*header, "Exam"], [(2, [*rows[0][1], "national"])], YEAR)
    assert places(reading.faults) == [(1, "exam", "duplicate_column")]


def test_a_header_without_rows_is_refused() -> None:
    header, _ = cells(a_row())
    assert places(read_rank_rows(header, [], YEAR).faults) == [(0, "", "no_rows")]
    blank = [(2, ["", " "])]
    assert places(read_rank_rows(header, blank, YEAR).faults) == [(0, "", "no_rows")]


def test_a_cell_too_many_is_refused_and_one_too_few_is_empty() -> None:
    header, [(line, row)] = cells(a_row())
    assert read_rank_rows(header, [(line, [*row, "", " "])], YEAR).faults == ()
    fault = read_rank_rows(header, [(line, [*row, "x"])], YEAR).faults
    assert places(fault) == [(2, "", "too_many_cells")]
    short = read_rank_rows(header, [(line, row[:-1])], YEAR)
    assert [u.reason.code for u in prerank(short.placed).unranked] == ["cohort_size_unknown"]


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    reading = read(a_row(), a_row(), a_row(exam="x", cohort="y"))
    assert places(reading.faults) == [
        (3, "intern", "duplicate_intern"),
        (3, "local_rank", "rank_twice"),
        (4, "exam", "unknown_exam"),
        (4, "cohort", "not_a_number"),
    ]
    assert reading.placed == ()


def test_the_order_of_the_rows_changes_no_rank() -> None:
    rows = [
        a_national_row(intern=str(n), last_name=f"N{n}", rin=str(9 - n), validated=str(n % 3))
        for n in range(1, 8)
    ]
    assert prerank(read(*rows).placed) == prerank(read(*reversed(rows)).placed)
    assert len(ids(prerank(read(*rows).placed))) == 7


def test_every_fault_and_warning_has_a_french_sentence_and_every_sentence_a_code() -> None:
    assert set(sentences().table_file) == WHOLE | ROWS | WARNINGS


def test_every_fault_and_warning_is_proved() -> None:
    tests = Path(__file__).parents[2]
    proofs = [*tests.glob("rules/ranking/test_*.py"), tests / "outside/test_tables.py"]
    said = "".join(each.read_text(encoding="utf-8") for each in proofs)
    assert [code for code in WHOLE | ROWS | WARNINGS if f'"{code}"' not in said] == []
