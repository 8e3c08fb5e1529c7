"""Ranking runs: prerank, tie groups, final ranking, publication, contests, freeze (ranking.md §4, §5)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import ranking_answers as shown
from admin_api import ranking_wire as wire
from admin_api.deeds import Nothing, Why, deed, named, the_actor
from admin_api.services import Services
from amphi.actions import contesting, ranking
from amphi.actions.contesting import Answer
from amphi.actions.preranking import ask_preranking
from amphi.actions.ranking_access import Actor, own_run
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of
from amphi.http.reading import query
from amphi.records.call_lists import one_call_list
from amphi.records.database import Connection
from amphi.records.ranking_runs import RunRow, list_runs
from amphi.records.ranking_states import run_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking.run import RankingRun

LOOK = "/admin/api/jobs"


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the list of runs; newest first."""

    perimeter: str | None = None
    semester: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Paged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: answers.Limit = 100
    cursor: str | None = None


class ToPrerank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`semester`: the one to choose for, `2027-05`."""

    perimeter: wire.Name
    semester: wire.Name


class TieOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody of the group who is still there, each once."""

    order: Annotated[list[wire.Name], msgspec.Meta(max_length=10_000)]


class Swap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line of `call_rank` and the one below it."""

    call_rank: wire.Whole
    why: wire.Text


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`until`: what interns are told; an operator closes the window."""

    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class ToAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`text`: what the intern reads."""

    accepted: bool
    text: wire.Text


Gesture = Callable[[Connection, Actor, str], Awaitable[Any]]
GestureWithReason = Callable[[Connection, Actor, str, str], Awaitable[Any]]
Handler = Callable[[Request], Awaitable[Response]]


class Rankings:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # --- reading ---

    async def listed(self, request: Request) -> Response:
        """Those of the own territory, newest first."""
        actor = await the_actor(self._services, request)
        asked = query(request, Filters)
        behind = place_of(asked.cursor, int) if asked.cursor else 0
        async with self._services.database.connection() as connection:
            rows = await list_runs(
                connection, actor.territory, perimeter=asked.perimeter, semester=asked.semester
            )
        items = [shown.ranking(row) for row in rows]
        return answers.json(_page(items, behind, asked.limit))

    async def one(self, request: Request) -> Response:
        """Where it stands, and what may be tried."""
        row, run = await self._run(request)
        return answers.json(shown.standing(row, run))

    async def lines(self, request: Request) -> Response:
        """ "unranked interns first, then call ranks"; ties alphabetically until they are treated."""
        asked = query(request, Paged)
        behind = place_of(asked.cursor, int) if asked.cursor else 0
        _, run = await self._run(request)
        return answers.json(_page(list(shown.lines(run)), behind, asked.limit))

    async def explained(self, request: Request) -> Response:
        """ "Every figure an intern is shown can be explained" (ranking.md §5)."""
        _, run = await self._run(request)
        person = PersonId(named(request, "person"))
        return answers.json(Page(shown.explanations(run, person), None))

    async def ties(self, request: Request) -> Response:
        """Groups of ex aequo, to treat or treated."""
        _, run = await self._run(request)
        return answers.json(Page(shown.ties(run), None))

    async def contests(self, request: Request) -> Response:
        """In the order in which they were filed."""
        _, run = await self._run(request)
        return answers.json(Page([shown.contest(each) for each in run.contests], None))

    async def _run(self, request: Request) -> tuple[RunRow, RankingRun]:
        actor = await the_actor(self._services, request)
        async with self._services.database.connection() as connection:
            row = await own_run(connection, actor, named(request, "ranking"))
            return row, await run_state(connection, row)

    # --- gestures ---

    async def preranked(self, request: Request) -> Response:
        """A job for the workers; its progress stands at `look`."""

        async def act(connection: Connection, actor: Actor, given: ToPrerank) -> wire.JobAsked:
            job = await ask_preranking(connection, actor, given.perimeter, given.semester)
            return wire.JobAsked(job, f"{LOOK}/{job}")

        return await deed(self._services, request, ToPrerank, act, 202)

    async def treated(self, request: Request) -> Response:
        """A group of ex aequo in the operator's order, over as many sittings as it takes."""
        rank = str(request.path_params["rank"])

        async def act(connection: Connection, actor: Actor, given: TieOrder) -> wire.Standing:
            order = [PersonId(each) for each in given.order]
            group = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 9 else 0
            run = named(request, "ranking")
            await ranking.treat_ties(connection, actor, run, group, order)
            return await _standing(connection, actor, run)

        return await deed(self._services, request, TieOrder, act)

    async def swapped(self, request: Request) -> Response:
        """Neighbours of the final ranking change places; logged with who, before, after, why."""

        async def act(connection: Connection, actor: Actor, given: Swap) -> wire.Standing:
            run = named(request, "ranking")
            await ranking.swap(connection, actor, run, given.call_rank, given.why)
            return await _standing(connection, actor, run)

        return await deed(self._services, request, Swap, act)

    async def contests_opened(self, request: Request) -> Response:
        """Interns of the published list may say what is wrong."""

        async def act(connection: Connection, actor: Actor, given: Window) -> wire.Standing:
            run = named(request, "ranking")
            await contesting.open_contests(connection, actor, run, given.until)
            return await _standing(connection, actor, run)

        return await deed(self._services, request, Window, act)

    async def answered(self, request: Request) -> Response:
        """The intern reads the answer; correcting the list is another gesture."""

        async def act(connection: Connection, actor: Actor, given: ToAnswer) -> wire.Contest:
            answer = Answer(given.accepted, given.text)
            which = named(request, "ranking"), named(request, "contest")
            done = await contesting.answer_contest(connection, actor, *which, answer)
            return shown.contest(done)

        return await deed(self._services, request, ToAnswer, act)

    def plain(self, gesture: Gesture, says: str) -> Handler:
        """A gesture that needs nothing but the run."""

        async def handler(request: Request) -> Response:
            async def act(connection: Connection, actor: Actor, _: Nothing) -> wire.Standing:
                run = named(request, "ranking")
                await gesture(connection, actor, run)
                return await _standing(connection, actor, run)

            return await deed(self._services, request, Nothing, act)

        return _called(handler, gesture, says)

    def undoing(self, gesture: GestureWithReason, says: str) -> Handler:
        """One that needs a reason."""

        async def handler(request: Request) -> Response:
            async def act(connection: Connection, actor: Actor, given: Why) -> wire.Standing:
                run = named(request, "ranking")
                await gesture(connection, actor, run, given.why)
                return await _standing(connection, actor, run)

            return await deed(self._services, request, Why, act)

        return _called(handler, gesture, says)

    def listing(
        self, gesture: Callable[[Connection, Actor, str], Awaitable[str]], says: str
    ) -> Handler:
        """One that makes a version of the call list."""

        async def handler(request: Request) -> Response:
            async def act(connection: Connection, actor: Actor, _: Nothing) -> wire.CallList:
                made = await gesture(connection, actor, named(request, "ranking"))
                row = await one_call_list(connection, made)
                if row is None:
                    raise LookupError(made)
                return shown.call_list(row)

            return await deed(self._services, request, Nothing, act, 201)

        return _called(handler, gesture, says)


def _called(handler: Handler, gesture: Callable[..., Any], says: str) -> Handler:
    """For the document."""
    handler.__name__, handler.__doc__ = gesture.__name__, says
    return handler


async def _standing(connection: Connection, actor: Actor, run: str) -> wire.Standing:
    row = await own_run(connection, actor, run)
    return shown.standing(row, await run_state(connection, row))


def _page(items: list[Any], behind: int, limit: int) -> Page[Any]:
    end = max(0, behind) + limit
    return Page(items[max(0, behind) : end], cursor_of(end) if end < len(items) else None)
