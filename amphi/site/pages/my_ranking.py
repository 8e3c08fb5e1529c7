"""My ranking: each figure with its inputs and formula, my call rank, what I contest (DCI §4, §4.1)."""

from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from amphi.actions.contesting import file_contest
from amphi.http.forms import form
from amphi.http.names import shown
from amphi.http.problems import STATUS
from amphi.http.sentences import ranking_sentence, sentence
from amphi.http.sign_ins import Visitor
from amphi.records.call_lists import CallListRow, latest_call_list, place_on
from amphi.records.contests import contests_by
from amphi.records.database import Connection
from amphi.records.ranking_pages import traces_of
from amphi.records.ranking_runs import RunRow, one_run, runs_of
from amphi.records.ranking_states import run_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking.explaining import Step, explain, explain_unranked
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.preranking import Line, Placed, Unranked
from amphi.rules.ranking.run import RankingRun, Stage
from amphi.rules.ranking.run_contests import LONGEST, ContestState
from amphi.rules.refusals import Refusal, Refused
from amphi.site.pages.call_lists import LINES
from amphi.site.pages.frame import Pages

MINE = "/me/ranking"


class Typed(msgspec.Struct, frozen=True):
    says: Annotated[str, msgspec.Meta(max_length=2 * LONGEST)] = ""


class MyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of my lines in a ranking; `line` None: unranked, and the last step says why."""

    placed: Placed
    line: Line | None
    adjusted: str
    steps: list[tuple[str, str]]


class MyRanking(msgspec.Struct, frozen=True, kw_only=True):
    """`call_list` None: nothing is published yet, and then nothing else is shown.

    Everything is as published: a ranking done `anew` shows with its own list. `page`: of the list,
    where my line is. `changes`: swaps with a neighbour, without their reasons, which may tell of the
    neighbour.
    """

    run: RunRow
    call_list: CallListRow | None
    anew: bool = False
    call_rank: int | None = None
    page: int = 1
    lines: list[MyLine] = []
    may_contest: bool = False
    changes: list[Any] = []


class MyRankingPages(Pages):
    """Handlers; what they need is `services`."""

    async def shown(self, request: Request) -> Response:
        """Signed in: the rankings that I am in, as far as they are published."""
        visitor = await self.services.visitors.required(request)
        return await self._mine(request, visitor)

    async def contested(self, request: Request) -> Response:
        """What I say is wrong; or the page again with the named refusal."""
        visitor, typed = await self.services.visitors.required(request), await form(request, Typed)
        try:
            async with self.services.database.transaction() as connection:
                await file_contest(
                    connection, visitor.person, request.path_params["run"], typed.says
                )
        except Refused as refused:
            return await self._mine(request, visitor, refused.refusals[0], typed.says)
        return RedirectResponse(f"{MINE}?done=contested", 303)

    async def _mine(
        self, request: Request, visitor: Visitor, refusal: Refusal | None = None, says: str = ""
    ) -> Response:
        async with self.services.database.connection() as connection:
            rankings = await self._all(connection, visitor.person)
            contests = await contests_by(connection, visitor.person)
        return await self.page(
            *(request, "my_ranking.html"),
            visitor=visitor,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            rankings=rankings,
            contests=contests,
            says=says,
            longest=LONGEST,
        )

    async def _all(self, connection: Connection, me: PersonId) -> list[MyRanking]:
        """Those I am in, and those that I have left but whose published list still has me."""
        present = {run.id for run in await runs_of(connection, me)}
        runs = await runs_of(connection, me, ever=True)
        found = [await self._one(connection, run, me) for run in runs]
        return [each for each in found if each.run.id in present or each.call_rank is not None]

    async def _one(self, connection: Connection, run: RunRow, me: PersonId) -> MyRanking:
        call_list = await latest_call_list(connection, run.perimeter, run.semester)
        if call_list is None:
            return MyRanking(run=run, call_list=None)
        published = await one_run(connection, call_list.run) or run
        state = await run_state(connection, published)
        place = await place_on(connection, call_list.id, me)
        call_rank, nth = place or (None, 1)
        return MyRanking(
            run=run,
            call_list=call_list,
            anew=published.id != run.id,
            call_rank=call_rank,
            page=1 + (nth - 1) // LINES,
            lines=self._lines(state, me),
            may_contest=run.stage is Stage.CONTESTS and not _is_pending(state, me),
            changes=await _changes(connection, call_list, me),
        )

    def _lines(self, state: RankingRun, me: PersonId) -> list[MyLine]:
        ranked = [
            MyLine(
                placed=line.placed,
                line=line,
                adjusted=truncated(line.adjusted.value).replace(".", ","),
                steps=_told(self._discreet(state, line)),
            )
            for line in state.preranking.lines
            if line.intern.id == me
        ]
        return ranked + [
            _unranked(each) for each in state.preranking.unranked if each.intern.id == me
        ]

    def _discreet(self, state: RankingRun, line: Line) -> list[Step]:
        """Those tied with me are named as the ARS lets everybody see names."""
        group = state.breaks.groups.get(line.rank)
        steps = list(explain(state.preranking, line))
        if line.tied and group is not None:
            others = [each.intern for each in group.lines if each.intern.id != line.intern.id]
            full = self.services.full_names
            names = (" ".join(shown(one.first_name, one.last_name, full=full)) for one in others)
            facts = steps[-1].facts | {"others": ", ".join(names)}
            steps[-1] = msgspec.structs.replace(steps[-1], facts=facts)
        return steps


def _unranked(each: Unranked) -> MyLine:
    steps = _told(list(explain_unranked(each)))
    return MyLine(placed=each.placed, line=None, adjusted="", steps=steps)


def _told(steps: list[Step]) -> list[tuple[str, str]]:
    """Sentence and formula of each."""
    return [(ranking_sentence(each.code, each.facts), each.formula) for each in steps]


def _is_pending(state: RankingRun, me: PersonId) -> bool:
    return any(each.person == me and each.state is ContestState.OPEN for each in state.contests)


async def _changes(connection: Connection, call_list: CallListRow, me: PersonId) -> list[Any]:
    """Swaps that this version of the list shows; those made since are not published yet."""
    traces = await traces_of(connection, call_list.run)
    return [
        each
        for each in traces
        if each.what == "ranks_swapped"
        and me in each.after.values()
        and each.at <= call_list.made_at
    ]
