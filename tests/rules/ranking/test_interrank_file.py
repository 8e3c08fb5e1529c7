"""The rows of protocol.md §5, `amphi interrank`."""

from fractions import Fraction

import pytest

from amphi.http.sentences import row_fault_sentence
from amphi.rules.ranking.interrank_file import InterrankReading, read_results
from tests.rules.ranking.ranking_files import cells


def a_result(**changes: str) -> dict[str, str]:
    return {"candidate": "A1", "exam": "A", "mark": "425", "out_of": "500"} | changes


def read(*rows: dict[str, str]) -> InterrankReading:
    return read_results(*cells(*rows))


@pytest.mark.parametrize(("written", "mark"), [("425", 425), ("12,5", "25/2"), ("12.5", "25/2")])
def test_a_mark_is_exact_with_a_point_or_a_comma(written: str, mark: int | str) -> None:
    (result,) = read(a_result(mark=written)).results
    assert result.mark == Fraction(mark)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"candidate": ""}, "candidate", "missing_value"),
        ({"exam": ""}, "exam", "missing_value"),
        ({"mark": ""}, "mark", "missing_value"),
        ({"mark": "bien"}, "mark", "not_a_number"),
        ({"mark": "1e3"}, "mark", "not_a_number"),
        ({"mark": "-1"}, "mark", "negative"),
        ({"mark": "9" * 30}, "mark", "too_large"),
        ({"out_of": "2000000"}, "out_of", "too_large"),
        ({"out_of": "0", "mark": "0"}, "out_of", "below_one"),
        ({"mark": "500.5"}, "mark", "mark_above_maximum"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_line_and_column(
    changes: dict[str, str], field: str, code: str
) -> None:
    reading = read(a_result(candidate="A0"), a_result(**changes))
    (fault,) = reading.faults
    assert (fault.line, fault.field, fault.code) == (3, field, code)
    assert reading.results == ()
    assert row_fault_sentence(fault)


def test_a_candidate_stands_once_in_the_file() -> None:
    (fault,) = read(a_result(), a_result(exam="B")).faults
    assert (fault.line, fault.code, fault.facts["first"]) == (3, "duplicate_candidate", 2)


def test_an_exam_has_one_maximum() -> None:
    (fault,) = read(a_result(), a_result(candidate="A2", out_of="700")).faults
    assert (fault.line, fault.field, fault.code) == (3, "out_of", "maximum_differs")
    assert (
        row_fault_sentence(fault) == "Le concours A est noté sur 700 ici et sur 500 à la ligne 2."
    )


def test_missing_columns_are_named_and_others_ignored() -> None:
    reading = read({"candidate": "A1", "exam": "A", "note": "3"})
    assert [fault.field for fault in reading.faults] == ["mark", "out_of"]
    assert [warning.field for warning in reading.warnings] == ["note"]


def test_an_empty_list_of_results_is_refused() -> None:
    header, _ = cells(a_result())
    assert [fault.code for fault in read_results(header, []).faults] == ["no_rows"]
