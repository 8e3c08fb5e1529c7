"""What the commands that read a table have in common: faults, warnings, columns, explanations."""

from collections import Counter
from collections.abc import Iterable, Sequence

import click
import msgspec

from amphi.http.sentences import ranking_sentence, row_fault_sentence
from amphi.rules.ranking.explaining import Step
from amphi.rules.table_faults import RowFault

MOST_LINES = 20  # of each code: beyond it only how many more there are


def print_json(value: object) -> None:
    """One line for machines."""
    click.echo(msgspec.json.encode(value))


def refuse(faults: Sequence[RowFault], *, as_json: bool) -> int:
    """Says every fault; the exit status."""
    if as_json:
        print_json({"ok": False, "refused": [_for_machines(each) for each in faults]})
    _say(faults, "Refusé ({code}) : {line}")
    return 1


def warn(warnings: Sequence[RowFault]) -> None:
    """On the error output, so that the result stays what it is."""
    _say(warnings, "Attention : {line}")


def _say(faults: Sequence[RowFault], form: str) -> None:
    said: Counter[str] = Counter()
    for each in faults:
        said[each.code] += 1
        if said[each.code] <= MOST_LINES:
            click.echo(form.format(code=each.code, line=_line(each)), err=True)
    for code, times in said.items():
        if times > MOST_LINES:
            click.echo(f"… et {times - MOST_LINES} autres ({code}).", err=True)


def _line(fault: RowFault) -> str:
    where = [f"ligne {fault.line}"] if fault.line else []
    where += [f"colonne {fault.field}"] if fault.line > 1 and fault.field else []
    said = row_fault_sentence(fault)
    return f"{', '.join(where)} : {said}" if where else said


def _for_machines(fault: RowFault) -> dict[str, object]:
    place = {"line": fault.line or None, "field": fault.field or None}
    return fault.facts | place | {"code": fault.code, "sentence": row_fault_sentence(fault)}


def aligned(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under each other: figures to the right, the rest to the left."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numeric = [all(map(_is_figure, column[1:])) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in lines
    )


def _is_figure(cell: str) -> bool:
    return not cell or cell.replace(",", "").isdecimal()


def tell_steps(name: str, steps: Sequence[Step], *, as_json: bool) -> None:
    """The computation, a sentence and a formula for each step."""
    said = [(each, ranking_sentence(each.code, each.facts)) for each in steps]
    if as_json:
        parts = [msgspec.structs.asdict(step) | {"sentence": sentence} for step, sentence in said]
        print_json({"of": name, "steps": parts})
        return
    click.echo(name)
    for step, sentence in said:
        click.echo(f"  {sentence}")
        if step.formula:
            click.echo(f"      {step.formula}")
