"""Ranking files as texts and rows, to be spoiled one cell at a time."""

BASE = {
    "intern": "i1",
    "last_name": "Zola",
    "first_name": "Émile",
    "exam": "national",
    "cohort": "2019",
    "elapsed": "6",
    "validated": "6",
    "surnombre_non_validant": "0",
    "research": "0",
    "out_of_discipline": "0",
}
GIVEN = {"local_rank": "1", "cohort_size": "10"}
NATIONAL = {"profession": "medicine", "specialty": "Psychiatrie", "rc": "1", "rin": "1", "ri3": "1"}


def a_row(**changes: str) -> dict[str, str]:
    """A line whose local rank is given."""
    return BASE | GIVEN | changes


def a_national_row(**changes: str) -> dict[str, str]:
    """A line whose local rank is to be computed."""
    return BASE | NATIONAL | changes


def cells(*rows: dict[str, str]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header, and each row with its line."""
    header = list(rows[0])
    return header, [(line, [row[name] for name in header]) for line, row in enumerate(rows, 2)]


def text(*rows: dict[str, str], separator: str = ";", end: str = "\n") -> str:
    """The same as a file."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(separator.join(line) + end for line in lines)
