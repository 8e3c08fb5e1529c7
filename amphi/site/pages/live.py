"""The live page of an amphi: the frame of it; what it shows comes over the socket (protocol.md §1)."""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.found import amphi_at
from amphi.http.sign_ins import Visitor
from amphi.records.database import Connection
from amphi.records.mine import EntryRow, entries_held_by, entries_of
from amphi.records.reads import AmphiRow
from amphi.rules.choosing.state import Phase
from amphi.site.pages.frame import Pages

PartName = Literal["intern", "proxy"]
# "interns see its line in the list of amphis, with provisional hours at most" (live-rules.md §1)
NOT_YET = (Phase.PLANNED, Phase.VALIDATED)


class PartRow(msgspec.Struct, frozen=True):
    """A part that the visitor may play here; `name`: of the intern who is to have a post."""

    role: PartName
    name: str


class LivePage(Pages):
    """Handler; what it needs is `services`."""

    async def show(self, request: Request) -> Response:
        """For everybody once the amphi is open; before, the date of its opening."""
        visitor = await self.services.visitors.who(request)
        async with self.services.database.connection() as connection:
            row = await amphi_at(connection, request.path_params["amphi"])
            parts = [] if visitor is None else await _parts(connection, row, visitor)
        part = _part(parts, request.query_params.get("as"))
        return await self.page(
            request,
            "live.html",
            visitor=visitor,
            amphi=row,
            open=row.phase not in NOT_YET,
            phases=[phase.value for phase in Phase],
            parts=parts,
            part=part,
            here=f"{request.url.path}?as={part.role}" if part else request.url.path,
        )


async def _parts(connection: Connection, row: AmphiRow, visitor: Visitor) -> list[PartRow]:
    """ "one account, two roles, no second sign-in; `as` only selects what the page shows" """
    own = await entries_of(connection, visitor.person)
    held = await entries_held_by(connection, visitor.person)
    return [*_rows("intern", own, row), *_rows("proxy", held, row)]


def _rows(role: PartName, lines: list[EntryRow], amphi: AmphiRow) -> list[PartRow]:
    here = (line for line in lines if line.amphi == amphi.id)
    return [PartRow(role, f"{line.first_name} {line.last_name}") for line in here]


def _part(parts: list[PartRow], wanted: str | None) -> PartRow | None:
    """The one asked for when there is one to play, else the first; None: a spectator."""
    return next((each for each in parts if each.role == wanted), parts[0] if parts else None)
