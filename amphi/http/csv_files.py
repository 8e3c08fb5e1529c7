"""CSV for spreadsheets: "UTF-8 with BOM, `;`", cells that would run as a formula made harmless."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from amphi.outside.harmless import harmless


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """To be saved as `name`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([heads, *([harmless(cell) for cell in row] for row in rows)])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = codecs.BOM_UTF8 + text.getvalue().encode()
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")
