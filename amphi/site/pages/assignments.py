"""The list of assignments in real time, newest first (DCI §11)."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.answers import cursor_of, kept, place_of
from amphi.http.asked import Here, asked
from amphi.http.names import shown
from amphi.http.templating import environment
from amphi.records.assignment_pages import AssignedRow, Only, Place, assigned
from amphi.rules.ids import AmphiId
from amphi.rules.names import plain
from amphi.site.pages.frame import Pages
from amphi.site.pages.recent import recent_amphis, recent_posts

LINES = 50  # on one page


class Wanted(msgspec.Struct, frozen=True):
    """The filters of DCI §11 for what is known today; `cursor`: where the page before ended."""

    amphi: str | None = None
    regime: str | None = None
    group: str | None = None
    des: str | None = None
    intern_des: str | None = None
    department: str | None = None
    establishment: str | None = None
    service: str | None = None
    supervisor: str | None = None
    first_name: str | None = None
    cursor: str | None = None

    @property
    def only(self) -> Only:
        fields = {name: getattr(self, name) for name in Only.__struct_fields__ if name in FILTERS}
        return Only(**fields | {"amphi": None if self.amphi is None else AmphiId(self.amphi)})


FILTERS = set(Wanted.__struct_fields__) - {"cursor"}


class Rows(msgspec.Struct, frozen=True):
    """The rows as HTML, the same for everybody; `next`: the cursor of what follows."""

    html: str
    next: str | None
    count: int


class AssignmentPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """For everybody."""
        wanted = asked(request, Wanted)
        rows = await self._rows(wanted)
        posts = await recent_posts(self.services)
        amphis = await recent_amphis(self.services)
        return await self.page(
            *(request, "assignments.html"),
            visitor=await self.services.visitors.who(request),
            wanted=wanted,
            filtered=any(getattr(wanted, name) is not None for name in FILTERS),
            here=Here(request),
            query=request.url.query,
            rows=rows,
            amphis=amphis,
            regimes=sorted({row.regime for row in amphis}),
            groups=sorted({row.group for row in amphis}, key=plain),
            des=sorted({post.des for post in posts}, key=plain),
        )

    async def rows(self, request: Request) -> Response:
        """What components/refresh.js asks for: the rows alone, 304 when nothing has changed."""
        rows = await self._rows(asked(request, Wanted))
        return kept(request, rows.html.encode(), "text/html")

    async def _rows(self, wanted: Wanted) -> Rows:
        """At most a second old: a thousand who watch cost one query."""
        made = await self.services.lately.of(("assignments", wanted), lambda: self._made(wanted))
        return msgspec.json.decode(made, type=Rows)

    async def _made(self, wanted: Wanted) -> bytes:
        after = place_of(wanted.cursor, Place) if wanted.cursor else None
        async with self.services.database.connection() as connection:
            rows = await assigned(connection, wanted.only, after, LINES + 1, newest_first=True)
        page, more = rows[:LINES], len(rows) > LINES
        named = [(row, self._shown(row)) for row in page]
        html = environment().get_template("assignment_rows.html").render(rows=named)
        return msgspec.json.encode(
            Rows(html, cursor_of(page[-1].place) if more else None, len(page))
        )

    def _shown(self, row: AssignedRow) -> str:
        return " ".join(shown(row.first_name, row.last_name, full=self.services.full_names))
