"""An amphi's call list as a file (protocol.md §2), with its figures when it comes from a ranking."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from amphi.http import ranking_files
from amphi.http.found import amphi_at
from amphi.http.names import shown
from amphi.http.wording import REGIMES, counted, moment, semester
from amphi.outside.documents import Cover
from amphi.records.call_lists import ListedLine
from amphi.records.offer_reads import CallListRow, call_list
from amphi.records.ranking_pages import figures_of
from amphi.records.reads import AmphiRow
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import EntryId
from amphi.rules.refusals import Refusal, Refused
from amphi.site.services import Services

FILES = ("call-list.pdf", "call-list.csv", "call-list.xlsx")
BY_TYPE = {
    "application/pdf": FILES[0],
    "text/csv": FILES[1],
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": FILES[2],
}
_WITHOUT = (None,) * 7  # figures of a list that comes from a file


def asked_for(request: Request) -> str | None:
    """The file that `Accept` names before JSON; None: JSON will do."""
    for part in request.headers.get("accept", "").lower().split(","):
        wanted = part.partition(";")[0].strip()
        if wanted in BY_TYPE or wanted == "application/json":
            return BY_TYPE.get(wanted)
    return None


async def call_list_file(services: Services, amphi: str, file: str) -> Response:
    """ "Call list download (PDF) at any time, up to date" (intern-space.md).

    Raises Refused: `unknown_amphi`, `amphi_not_open`, `unknown_address`.
    """
    if file not in FILES:
        raise Refused(Refusal("unknown_address"))
    async with services.database.connection() as connection:
        row = await amphi_at(connection, amphi)
        if row.phase in (Phase.PLANNED, Phase.VALIDATED):
            raise Refused(Refusal("amphi_not_open"))
        lines = await call_list(connection, row.id, full_names=True)
        known = await figures_of(connection, row.id)
    cells = [_cells(services, each, known) for each in lines]

    async def made() -> bytes:
        if file == FILES[0]:
            return await ranking_files.pdf_of(_cover(row, len(cells)), cells)
        of = ranking_files.csv_of if file == FILES[1] else ranking_files.xlsx_of
        return await of(cells)

    raw = await services.lately.of(("amphi call list", row.id, file), made)
    return ranking_files.saved(file, raw, f"{row.code} {row.group} {row.semester}")


def _cells(
    services: Services, line: CallListRow, known: dict[EntryId, ListedLine]
) -> ranking_files.Cells:
    """Names as everybody sees them (intern-space.md)."""
    name = " ".join(shown(line.first_name, line.last_name, full=services.full_names))
    ranked = known.get(line.entry)
    figures = _WITHOUT if ranked is None else ranking_files.figures(ranked)
    return line.call_rank, name, line.des, *figures, "Oui" if line.expected_absence else ""


def _cover(row: AmphiRow, interns: int) -> Cover:
    now = datetime.now(UTC)
    return Cover(
        title="Liste d'appel",
        territory=row.territory,
        perimeter=f"{row.code} – {row.group} – {REGIMES.get(row.regime, row.regime)}",
        version=f"État du {moment(now)}",
        made_at=moment(now),
        at=int(now.timestamp()),
        facts=(
            ("Circonscription", row.territory),
            ("Choix du semestre", semester(row.semester)),
            ("Amphithéâtre", f"{row.code} – {row.group}"),
            ("Internes", counted(interns, "interne")),
        ),
    )
