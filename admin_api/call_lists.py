"""Call lists, their planned sessions, the amphis they feed (ranking.md §6; live-rules.md §1)."""

from datetime import datetime
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import ranking_answers as shown
from admin_api import ranking_wire as wire
from admin_api.deeds import deed, done_once, named, the_actor
from admin_api.rights import own_amphi, the_operator
from admin_api.services import Services
from amphi.actions.asking import ask
from amphi.actions.call_lists import feed_amphi, plan_sessions, planned
from amphi.actions.gestures import a_letter
from amphi.actions.ranking_access import Actor, own_call_list
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of, stamp
from amphi.http.reading import query
from amphi.records.call_lists import lines_of, list_call_lists
from amphi.records.database import Connection
from amphi.records.instants import millis, moment
from amphi.records.session_plans import SessionPlan
from amphi.records.start_certificates import start_certificate
from amphi.rules.ids import AmphiId, OfferId, PersonId
from amphi.rules.ranking.session_planner import Timetable
from amphi.rules.refusals import Refusal, Refused

Few = Annotated[int, msgspec.Meta(ge=1, le=86_400)]


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the list of versions; newest first."""

    perimeter: str | None = None
    semester: str | None = None
    ranking: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Paged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: answers.Limit = 100
    cursor: str | None = None


class ToPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds, but `round_to` in minutes; `last_ranks`: of each session, to set bounds by hand."""

    starts_at: Annotated[datetime, msgspec.Meta(tz=True)]
    planned_seconds: Few = 60
    round_to: Few = 10
    session_size: Few = 30
    turn_seconds: Few = 90
    last_ranks: Annotated[list[wire.Whole], msgspec.Meta(max_length=1000)] | None = None


class ToFeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`why`: journaled when the amphi was validated already."""

    amphi: wire.Name
    why: wire.Text = ""


class _Fed(msgspec.Struct, frozen=True):
    """What is remembered of a feeding, for whoever sends it again."""

    amphi: AmphiId
    offer: OfferId
    version: int
    staged: bool
    why: str


class CallLists:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """Every version of the own territory's lists."""
        actor = await the_actor(self._services, request)
        asked = query(request, Filters)
        behind = max(0, place_of(asked.cursor, int)) if asked.cursor else 0
        async with self._services.database.connection() as connection:
            rows = await list_call_lists(
                *(connection, actor.territory),
                perimeter=asked.perimeter,
                semester=asked.semester,
                run=asked.ranking,
            )
        end = behind + asked.limit
        cursor = cursor_of(end) if end < len(rows) else None
        return answers.json(Page([shown.call_list(row) for row in rows[behind:end]], cursor))

    async def lines(self, request: Request) -> Response:
        """By call rank, with the columns of DCI §7."""
        actor = await the_actor(self._services, request)
        asked = query(request, Paged)
        behind = max(0, place_of(asked.cursor, int)) if asked.cursor else 0
        async with self._services.database.connection() as connection:
            row = await own_call_list(connection, actor, named(request, "call_list"))
            lines = await lines_of(connection, row.id)
        end = behind + asked.limit
        cursor = cursor_of(end) if end < len(lines) else None
        return answers.json(Page([shown.list_line(each) for each in lines[behind:end]], cursor))

    async def planned(self, request: Request) -> Response:
        """The sessions as they follow from the plan and the list."""
        actor = await the_actor(self._services, request)
        async with self._services.database.connection() as connection:
            slots = await planned(connection, actor, named(request, "call_list"))
        return answers.json(wire.SessionPlanned([shown.session(each) for each in slots]))

    async def plan(self, request: Request) -> Response:
        """ "Bounds editable; worst case shown beside the plan" (ranking.md §6)."""

        async def act(connection: Connection, actor: Actor, given: ToPlan) -> wire.SessionPlanned:
            settings = _settings(given)
            call_list = named(request, "call_list")
            slots = await plan_sessions(connection, actor, call_list, settings)
            return wire.SessionPlanned([shown.session(each) for each in slots])

        return await deed(self._services, request, ToPlan, act)

    async def feed(self, request: Request) -> Response:
        """An amphi takes this frozen list; once validated, its conductor journals it.

        Without an answer of the conductor the list stays staged: send the same request again.
        """

        async def act(connection: Connection, actor: Actor, given: ToFeed) -> _Fed:
            call_list = named(request, "call_list")
            fed = await feed_amphi(connection, actor, given.amphi, call_list)
            return _Fed(fed.amphi.id, fed.amphi.offer, fed.version, fed.staged, given.why)

        done = await done_once(self._services, request, ToFeed, act)
        fed = msgspec.convert(done.answer, _Fed)
        seq = await self._journaled(done.actor, done.key, fed) if fed.staged else None
        return answers.json(wire.Fed(fed.amphi, fed.version, seq))

    async def _journaled(self, actor: Actor, key: str, fed: _Fed) -> int:
        args = {"reason": fed.why} if fed.why else {}
        letter = a_letter(fed.amphi, "replace_call_list", PersonId(actor.who), args=args)
        answer = await ask(
            self._services.asks, fed.offer, msgspec.structs.replace(letter, id=f"feed-{key}"[:128])
        )
        if answer.seq is None:
            raise Refused(Refusal("no_conductor"))
        return answer.seq

    async def certificate(self, request: Request) -> Response:
        """Which version of which frozen list session 1 of the amphi began with."""
        agent = await the_operator(self._services, request)
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, request.path_params["amphi"])
            found = await start_certificate(connection, amphi.id)
        if found is None:
            raise Refused(Refusal("no_start_yet"))
        fields = msgspec.structs.asdict(found)
        return answers.json(
            wire.StartCertificate(**(fields | {"started_at": stamp(moment(found.started_at))}))
        )


def _settings(given: ToPlan) -> SessionPlan:
    fields = {name: getattr(given, name) for name in Timetable.__struct_fields__}
    ranks = None if given.last_ranks is None else tuple(given.last_ranks)
    starts_at = millis(given.starts_at)
    return SessionPlan(starts_at=starts_at, timetable=Timetable(**fields), last_ranks=ranks)
