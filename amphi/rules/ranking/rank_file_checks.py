"""What must agree between the rows of a ranking file."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amphi.rules.ids import PersonId
from amphi.rules.names import sort_key
from amphi.rules.ranking.local_rank import Entrant, LocalStanding, ranks_twice
from amphi.rules.ranking.perimeters import Perimeter
from amphi.rules.ranking.preranking import Place, Placed
from amphi.rules.table_rows import Findings


class RankRow(NamedTuple):
    """One row as read; `entrant` where local ranks are to be computed from the rows."""

    line: int
    placed: Placed
    entrant: Entrant | None

    @property
    def id(self) -> PersonId:
        return self.placed.intern.id

    @property
    def own(self) -> bool:
        return self.placed.place is Place.STANDARD


def check(rows: Sequence[RankRow], findings: Findings) -> None:
    """Every check; faults first found are first in each column of thought, the caller sorts them."""
    _duplicates(rows, findings)
    _homonyms(rows, findings)
    _given_ranks(rows, findings)
    entrants = [(row, row.entrant) for row in rows if row.entrant]
    _national_ranks(entrants, findings)
    _perimeters(entrants, findings)


def _duplicates(rows: Iterable[RankRow], findings: Findings) -> None:
    first: dict[PersonId, int] = {}
    for row in rows:
        if row.id in first:
            facts = {"intern": row.id, "first": first[row.id]}
            findings.fault(row.line, "intern", "duplicate_intern", **facts)
        first.setdefault(row.id, row.line)


def _homonyms(rows: Iterable[RankRow], findings: Findings) -> None:
    """Two people may have one name, and then only their ids tell them apart: worth a look."""
    first: dict[str, RankRow] = {}
    for row in rows:
        intern = row.placed.intern
        same = first.setdefault(sort_key(intern.last_name, intern.first_name), row)
        if same.id != row.id and intern.last_name:
            facts = {"name": f"{intern.first_name} {intern.last_name}".strip(), "first": same.line}
            findings.warn(row.line, "last_name", "homonyms", **facts)


def _given_ranks(rows: Iterable[RankRow], findings: Findings) -> None:
    """Local ranks of one cohort: each once, all out of one size."""
    ranks: dict[tuple[int, int, int], int] = {}
    sizes: dict[int, tuple[int, int]] = {}
    for row in rows:
        intern, standing = row.placed.intern, row.placed.intern.standing
        if row.entrant or not row.own or not isinstance(standing, LocalStanding):
            continue
        key = intern.cohort, standing.cohort_size, standing.local_rank
        if ranks.setdefault(key, row.line) != row.line:
            facts = {"rank": standing.local_rank, "cohort": intern.cohort, "first": ranks[key]}
            findings.fault(row.line, "local_rank", "rank_twice", **facts)
        size, line = sizes.setdefault(intern.cohort, (standing.cohort_size, row.line))
        if size != standing.cohort_size:
            facts = {
                "cohort": intern.cohort,
                "size": standing.cohort_size,
                "other": size,
                "first": line,
            }
            findings.warn(row.line, "cohort_size", "sizes_differ", **facts)


def _national_ranks(entrants: Sequence[tuple[RankRow, Entrant]], findings: Findings) -> None:
    lines = {entrant.id: row.line for row, entrant in entrants}
    for each in ranks_twice(entrant for _, entrant in entrants):
        facts = {"rank": each.rank, "cohort": each.cohort, "first": lines[each.before]}
        findings.fault(lines[each.id], each.kind.value, "rank_twice", **facts)


def _perimeters(entrants: Sequence[tuple[RankRow, Entrant]], findings: Findings) -> None:
    """A file is one perimeter; what it holds of others is part of them only."""
    own: dict[Perimeter, int] = {}
    entering = 0
    for row, entrant in entrants:
        if row.own and entrant.perimeter not in own:
            own[entrant.perimeter] = row.line
        elif not row.own:
            entering = entering or row.line
    for line in list(own.values())[1:]:
        findings.warn(line, "specialty", "several_perimeters")
    if entering:
        findings.warn(entering, "out_of_discipline", "entering_among_rows")
