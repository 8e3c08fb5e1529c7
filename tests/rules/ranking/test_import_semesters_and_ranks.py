"""The files of semesters and of national ranks: every bad row named with its line."""

import msgspec
import pytest

from amphi.http.sentences import row_fault_sentence
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.import_reading import (
    Change,
    OnRecord,
    RanksRow,
    SemesterRow,
    Today,
    today_in,
)
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind
from tests.rules.ranking.import_files import an_intern, interns, known, places, ranks, semesters

TWO = known(an_intern(), an_intern("i2", last_name="PETIT"))


@pytest.mark.parametrize(
    ("month", "semester"),
    [(1, "2025-11"), (4, "2025-11"), (5, "2026-05"), (10, "2026-05"), (11, "2026-11")],
)
def test_a_month_lies_in_its_semester(month: int, semester: str) -> None:
    assert today_in(2026, month) == Today(2026, semester)


# --- semesters of interns ---------------------------------------------------------------------------


def test_a_semester_takes_the_regime_of_its_intern_unless_it_says_another() -> None:
    first, second = semesters({}, {"semester": "2025-11", "regime": "phase socle"}).accepted
    assert first.row == SemesterRow(
        intern="i1", semester="2025-05", kind=SemesterKind.VALIDATED, regime="ADVANCED"
    )
    assert second.row.regime == "BASE"


def test_next_semester_may_say_only_where_it_leads() -> None:
    row = {"semester": "2027-05", "kind": "", "out_of_discipline": "Psychiatrie"}
    (found,) = semesters(row).accepted
    assert (found.row.kind, found.row.elsewhere) == (None, "Psychiatrie")


def test_next_semester_leads_to_a_discipline_that_somebody_knows() -> None:
    """Unlike a semester that is over, and unlike pharmacists, who are ranked all together."""
    record = msgspec.structs.replace(known(), disciplines=frozenset({"psychiatrie"}))
    row = {"semester": "2027-05", "kind": "", "out_of_discipline": "Psychiatrie"}
    assert not semesters(row | {"out_of_discipline": "PSYCHIATRIE"}, on_record=record).rejected
    wrong = row | {"out_of_discipline": "Psychiatire"}
    sifted = semesters(wrong, on_record=record)
    assert places(sifted.rejected) == [(2, "out_of_discipline", "unknown_discipline")]
    assert "Psychiatire" in row_fault_sentence(sifted.rejected[0])
    over = wrong | {"semester": "2025-05", "kind": "validé"}
    assert not semesters(over, on_record=record).rejected
    pharmacist = known(an_intern(profession=Profession.PHARMACY))
    record = msgspec.structs.replace(pharmacist, disciplines=frozenset())
    assert not semesters(wrong, on_record=record).rejected


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"intern": "i9"}, ("intern", "unknown_intern")),
        ({"intern": ""}, ("intern", "missing_value")),
        ({"semester": "été"}, ("semester", "bad_semester")),
        ({"semester": ""}, ("semester", "missing_value")),
        ({"semester": "2024-05"}, ("semester", "semester_before_entry")),
        ({"semester": "2027-11"}, ("semester", "semester_too_late")),
        ({"kind": "perdu"}, ("kind", "unknown_semester_kind")),
        ({"kind": ""}, ("kind", "missing_value")),
        ({"regime": "sec"}, ("regime", "unknown_regime")),
        ({"out_of_discipline": "X" * 201}, ("out_of_discipline", "too_long")),
    ],
)
def test_each_bad_semester_is_named_with_its_line(
    row: dict[str, str], fault: tuple[str, str]
) -> None:
    sifted = semesters({"intern": "i2"}, row, on_record=TWO)
    assert places(sifted.rejected) == [(3, *fault)]
    assert [each.line for each in sifted.accepted] == [2]
    assert row_fault_sentence(sifted.rejected[0])


def test_a_file_takes_away_only_what_it_has_a_column_for() -> None:
    before = SemesterRow(
        intern="i1",
        semester="2027-05",
        kind=SemesterKind.RESEARCH_YEAR,
        regime="OLD",
        elsewhere="Psychiatrie",
    )
    record = OnRecord(known().interns, {("i1", "2027-05"): before})
    (silent,) = semesters({"semester": "2027-05"}, on_record=record).accepted
    assert (silent.row.kind, silent.row.elsewhere) == (SemesterKind.VALIDATED, "Psychiatrie")
    open_kind = {"semester": "2027-05", "kind": "", "out_of_discipline": "Santé publique"}
    (led,) = semesters(open_kind, on_record=record).accepted
    assert (led.row.kind, led.row.regime) == (SemesterKind.RESEARCH_YEAR, "OLD")
    assert led.row.elsewhere == "Santé publique"
    back = {"semester": "2027-05", "kind": "validé", "out_of_discipline": ""}
    (home,) = semesters(back, on_record=record).accepted
    assert home.row.elsewhere == ""


@pytest.mark.parametrize("cell", ["2026-11", "2026-11-01", "nov-26", "nov.-26", "NOV-26"])
def test_a_semester_that_a_spreadsheet_made_a_date_of_is_still_that_semester(cell: str) -> None:
    (accepted,) = semesters({"semester": cell}).accepted
    assert accepted.row.semester == "2026-11"
    (entered,) = interns({"entered": cell.replace("6", "4")}).accepted
    assert entered.row.entered == "2024-11"


@pytest.mark.parametrize("cell", ["2026-11-02", "2026-10-01", "oct-26", "nov-2026", "novembre 26"])
def test_another_date_is_no_semester(cell: str) -> None:
    assert places(semesters({"semester": cell}).rejected) == [(2, "semester", "bad_semester")]


def test_a_semester_twice_is_refused_the_second_time() -> None:
    assert places(semesters({}, {}).rejected) == [(3, "semester", "duplicate_semester")]


# --- national ranks ---------------------------------------------------------------------------------


def test_ranks_are_brought_in_and_an_empty_cell_takes_nothing_away() -> None:
    before = known(ranks=[RanksRow(intern="i1", rc=12, rin=14, ri3=99)])
    (found,) = ranks({}, on_record=before).accepted
    assert found.row == RanksRow(intern="i1", rc=12, rin=15, ri3=99)
    assert found.change is Change.CHANGED


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"intern": "i9"}, ("intern", "unknown_intern")),
        ({"exam": "lunaire"}, ("exam", "unknown_exam")),
        ({"exam": "étranger"}, ("exam", "exam_differs")),
        ({"cohort": "2027"}, ("cohort", "cohort_in_the_future")),
        ({"cohort": "2023"}, ("cohort", "cohort_differs")),
        ({"rc": "-3"}, ("rc", "negative")),
        ({"rc": "0"}, ("rc", "below_one")),
        ({"rc": "", "rin": ""}, ("rc", "missing_value")),
        ({"rin": "99999999"}, ("rin", "too_large")),
        ({"mark": "501", "out_of": "500"}, ("mark", "mark_above_maximum")),
        ({"mark": "401,5", "out_of": ""}, ("out_of", "missing_value")),
        ({"mark": "beaucoup", "out_of": "500"}, ("mark", "not_a_number")),
        ({"exam_size": "-10"}, ("exam_size", "negative")),
        ({"exam_size": "0"}, ("exam_size", "exam_size_zero")),
        ({"exam_size": "11"}, ("rc", "rank_above_exam_size")),
    ],
)
def test_each_bad_rank_is_named_with_its_line(row: dict[str, str], fault: tuple[str, str]) -> None:
    sound = {"intern": "i2", "rc": "900", "rin": "901"}
    sifted = ranks(sound, row, on_record=TWO)
    assert places(sifted.rejected) == [(3, *fault)]
    assert [each.line for each in sifted.accepted] == [2]
    assert row_fault_sentence(sifted.rejected[0])


def test_a_rank_twice_in_a_cohort_is_refused_the_second_time() -> None:
    sifted = ranks({}, {"intern": "i2", "rc": "13"}, on_record=TWO)
    assert places(sifted.rejected) == [(3, "rin", "rank_twice")]
    assert sifted.rejected[0].facts == {"rank": 15, "cohort": 2024, "first": 2}


def test_a_rank_that_somebody_on_record_has_is_refused() -> None:
    before = known(*TWO.interns.values(), ranks=[RanksRow(intern="i2", rc=99, rin=15, ri3=None)])
    sifted = ranks({}, on_record=before)
    assert places(sifted.rejected) == [(2, "rin", "rank_twice_on_record")]
    assert not ranks({}, {"intern": "i2", "rc": "9", "rin": "9"}, on_record=before).rejected


def test_two_exams_may_have_one_rank_in_the_exam_but_not_over_the_exams() -> None:
    european = known(an_intern(), an_intern("i2", last_name="PETIT", exam=Exam.EUROPEAN))
    row = {"intern": "i2", "exam": "européen"}
    assert places(ranks({}, row, on_record=european).rejected) == [(3, "rin", "rank_twice")]
    assert not ranks({}, row | {"rin": "16"}, on_record=european).rejected


def test_an_intern_twice_in_the_ranks_is_refused_the_second_time() -> None:
    assert (3, "intern", "duplicate_intern") in places(
        ranks({}, {"rc": "13", "rin": "16"}).rejected
    )
