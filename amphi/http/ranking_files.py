"""A version of a call list as a file: PDF for people, CSV and XLSX for spreadsheets, a sheet to sign.

The same columns everywhere, those of DCI §7. Typesetting is slow and done beside the event loop.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from amphi.http.csv_files import csv_file
from amphi.http.wording import REGIMES, counted, hour, moment, semester
from amphi.outside.documents import (
    AttendanceLine,
    AttendancePart,
    CallLine,
    Cover,
    attendance_pdf,
    call_list_pdf,
)
from amphi.outside.workbooks import workbook
from amphi.records import instants
from amphi.records.call_lists import CallListRow, ListedLine
from amphi.rules.ids import PersonId
from amphi.rules.names import plain
from amphi.rules.ranking.session_planner import PlannedSession
from amphi.rules.refusals import Refusal, Refused

HEADS = (
    "Rang d'appel",
    "Identité",
    "DES",
    "Ancienneté",
    "Promotion",
    "Effectif promo local",
    "Rang local",
    "Promotion théorique",
    "Effectif promo théorique",
    "Rang actualisé",
    "Absence prévue",
)
STATES = {"provisional": "provisoire", "frozen": "figée"}
REMARK = "Le rang actualisé est montré avec deux décimales, sans arrondi ; l'ordre suit la valeur exacte."

Cells = tuple[str | int | float | None, ...]

_WORD = re.compile(r"\w+")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version with all that its files say; `absent`: expected absences; `proxies`: holder by grantor."""

    row: CallListRow
    lines: Sequence[ListedLine]
    absent: frozenset[PersonId] = frozenset()
    proxies: Mapping[PersonId, str] = {}
    sessions: Sequence[PlannedSession] = ()


def named(line: ListedLine) -> str:
    """As a French directory writes it."""
    return f"{line.last_name} {line.first_name}".strip()


def told(row: CallListRow) -> str:
    """`Version 3, figée`."""
    return f"Version {row.version}, {STATES.get(row.state, row.state)}"


async def made(version: Version, file: str, now: datetime) -> bytes:
    """The file of that name. Raises Refused `unknown_address`."""
    return await _kind(file).make(version, now)


def answer(row: CallListRow, file: str, raw: bytes) -> Response:
    """To be saved under a name that says whose list it is."""
    return saved(file, raw, f"{row.perimeter_name} {row.semester} v{row.version}")


def saved(file: str, raw: bytes, of: str) -> Response:
    """To be saved as one of those files, `of` something or somebody, in letters every system takes."""
    kind = _kind(file)
    words = "-".join(map(plain, _WORD.findall(of)))
    name = f"{kind.what}-{words}.{file.rpartition('.')[2]}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(raw, media_type=kind.media_type, headers=headers)


def _kind(file: str) -> "_Kind":
    kind = _KINDS.get(file)
    if kind is None:
        raise Refused(Refusal("unknown_address"))
    return kind


async def _pdf(version: Version, now: datetime) -> bytes:
    cells = [_cells(version, each) for each in version.lines]
    return await pdf_of(_cover(version, "Liste d'appel", now), cells)


async def pdf_of(cover: Cover, rows: Sequence[Cells]) -> bytes:
    """A call list of those cells, in the order of HEADS."""
    lines = tuple(map(_call_line, rows))
    return await asyncio.to_thread(call_list_pdf, cover, lines, REMARK)


async def _attendance(version: Version, now: datetime) -> bytes:
    """A part for each planned session."""
    cover = _cover(version, "Feuille d'émargement", now)
    return await asyncio.to_thread(attendance_pdf, cover, tuple(_parts(version)))


async def _csv(version: Version, _: datetime) -> bytes:
    return await csv_of([_cells(version, each) for each in version.lines])


async def csv_of(rows: Sequence[Cells]) -> bytes:
    """UTF-8 with BOM, `;`; decimals with a comma, as the French write them."""
    return await asyncio.to_thread(lambda: bytes(csv_file("", HEADS, map(_french, rows)).body))


async def _xlsx(version: Version, _: datetime) -> bytes:
    return await xlsx_of([_cells(version, each) for each in version.lines])


async def xlsx_of(rows: Sequence[Cells]) -> bytes:
    """Numbers as numbers."""
    return await asyncio.to_thread(workbook, "Liste d'appel", HEADS, rows)


class _Kind(NamedTuple):
    what: str
    media_type: str
    make: Callable[[Version, datetime], Awaitable[bytes]]


_KINDS = {
    "call-list.pdf": _Kind("liste-d-appel", "application/pdf", _pdf),
    "attendance.pdf": _Kind("emargement", "application/pdf", _attendance),
    "call-list.csv": _Kind("liste-d-appel", "text/csv; charset=utf-8", _csv),
    "call-list.xlsx": _Kind("liste-d-appel", _XLSX, _xlsx),
}


def _cells(version: Version, line: ListedLine) -> Cells:
    absent = "Oui" if line.person in version.absent else ""
    return line.call_rank, named(line), line.des, *figures(line), absent


def figures(line: ListedLine) -> tuple[int | float | None, ...]:
    """From the seniority to the adjusted rank; two decimals, truncated."""
    ranked = line.line
    return (
        ranked.seniority,
        line.cohort,
        ranked.standing.cohort_size,
        ranked.standing.local_rank,
        ranked.theoretical_cohort,
        line.theoretical_size,
        float(line.adjusted_rank),
    )


def _french(row: Cells) -> list[object]:
    return [f"{cell:.2f}".replace(".", ",") if isinstance(cell, float) else cell for cell in row]


def _call_line(row: Cells) -> CallLine:
    texts = ["" if cell is None else str(cell) for cell in _french(row)]
    names = CallLine.__struct_fields__[1:]
    return CallLine(call_rank=int(texts[0]), **dict(zip(names, texts[1:], strict=True)))


def _parts(version: Version) -> list[AttendancePart]:
    """By session; all in one part while none is planned."""
    lines = [(each.call_rank, _attendance_line(version, each)) for each in version.lines]
    if not version.sessions:
        return [AttendancePart("", tuple(line for _, line in lines))]
    return [
        AttendancePart(
            _session(each),
            tuple(line for rank, line in lines if each.from_rank <= rank <= each.to_rank),
        )
        for each in version.sessions
    ]


def _session(session: PlannedSession) -> str:
    start, end = instants.moment(session.starts_at), instants.moment(session.ends_at)
    ranks = f"rangs {session.from_rank} à {session.to_rank}"
    return f"Session {session.n} – {moment(start)} à {hour(end)} – {ranks}"


def _attendance_line(version: Version, line: ListedLine) -> AttendanceLine:
    return AttendanceLine(
        call_rank=line.call_rank,
        name=named(line),
        des=line.des,
        proxy=version.proxies.get(line.person, ""),
        remark="Absence prévue" if line.person in version.absent else "",
    )


def _cover(version: Version, title: str, now: datetime) -> Cover:
    row = version.row
    regime = REGIMES.get(row.regime, "Tous régimes")
    return Cover(
        title=title,
        territory=row.territory,
        perimeter=f"{row.perimeter_name} – {regime}",
        version=f"{told(row)}, du {moment(row.made_at)}",
        made_at=moment(now),
        at=int(now.timestamp()),
        facts=(
            ("Circonscription", row.territory),
            ("Choix du semestre", semester(row.semester)),
            ("Périmètre", row.perimeter_name),
            ("Régime", regime),
            ("Liste", told(row)),
            ("Arrêtée le", moment(row.made_at)),
            ("Internes", counted(len(version.lines), "interne")),
            ("Empreinte", row.digest[:16]),
        ),
    )
