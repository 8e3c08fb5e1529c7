"""A version of a call list: its lines, its planned sessions, its files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import Pages
from admin_api.pages.ranking import RANKING, Text, actor_of
from admin_api.rights import the_operator
from amphi.actions.asking import ask
from amphi.actions.call_lists import Fed, feed_amphi, plan_sessions, planned
from amphi.actions.gestures import a_letter
from amphi.actions.ranking_access import Actor, own_call_list
from amphi.http import ranking_files
from amphi.http.asked import Here, Number, asked, leaf
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.ranking_files import Version
from amphi.http.sentences import sentence
from amphi.http.wording import PARIS
from amphi.records.accounts import Operator
from amphi.records.call_lists import CallListRow, lines_of
from amphi.records.database import Connection
from amphi.records.instants import millis, moment
from amphi.records.perimeters import NOT_STARTED, fed_amphis
from amphi.records.ranking_pages import absent_from, proxies_on
from amphi.records.reads import AmphiRow, list_amphis
from amphi.records.session_plans import SessionPlan, plan_of
from amphi.rules.ranking.session_planner import PlannedSession, Timetable
from amphi.rules.refusals import Refusal, Refused

LISTS = f"{RANKING}/lists"
LINES = 250
Whole = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Wanted(msgspec.Struct, frozen=True):
    page: Number = 1


class Plan(msgspec.Struct, frozen=True):
    """The planner's form; `last_ranks`: the last rank of each session, by hand, or empty."""

    starts_at: Text = ""
    planned_seconds: Whole = 60
    round_to: Whole = 10
    session_size: Whole = 30
    turn_seconds: Whole = 90
    last_ranks: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ToFeed(msgspec.Struct, frozen=True):
    """`why`: journaled when the amphi was validated already."""

    amphi: Text = ""
    why: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class SessionShown(msgspec.Struct, frozen=True):
    """A planned session with its times as instants; `worst`: when everybody uses the full time."""

    session: PlannedSession
    starts: datetime
    ends: datetime
    worst: datetime


class ListPages(Pages):
    """Handlers; what they need is `services`."""

    async def shown(self, request: Request) -> Response:
        """The version with the columns of DCI §7."""
        agent = await the_operator(self.services, request)
        return await self._list(request, agent, asked(request, Wanted).page)

    async def planned(self, request: Request) -> Response:
        """Sessions planned, or the form again with what is wrong."""
        agent, typed = await the_operator(self.services, request), await form(request, Plan)
        call_list = request.path_params["call_list"]
        try:
            async with self.services.database.transaction() as connection:
                await plan_sessions(connection, actor_of(agent), call_list, _settings(typed))
        except Refused as refused:
            return await self._list(request, agent, 1, refused.refusals[0], typed)
        return RedirectResponse(f"{LISTS}/{call_list}?done=sessions_planned#sessions", 303)

    async def fed(self, request: Request) -> Response:
        """An amphi takes this frozen list; once validated, its conductor journals it."""
        agent, typed = await the_operator(self.services, request), await form(request, ToFeed)
        call_list = request.path_params["call_list"]
        try:
            async with self.services.database.transaction() as connection:
                fed = await feed_amphi(connection, actor_of(agent), typed.amphi, call_list)
            if fed.staged:
                await self._journaled(agent, fed, typed.why)
        except Refused as refused:
            return await self._list(request, agent, 1, refused.refusals[0])
        return RedirectResponse(f"{LISTS}/{call_list}?done=amphi_fed#amphis", 303)

    async def _journaled(self, agent: Operator, fed: Fed, why: str) -> None:
        """Raises Refused: `no_conductor`, and what the rules say of `replace_call_list`."""
        args = {"reason": why} if why else {}
        letter = a_letter(fed.amphi.id, "replace_call_list", agent.person, args=args)
        answer = await ask(self.services.asks, fed.amphi.offer, letter)
        if answer.seq is None:
            raise Refused(Refusal("no_conductor"))

    async def downloaded(self, request: Request) -> Response:
        """As a file. Raises Refused `unknown_address`."""
        agent, file = await the_operator(self.services, request), request.path_params["file"]
        version = await self._version(actor_of(agent), request.path_params["call_list"])
        raw = await ranking_files.made(version, file, datetime.now(UTC))
        return ranking_files.answer(version.row, file, raw)

    async def _version(self, actor: Actor, call_list: str) -> Version:
        async with self.services.database.connection() as connection:
            row = await own_call_list(connection, actor, call_list)
            return Version(
                row=row,
                lines=await lines_of(connection, row.id),
                absent=await absent_from(connection, row.id),
                proxies=await proxies_on(connection, row.id),
                sessions=await _sessions(connection, actor, row.id),
            )

    async def _list(
        self,
        request: Request,
        agent: Operator,
        page: int,
        refusal: Refusal | None = None,
        typed: Plan | None = None,
    ) -> Response:
        version = await self._version(actor_of(agent), request.path_params["call_list"])
        async with self.services.database.connection() as connection:
            settings = await plan_of(connection, version.row.id)
            halls = await _halls(connection, version.row)
            fed = await fed_amphis(connection, version.row.perimeter, version.row.semester)
        return self.page(
            *(request, "ranking_list.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            list=version.row,
            leaf=leaf(version.lines, page, LINES),
            here=Here(request, f"{LISTS}/{version.row.id}"),
            heads=ranking_files.HEADS,
            name=ranking_files.named,
            absent=version.absent,
            sessions=[_shown(each) for each in version.sessions],
            plan=typed or _plan(settings),
            halls=halls,
            fed=fed,
        )


async def _halls(connection: Connection, row: CallListRow) -> list[AmphiRow]:
    """Amphis that might take the list: of the territory, the semester, the regime; not begun."""
    return [
        hall
        for hall in await list_amphis(connection)
        if (hall.territory, hall.semester) == (row.territory, row.semester)
        and row.regime in ("", hall.regime)
        and hall.phase in NOT_STARTED
    ]


async def _sessions(
    connection: Connection, actor: Actor, call_list: str
) -> Sequence[PlannedSession]:
    """None planned: no sessions."""
    if await plan_of(connection, call_list) is None:
        return ()
    try:
        return await planned(connection, actor, call_list)
    except Refused as refused:
        # bounds set by hand for a former version that do not fit this one: the agent sets them anew
        if refused.refusals[0].code not in {"sessions_not_a_partition", "nobody_on_the_list"}:
            raise
        return ()


def _shown(session: PlannedSession) -> SessionShown:
    return SessionShown(
        session, moment(session.starts_at), moment(session.ends_at), moment(session.worst_end)
    )


def _settings(typed: Plan) -> SessionPlan:
    """Raises Refused: `bad_request` (no time), `sessions_not_a_partition` (ranks that are none)."""
    try:
        starts_at = datetime.fromisoformat(typed.starts_at).replace(tzinfo=PARIS)
    except ValueError as fault:
        raise Refused(Refusal("start_needed")) from fault
    words = typed.last_ranks.replace(",", " ").replace(";", " ").split()
    if not all(word.isascii() and word.isdecimal() and len(word) < 10 for word in words):
        raise Refused(Refusal("sessions_not_a_partition"))
    timetable = Timetable(
        typed.planned_seconds, typed.round_to, typed.session_size, typed.turn_seconds
    )
    return SessionPlan(
        starts_at=millis(starts_at),
        timetable=timetable,
        last_ranks=tuple(map(int, words)) if words else None,
    )


def _plan(settings: SessionPlan | None) -> Plan:
    """The form as it was last sent, or as the rules suggest."""
    if settings is None:
        return Plan()
    starts = moment(settings.starts_at).astimezone(PARIS)
    return Plan(
        starts_at=f"{starts:%Y-%m-%dT%H:%M}",
        last_ranks=", ".join(map(str, settings.last_ranks or ())),
        **msgspec.structs.asdict(settings.timetable),
    )
