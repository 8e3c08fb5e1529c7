"""Semesters: May to October, November to April; written by their first month, `2026-11`."""

import re

_WRITTEN = re.compile(r"[0-9]{4}-(05|11)")
_DATED = re.compile(r"([0-9]{4}-(?:05|11))-01")
_SHORT = re.compile(r"(mai|nov)\.?-([0-9]{2})")
_MONTHS = {"mai": "05", "nov": "11"}


def is_semester(written: str) -> bool:
    """`2026-05` or `2026-11`."""
    return _WRITTEN.fullmatch(written) is not None


def typed(cell: str) -> str:
    """A semester as spreadsheets hand it back: who types `2026-11` there gets a date.

    `2026-11-01` of a workbook, `nov-26` or `nov.-26` of a French CSV file; anything else as it is.
    """
    if dated := _DATED.fullmatch(cell):
        return dated[1]
    if short := _SHORT.fullmatch(cell.casefold()):
        return f"20{short[2]}-{_MONTHS[short[1]]}"
    return cell


def number(semester: str) -> int:
    """Half-years since the year 0. Raises ValueError when it is none."""
    if not is_semester(semester):
        raise ValueError(semester)
    return 2 * int(semester[:4]) + (semester[5:] == "11")


def numbered(half_years: int) -> str:
    """The other way round."""
    return f"{half_years // 2:04}-{'11' if half_years % 2 else '05'}"


def before(semester: str) -> str:
    """The present semester of those who choose for `semester`: `2026-11` for `2027-05`."""
    return numbered(number(semester) - 1)


def elapsed(entered: str, present: str) -> int:
    """Semesters since entry, the present one included; 0 for who has not entered yet."""
    return max(0, number(present) - number(entered) + 1)
