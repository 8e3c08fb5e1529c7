"""Published call lists, provisional or frozen, with the columns of DCI §7; as files, too."""

from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http import ranking_files
from amphi.http.asked import Here, Number, asked, leaf
from amphi.http.ranking_files import Version
from amphi.records.call_lists import CallListRow, ListedLine, lines_of
from amphi.records.ranking_pages import absent_from, published, published_lists
from amphi.rules.ids import PersonId
from amphi.rules.names import initial, plain
from amphi.rules.refusals import Refusal, Refused
from amphi.site.pages.frame import Pages

LINES = 100  # of a list on one page
CALL_LISTS = "/call-lists"
FILES = ("call-list.pdf", "call-list.csv", "call-list.xlsx")  # the attendance sheet is the ARS's


class Wanted(msgspec.Struct, frozen=True):
    """`name` is looked for in what is shown of names."""

    name: str | None = None
    page: Number = 1


class CallListPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """The newest published version of each perimeter: "consulter les listes d'appel provisoires"."""
        async with self.services.database.connection() as connection:
            rows = await published_lists(connection)
        visitor = await self.services.visitors.who(request)
        return await self.page(request, "call_lists.html", visitor=visitor, lists=rows)

    async def shown(self, request: Request) -> Response:
        """One list. Raises Refused `unknown_call_list`, for versions that are not the newest too."""
        wanted, visitor = asked(request, Wanted), await self.services.visitors.who(request)
        mine = None if visitor is None else visitor.person
        version = await self._version(request.path_params["call_list"], mine)
        found = [
            line
            for line in version.lines
            if wanted.name is None or plain(wanted.name) in plain(ranking_files.named(line))
        ]
        return await self.page(
            *(request, "published_list.html"),
            visitor=visitor,
            list=version.row,
            wanted=wanted,
            here=Here(request),
            leaf=leaf(found, wanted.page, LINES),
            heads=ranking_files.HEADS,
            name=ranking_files.named,
            absent=version.absent,
            mine=mine,
        )

    async def downloaded(self, request: Request) -> Response:
        """As a file, with names as everybody sees them. Raises Refused `unknown_address`."""
        file = request.path_params["file"]
        if file not in FILES:
            raise Refused(Refusal("unknown_address"))
        version = await self._version(request.path_params["call_list"], None)
        key = ("call list file", version.row.id, file)
        raw = await self.services.lately.of(
            key, lambda: ranking_files.made(version, file, datetime.now(UTC))
        )
        return ranking_files.answer(version.row, file, raw)

    async def _version(self, call_list: str, mine: PersonId | None) -> Version:
        async with self.services.database.connection() as connection:
            row = await published(connection, call_list)
            if row is None:
                raise Refused(Refusal("unknown_call_list"))
            lines = await lines_of(connection, row.id)
            absent = await absent_from(connection, row.id)
        return self._named(row, lines, absent, mine)

    def _named(
        self,
        row: CallListRow,
        lines: list[ListedLine],
        absent: frozenset[PersonId],
        mine: PersonId | None,
    ) -> Version:
        """Names as the ARS lets everybody see them; one's own is whole."""
        if not self.services.full_names:
            lines = [line if line.person == mine else _shortened(line) for line in lines]
        return Version(row=row, lines=lines, absent=absent)


def _shortened(line: ListedLine) -> ListedLine:
    """`Emile Z.`"""
    short = f"{line.first_name} {initial(line.last_name)}"
    return msgspec.structs.replace(line, first_name="", last_name=short)
