"""One tie group put in order; how the rank of one intern came about."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import Pages
from admin_api.pages.ranking import actor_of
from admin_api.pages.ranking_rows import name_of, swapped_in
from admin_api.pages.ranking_runs import RUNS
from admin_api.rights import the_operator
from amphi.actions.ranking import treat_ties
from amphi.actions.ranking_access import own_run
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import ranking_sentence, sentence
from amphi.records.accounts import Operator
from amphi.records.ranking_pages import traces_of
from amphi.records.ranking_states import run_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking.explaining import Step, explain, explain_unranked
from amphi.rules.ranking.preranking import Line
from amphi.rules.ranking.run import RankingRun
from amphi.rules.refusals import Refusal, Refused

LONGEST_ORDER = 40_000  # characters; a tie of a thousand would be one of the whole list


class Ordered(msgspec.Struct, frozen=True):
    """`order`: ids, best first, separated by spaces; `move`: `up 2` or `down 2`, without scripts."""

    order: Annotated[str, msgspec.Meta(max_length=LONGEST_ORDER)] = ""
    move: Annotated[str, msgspec.Meta(max_length=20)] = ""


class TiePages(Pages):
    """Handlers; what they need is `services`."""

    async def group(self, request: Request) -> Response:
        """The group, in the order given, or as suggested: oldest exam first."""
        agent = await the_operator(self.services, request)
        return await self._group(request, agent, [])

    async def treated(self, request: Request) -> Response:
        """In the order sent; one step up or down is only shown, nothing is kept of it."""
        agent, typed = await the_operator(self.services, request), await form(request, Ordered)
        order = [PersonId(each) for each in typed.order.split()]
        if typed.move:
            return await self._group(request, agent, _moved(order, typed.move))
        run, rank = request.path_params["run"], int(request.path_params["rank"])
        try:
            async with self.services.database.transaction() as connection:
                await treat_ties(connection, actor_of(agent), run, rank, order)
        except Refused as refused:
            return await self._group(request, agent, order, refused.refusals[0])
        return RedirectResponse(f"{RUNS}/{run}?done=ties_treated#ties", 303)

    async def _group(
        self,
        request: Request,
        agent: Operator,
        order: list[PersonId],
        refusal: Refusal | None = None,
    ) -> Response:
        async with self.services.database.connection() as connection:
            row = await own_run(connection, actor_of(agent), request.path_params["run"])
            state = await run_state(connection, row)
        rank = int(request.path_params["rank"])
        members = _members(state, rank, order)
        return self.page(
            *(request, "ranking_ties.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            run=row,
            rank=rank,
            treated=state.breaks.groups[rank].treated,
            members=[(line, name_of(line)) for line in members],
        )

    async def explained(self, request: Request) -> Response:
        """Every figure of one intern's line, with its inputs and its formula."""
        agent = await the_operator(self.services, request)
        person = request.path_params["person"]
        async with self.services.database.connection() as connection:
            row = await own_run(connection, actor_of(agent), request.path_params["run"])
            state = await run_state(connection, row)
            traces = await traces_of(connection, row.id)
        lines = [line for line in state.preranking.lines if line.intern.id == person]
        unranked = [each for each in state.preranking.unranked if each.intern.id == person]
        if not lines and not unranked:
            raise Refused(Refusal("not_on_the_list"))
        steps = [(line.placed, _told(explain(state.preranking, line))) for line in lines]
        steps += [(each.placed, _told(explain_unranked(each))) for each in unranked]
        intern = (lines or unranked)[0].intern
        name = f"{intern.last_name} {intern.first_name}".strip()
        return self.page(
            *(request, "ranking_explained.html"),
            agent=agent,
            run=row,
            name=name,
            steps=steps,
            call_rank=_call_rank(state, person),
            swapped=person in swapped_in(traces),
        )


def _call_rank(state: RankingRun, person: str) -> int | None:
    called = (each.call_rank for each in state.callable_lines if each.line.intern.id == person)
    return next(called, None)


def _told(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Sentence and formula of each."""
    return [(ranking_sentence(each.code, each.facts), each.formula) for each in steps]


def _members(state: RankingRun, rank: int, order: list[PersonId]) -> list[Line]:
    """Raises Refused `unknown_tie_group`."""
    group = state.breaks.groups.get(rank)
    if group is None:
        raise Refused(Refusal("unknown_tie_group", {"rank": rank}))
    present = {line.intern.id for line in state.present(group)}
    lines = group.lines if group.treated else group.suggested
    kept = [line for line in lines if line.intern.id in present]
    if sorted(order) != sorted(present):
        return kept
    return sorted(kept, key=lambda line: order.index(line.intern.id))


def _moved(order: list[PersonId], move: str) -> list[PersonId]:
    """One line and its neighbour change places; a step beyond the ends changes nothing."""
    way, _, place = move.partition(" ")
    at = int(place) if place.isdecimal() else 0
    other = at - 1 if way == "up" else at + 1
    if 0 <= other < len(order) and at < len(order):
        order[at], order[other] = order[other], order[at]
    return order
