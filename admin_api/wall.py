"""What the wall of an amphi asks for over HTTP: names, posts, the turns that are over."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import wire
from admin_api.rights import own_amphi, the_operator
from admin_api.services import Services
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of
from amphi.http.reading import query
from amphi.records.gestures import TurnTaken, turns_taken
from amphi.records.offer_reads import PostRow, posts_of
from amphi.records.reads import AmphiRow
from amphi.records.wall_reads import wall_lines


class Paged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of a list."""

    limit: answers.Limit = 1000
    cursor: str | None = None


class Last(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many, the newest first."""

    limit: answers.Limit = 10


class Wall:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def call_list(self, request: Request) -> Response:
        """By call rank, with full names: this is for the ARS's eyes."""
        asked = query(request, Paged)
        agent = await the_operator(self._services, request)
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, request.path_params["amphi"])
            lines = await wall_lines(connection, amphi.id)
        interns = [wire.Intern(**msgspec.structs.asdict(each)) for each in lines]
        return answers.json(_part(interns, asked))

    async def posts(self, request: Request) -> Response:
        """The offer, withdrawn posts too."""
        asked = query(request, Paged)
        agent = await the_operator(self._services, request)
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, request.path_params["amphi"])
            rows = await posts_of(connection, amphi.offer)
        return answers.json(_part([_sheet(each, amphi) for each in rows], asked))

    async def turns(self, request: Request) -> Response:
        """The last turns, newest first, with the time each was charged."""
        asked = query(request, Last)
        agent = await the_operator(self._services, request)
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, request.path_params["amphi"])
            found = await turns_taken(connection, amphi.id, asked.limit)
        return answers.json(Page([_turn(each) for each in found], None))


def _part(items: list[answers.Item], asked: Paged) -> Page[answers.Item]:
    behind = place_of(asked.cursor, int) if asked.cursor else 0
    end = behind + asked.limit
    return Page(items[behind:end], cursor_of(end) if end < len(items) else None)


def _sheet(row: PostRow, amphi: AmphiRow) -> wire.PostSheet:
    fits_regime = not row.regimes or amphi.regime in row.regimes
    fits_group = not row.groups or amphi.group in row.groups
    fields = {name: getattr(row, name) for name in PostRow.__struct_fields__}
    return wire.PostSheet(**fields, open_to_amphi=fits_regime and fits_group)


def _turn(taken: TurnTaken) -> wire.Turn:
    return wire.Turn(
        seq=taken.seq,
        entry=taken.entry,
        post=taken.post,
        reason=taken.reason,
        seconds=taken.charged_ms / 1000,
    )
