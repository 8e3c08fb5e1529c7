"""The list of assignments, in real time (DCI §11)."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of, stamp
from amphi.http.names import shown
from amphi.http.reading import query
from amphi.records.assignment_pages import AssignedRow, Only, Place, assigned
from amphi.rules.ids import AmphiId
from amphi.site import wire
from amphi.site.services import Services


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`amphi`: its id."""

    campaign: str | None = None
    amphi: str | None = None
    des: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Assignments:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """In the order in which they were made; a cursor asks for those made since."""
        asked = query(request, Filters)
        after = place_of(asked.cursor, Place) if asked.cursor else None
        only = Only(
            asked.campaign, None if asked.amphi is None else AmphiId(asked.amphi), asked.des
        )
        async with self._services.database.connection() as connection:
            rows = await assigned(connection, only, after, asked.limit)
        cursor = cursor_of(rows[-1].place) if len(rows) == asked.limit else None
        return answers.json(Page([self._shown(row) for row in rows], cursor))

    def _shown(self, row: AssignedRow) -> wire.Assignment:
        first, last = shown(row.first_name, row.last_name, full=self._services.full_names)
        fields = msgspec.structs.asdict(row)
        del fields["id"]
        names = {"first_name": first, "last_name": last, "made_at": stamp(row.made_at)}
        return wire.Assignment(**fields | names)
