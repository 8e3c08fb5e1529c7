"""Documents by typst: tagged PDF that screen readers can follow and archives may keep.

PDF/UA-1 and PDF/A-2a together (experience.md, "Data in and out"). Fonts are those inside typst:
nothing of the machine shows in a document. What people read of it stands in `web/documents/`.
"""

from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec
import typst

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
_FOLDER = Path(str(resources.files("amphi.web"))) / "documents"


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What every page says of its document, and what the first one says beneath the title.

    `version`, `made_at`: as people read them; `at`: the instant of making, Unix seconds, for the
    file's own properties; `facts`: label and value, two pairs on a line.
    """

    title: str
    territory: str
    perimeter: str
    version: str
    made_at: str
    at: int
    facts: tuple[tuple[str, str], ...] = ()


class CallLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the call list with the columns of DCI §7, as people read them."""

    call_rank: int
    name: str
    des: str
    seniority: str = ""
    cohort: str = ""
    cohort_size: str = ""
    local_rank: str = ""
    theoretical_cohort: str = ""
    theoretical_size: str = ""
    adjusted_rank: str = ""
    absence: str = ""


class AttendanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signs, or the holder of the proxy; `remark` stands where the signature would."""

    call_rank: int
    name: str
    des: str = ""
    proxy: str = ""
    remark: str = ""


class AttendancePart(msgspec.Struct, frozen=True):
    """Those of one choice session, on pages of their own; `title` may be empty."""

    title: str
    lines: tuple[AttendanceLine, ...]


def call_list_pdf(cover: Cover, lines: tuple[CallLine, ...], remark: str = "") -> bytes:
    """The call list, landscape. A second or so of computing for a thousand lines: use a thread."""
    return _typeset("call_list", cover, lines=lines, remark=remark)


def attendance_pdf(cover: Cover, parts: tuple[AttendancePart, ...]) -> bytes:
    """The attendance sheet (émargement). Slow as `call_list_pdf`."""
    return _typeset("attendance", cover, parts=parts)


def _typeset(name: str, cover: Cover, **more: Any) -> bytes:
    """Values travel as JSON: no text of anybody is ever read as typst's own language."""
    facts = msgspec.to_builtins(cover) | msgspec.to_builtins(more)
    return typst.compile(
        str(_FOLDER / f"{name}.typ"),
        root=str(_FOLDER),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[*STANDARDS],
        timestamp=cover.at,
        sys_inputs={"data": msgspec.json.encode(facts).decode()},
    )
