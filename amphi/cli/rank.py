"""`amphi rank FILE.csv`: the whole ranking of a file, no database, every rank explained (protocol.md §5)."""

import time
from pathlib import Path

import click

from amphi.cli import tables
from amphi.http.sentences import ranking_sentence
from amphi.outside.tables import read_file
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.explaining import Step, explain, explain_unranked
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.preranking import Intern, Line, Place, Preranking, Unranked, prerank
from amphi.rules.ranking.rank_file import RankReading, read_rank_rows
from amphi.rules.refusals import Refusal, Refused
from amphi.rules.table_faults import RowFault

HEADER = (
    "Rang",
    "Identité",
    "Identifiant",
    "Ancienneté",
    "Promotion",
    "Effectif promo local",
    "Rang local",
    "Promotion théorique",
    "Effectif promo théorique",
    "Rang calculé",
    "",
)
_POLICIES = {each.value: each for each in Adjustment}


@click.command(help="Classe les internes d'un fichier CSV : tout le fichier, ou rien.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--policy",
    type=click.Choice(list(_POLICIES)),
    default=Adjustment.DCI.value,
    show_default=True,
    help="Règle du rang calculé.",
)
@click.option(
    "--explain", "wanted", metavar="INTERNE", help="Montre le calcul du rang de celui-ci."
)
@click.option("--json", "as_json", is_flag=True, help="Pour les machines.")
def rank(file: Path, policy: str, wanted: str | None, as_json: bool) -> int:
    """0: ranked, whoever is unranked told with the reason; 1: something in the file cannot be."""
    reading = read(file)
    tables.warn(reading.warnings)
    if reading.faults:
        return tables.refuse(reading.faults, as_json=as_json)
    preranking = prerank(reading.placed, _POLICIES[policy])
    if wanted is not None:
        tables.tell_steps(*explained(preranking, wanted), as_json=as_json)
    elif as_json:
        tables.print_json(for_machines(preranking))
    else:
        click.echo(for_people(preranking))
    return 0


def read(file: Path) -> RankReading:
    """The lines to rank, or the faults; cohorts after the present year are to come."""
    table = read_file(file)
    if isinstance(table, RowFault):
        return RankReading((), (table,), ())
    return read_rank_rows(table.header, table.rows, time.localtime().tm_year)


def for_machines(preranking: Preranking) -> dict[str, object]:
    """Normative: protocol.md §5."""
    return {
        "ranked": [_line(line) for line in preranking.lines],
        "tie_groups": [[line.intern.id for line in group] for group in preranking.tie_groups],
        "unranked": [
            {"intern": each.intern.id, "reason": each.reason.code} for each in preranking.unranked
        ],
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "intern": line.intern.id,
        "rank": line.rank,
        "tied": line.tied,
        "seniority": line.seniority,
        "theoretical_cohort": line.theoretical_cohort,
        "local_rank": line.standing.local_rank,
        "cohort_size": line.standing.cohort_size,
        "adjusted_rank": truncated(line.adjusted.value),
    }


def for_people(preranking: Preranking) -> str:
    """The columns of the call list (DCI §7), unranked interns first, each with the reason."""
    unranked = [_why(each) for each in preranking.unranked]
    table = tables.aligned(HEADER, map(_cells, preranking.lines)) if preranking.lines else ""
    ties = [_tie(group) for group in preranking.tie_groups]
    return "\n".join(part for part in (*unranked, table, *ties) if part)


def _cells(line: Line) -> tuple[str, ...]:
    size = line.adjusted.theoretical.size
    remarks = ["ex aequo"] if line.tied else []
    remarks += ["hors discipline"] if line.placed.place is Place.ENTERING else []
    return (
        str(line.rank),
        _name(line.intern),
        line.intern.id,
        str(line.seniority),
        str(line.intern.cohort),
        str(line.standing.cohort_size),
        str(line.standing.local_rank),
        str(line.theoretical_cohort),
        "" if size is None else str(size),
        truncated(line.adjusted.value).replace(".", ","),
        ", ".join(remarks),
    )


def _name(intern: Intern) -> str:
    return f"{intern.last_name} {intern.first_name}".strip() or intern.id


def _why(unranked: Unranked) -> str:
    said = ranking_sentence(unranked.reason.code, unranked.reason.facts)
    return f"{_name(unranked.intern)} ({unranked.intern.id}). {said}"


def _tie(group: tuple[Line, ...]) -> str:
    return f"Ex aequo au rang {group[0].rank} : {', '.join(_name(line.intern) for line in group)}."


def explained(preranking: Preranking, wanted: str) -> tuple[str, tuple[Step, ...]]:
    """Name and steps. Raises Refused `not_in_file`."""
    for line in preranking.lines:
        if line.intern.id == wanted:
            return _name(line.intern), explain(preranking, line)
    for each in preranking.unranked:
        if each.intern.id == wanted:
            return _name(each.intern), explain_unranked(each)
    raise Refused(Refusal("not_in_file", {"wanted": wanted}))
