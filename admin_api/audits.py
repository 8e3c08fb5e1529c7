"""The journal of administrative acts: who did what."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import wire
from admin_api.rights import the_operator
from admin_api.services import Services
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of, stamp
from amphi.http.reading import query
from amphi.records.audit import Audited
from amphi.records.territories import acts_in


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`subject`: the id of what was acted upon."""

    subject: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Audits:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """Acts upon what belongs to the own territory, and its operators' own; oldest first."""
        agent = await the_operator(self._services, request)
        asked = query(request, Filters)
        after = place_of(asked.cursor, int) if asked.cursor else 0
        async with self._services.database.connection() as connection:
            found = await acts_in(
                *(connection, agent.territory),
                subject=asked.subject,
                after=after,
                limit=asked.limit,
            )
        cursor = cursor_of(found[-1].id) if len(found) == asked.limit else None
        return answers.json(Page([_act(each) for each in found], cursor))


def _act(audited: Audited) -> wire.Act:
    fields = msgspec.structs.asdict(audited.act)
    return wire.Act(id=audited.id, at=stamp(audited.at), **fields)
