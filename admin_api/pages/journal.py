"""The journal of gestures as a page."""

from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from admin_api.journal import Filters, Journal, name_of
from admin_api.pages.frame import Pages
from admin_api.rights import the_operator
from admin_api.services import Services
from admin_api.telling import said
from amphi.http.reading import query
from amphi.http.wording import PARIS
from amphi.records.gestures import Done
from amphi.records.instants import moment
from amphi.records.reads import list_amphis

JOURNAL = "/admin/journal"


class JournalPages(Pages):
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._journal = Journal(services)

    async def show(self, request: Request) -> Response:
        """Newest first, of everything or of one amphi."""
        agent, asked = await the_operator(self.services, request), query(request, Filters)
        page = await self._journal.lines(agent, _less(asked))
        async with self.services.database.connection() as connection:
            mine = [r for r in await list_amphis(connection) if r.territory == agent.territory]
        of_one = {"amphi": asked.amphi} if asked.amphi else {}
        following = f"{JOURNAL}?{urlencode({**of_one, 'cursor': page.cursor})}"
        return self.page(
            *(request, "journal.html"),
            agent=agent,
            lines=[_shown(each) for each in page.items],
            amphis=mine,
            chosen=asked.amphi or "",
            first=f"{JOURNAL}?{urlencode(of_one)}" if asked.cursor else None,
            next=following if page.cursor else None,
            export=f"{JOURNAL}.csv?{urlencode(of_one)}" if of_one else f"{JOURNAL}.csv",
        )

    async def exported(self, request: Request) -> Response:
        """As CSV."""
        return await self._journal.exported(request)


def _shown(line: Done) -> tuple[Done, datetime, str, str, str]:
    at = moment(line.at).astimezone(PARIS)
    return line, at, f"{at:%d/%m/%Y %H:%M:%S}", name_of(line), said(line)


def _less(asked: Filters) -> Filters:
    """An empty choice of the form is no choice."""
    return Filters(asked.amphi or None, min(asked.limit, 100), asked.cursor)
