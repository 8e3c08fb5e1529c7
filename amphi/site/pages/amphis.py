"""The list of amphis, the sessions of one, its call list (DCI §7)."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.asked import Here, Number, asked, leaf
from amphi.http.found import amphi_at
from amphi.http.names import shown
from amphi.http.sign_ins import Visitor
from amphi.records.call_lists import ListedLine
from amphi.records.mine import EntryRow, entries_held_by, entries_of
from amphi.records.offer_reads import CallListRow, call_list
from amphi.records.ranking_pages import figures_of
from amphi.records.reads import AmphiRow, SessionRow, sessions
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId
from amphi.rules.names import plain
from amphi.rules.refusals import Refusal, Refused
from amphi.site.call_list_files import call_list_file
from amphi.site.pages.frame import Pages
from amphi.site.pages.recent import recent, recent_amphis

Figures = dict[EntryId, ListedLine]
LINES = 100  # of a call list on one page
BEFORE_OPENING = (Phase.PLANNED, Phase.VALIDATED)


class Wanted(msgspec.Struct, frozen=True):
    """Of the list of amphis."""

    regime: str | None = None
    group: str | None = None
    amphi: str | None = None


class WantedLines(msgspec.Struct, frozen=True):
    """Of a call list; `name` is looked for in what is shown of names."""

    name: str | None = None
    page: Number = 1


class Line(msgspec.Struct, frozen=True):
    """A line as this visitor sees it; `whose`: "mine", "held" or nothing."""

    call_rank: int
    name: str
    des: str
    expected_absence: bool
    session: int | None
    whose: str
    figures: ListedLine | None = None  # of the ranking that the list comes from, when it does


class AmphiPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """All amphis, filtered; by campaign."""
        wanted = asked(request, Wanted)
        rows = await recent_amphis(self.services)
        found = [row for row in rows if _fits(row, wanted)]
        campaigns = dict.fromkeys((row.campaign, row.campaign_name, row.semester) for row in found)
        return await self.page(
            *(request, "amphis.html"),
            visitor=await self.services.visitors.who(request),
            wanted=wanted,
            campaigns=[
                (name, semester, [row for row in found if row.campaign == campaign])
                for campaign, name, semester in campaigns
            ],
            regimes=sorted({row.regime for row in rows}),
            groups=sorted({row.group for row in rows}, key=plain),
            codes=sorted({row.code for row in rows}, key=plain),
        )

    async def sessions(self, request: Request) -> Response:
        """ "Accès au horaire des sessions selon votre rang d'appel" (DCI §7)"""
        visitor = await self.services.visitors.who(request)
        async with self.services.database.connection() as connection:
            row = await amphi_at(connection, request.path_params["amphi"])
            planned = await sessions(connection, row.id)
        mine, _ = await self._lines_of(visitor, row.id)
        return await self.page(
            *(request, "sessions.html"),
            visitor=visitor,
            amphi=row,
            sessions=planned,
            mine={line.session for line in mine},
        )

    async def call_list(self, request: Request) -> Response:
        """Who chooses, in order, from the opening on; my line marked. Raises Refused `amphi_not_open`."""
        wanted = asked(request, WantedLines)
        visitor = await self.services.visitors.who(request)
        async with self.services.database.connection() as connection:
            row = await amphi_at(connection, request.path_params["amphi"])
            if row.phase in BEFORE_OPENING:
                raise Refused(Refusal("amphi_not_open"))
            planned = await sessions(connection, row.id)
            figures = await figures_of(connection, row.id)
        lines = await self._lines(row, planned, visitor, figures)
        found = [line for line in lines if wanted.name is None or _named(line, wanted.name)]
        return await self.page(
            *(request, "call_list.html"),
            visitor=visitor,
            amphi=row,
            wanted=wanted,
            here=Here(request),
            leaf=leaf(found, wanted.page, LINES),
            ranked=bool(figures),
            mine=[(line, -(-at // LINES)) for at, line in enumerate(lines, start=1) if line.whose],
        )

    async def downloaded(self, request: Request) -> Response:
        """The call list as a file. Raises Refused `amphi_not_open`, `unknown_address`."""
        amphi, file = request.path_params["amphi"], request.path_params["file"]
        return await call_list_file(self.services, amphi, file)

    async def _lines(
        self,
        row: AmphiRow,
        planned: list[SessionRow],
        visitor: Visitor | None,
        figures: Figures,
    ) -> list[Line]:
        read = await recent(
            self.services,
            ("call list", row.id),
            list[CallListRow],
            lambda connection: call_list(connection, row.id, full_names=True),
        )
        mine, held = await self._lines_of(visitor, row.id)
        whose = {line.entry: "mine" for line in mine} | {line.entry: "held" for line in held}
        return [
            msgspec.structs.replace(
                self._line(each, planned, whose), figures=figures.get(each.entry)
            )
            for each in read
        ]

    def _line(self, row: CallListRow, planned: list[SessionRow], whose: dict[EntryId, str]) -> Line:
        """Of oneself, and of whoever gave one a proxy, the whole name is known anyhow."""
        full = self.services.full_names or row.entry in whose
        return Line(
            call_rank=row.call_rank,
            name=" ".join(shown(row.first_name, row.last_name, full=full)),
            des=row.des,
            expected_absence=row.expected_absence,
            session=next((s.n for s in planned if s.from_rank <= row.call_rank <= s.to_rank), None),
            whose=whose.get(row.entry, ""),
        )

    async def _lines_of(
        self, visitor: Visitor | None, amphi: AmphiId
    ) -> tuple[list[EntryRow], list[EntryRow]]:
        """The visitor's own here, and those held."""
        if visitor is None:
            return [], []
        async with self.services.database.connection() as connection:
            own = await entries_of(connection, visitor.person)
            held = await entries_held_by(connection, visitor.person)
        return [e for e in own if e.amphi == amphi], [e for e in held if e.amphi == amphi]


def _fits(row: AmphiRow, wanted: Wanted) -> bool:
    return all(
        value is None or value == getattr(row, name)
        for name, value in (
            ("regime", wanted.regime),
            ("group", wanted.group),
            ("code", wanted.amphi),
        )
    )


def _named(line: Line, name: str) -> bool:
    return plain(name) in plain(line.name)
