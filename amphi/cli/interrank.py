"""`amphi interrank FILE.csv --method rin|ri3`: one order over several exams (protocol.md §5)."""

from pathlib import Path

import click

from amphi.cli import tables
from amphi.outside.tables import read_file
from amphi.rules.ranking.explaining import Step, explain_interrank, plain
from amphi.rules.ranking.figures import half_up
from amphi.rules.ranking.interrank_file import InterrankReading, read_results
from amphi.rules.ranking.interranking import Interranked, Method
from amphi.rules.ranking.interranking import interrank as in_one_order
from amphi.rules.refusals import Refusal, Refused
from amphi.rules.table_faults import RowFault

HEADER = ("Rang", "Candidat", "Concours", "Note", "Sur", "Rang au concours", "Valeur", "")
_METHODS = {each.value: each for each in Method}


@click.command(help="Interclasse les candidats de plusieurs concours : tout le fichier, ou rien.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--method",
    type=click.Choice(list(_METHODS)),
    required=True,
    help="rin : par les notes ; ri3 : par règle de trois.",
)
@click.option("--explain", "wanted", metavar="CANDIDAT", help="Montre le calcul de celui-ci.")
@click.option("--json", "as_json", is_flag=True, help="Pour les machines.")
def interrank(file: Path, method: str, wanted: str | None, as_json: bool) -> int:
    """0: interranked; 1: something in the file cannot be."""
    reading = read(file)
    tables.warn(reading.warnings)
    if reading.faults:
        return tables.refuse(reading.faults, as_json=as_json)
    order = in_one_order(reading.results, _METHODS[method])
    if wanted is not None:
        tables.tell_steps(*explained(order, wanted), as_json=as_json)
    elif as_json:
        tables.print_json({"order": [_line(each) for each in order]})
    else:
        click.echo(tables.aligned(HEADER, map(_cells, order)))
    return 0


def read(file: Path) -> InterrankReading:
    """The results, or the faults."""
    table = read_file(file)
    if isinstance(table, RowFault):
        return InterrankReading((), (table,), ())
    return read_results(table.header, table.rows)


def _line(placed: Interranked) -> dict[str, object]:
    """Normative: protocol.md §5."""
    return {
        "candidate": placed.result.candidate,
        "value": half_up(placed.value),
        "rank": placed.rank,
        "tied": placed.tied,
    }


def _cells(placed: Interranked) -> tuple[str, ...]:
    result = placed.result
    return (
        str(placed.rank),
        result.candidate,
        result.exam,
        plain(result.mark).replace(".", ","),
        plain(result.out_of).replace(".", ","),
        str(placed.exam_rank),
        half_up(placed.value).replace(".", ","),
        "ex aequo" if placed.tied else "",
    )


def explained(order: list[Interranked], wanted: str) -> tuple[str, tuple[Step, ...]]:
    """Name and steps. Raises Refused `not_in_file`."""
    found = next((each for each in order if each.result.candidate == wanted), None)
    if found is None:
        raise Refused(Refusal("not_in_file", {"wanted": wanted}))
    return wanted, explain_interrank(found)
