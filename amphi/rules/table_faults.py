"""What can be wrong with a table of people or results: line, column, a code, facts.

The French sentences stand in `web/fr.json` under `table_file`; a test ties them to these codes.
"""

from typing import Any

import msgspec


class RowFault(msgspec.Struct, frozen=True):
    """`line` as an editor counts, 1 the header, 0 the file itself; `field`: the column's name."""

    line: int
    field: str
    code: str
    facts: dict[str, Any] = {}


# The file itself cannot be read as a table.
WHOLE = frozenset(
    {
        "empty_file",
        "file_too_big",
        "not_a_table",
        "bad_workbook",
        "workbook_too_big",
        "bad_quotes",
        "formula_without_value",
        "no_rows",
        "missing_column",
        "duplicate_column",
    }
)

# A row says something that cannot be.
ROWS = frozenset(
    {
        "too_many_cells",
        "missing_value",
        "not_a_number",
        "negative",
        "below_one",
        "too_large",
        "not_zero_or_one",
        "unknown_exam",
        "unknown_profession",
        "cohort_too_old",
        "cohort_in_the_future",
        "seniority_above_elapsed",
        "rank_above_size",
        "duplicate_intern",
        "rank_twice",
        "duplicate_candidate",
        "mark_above_maximum",
        "maximum_differs",
        # of imports alone
        "bad_email",
        "bad_semester",
        "cohort_differs",
        "duplicate_semester",
        "entered_before_cohort",
        "exam_differs",
        "exam_size_zero",
        "homonym_in_file",
        "homonym_not_zero_or_one",
        "homonym_on_record",
        "intern_elsewhere",
        "rank_above_exam_size",
        "rank_twice_on_record",
        "semester_before_entry",
        "semester_too_late",
        "too_long",
        "unknown_discipline",
        "unknown_intern",
        "unknown_regime",
        "unknown_semester_kind",
    }
)

# These are said, and the file is read.
WARNINGS = frozenset(
    {
        "ignored_column",
        "discipline_not_ranked",
        "homonyms",
        "name_missing",
        "sizes_differ",
        "several_perimeters",
        "entering_among_rows",
    }
)
