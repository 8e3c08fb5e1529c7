"""CSV for spreadsheets: "UTF-8 with BOM, `;`", cells that would run as a formula made harmless."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

# What makes a spreadsheet take text for a formula (OWASP "CSV Injection"), tabs and line ends included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """To be saved as `name`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([heads, *([_harmless(cell) for cell in row] for row in rows)])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = codecs.BOM_UTF8 + text.getvalue().encode()
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")


def _harmless(cell: object) -> object:
    """An apostrophe in front: the spreadsheet shows the text as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
