"""One ranking run: its list with the ties in evidence, and every gesture upon it, each in its time."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import Pages
from admin_api.pages.ranking import RANKING, LongText, Text, actor_of
from admin_api.pages.ranking_rows import (
    contests_shown,
    name_of,
    rows_of,
    swapped_in,
    unranked_of,
)
from admin_api.rights import the_operator
from amphi.actions import contesting, ranking
from amphi.actions.ranking_access import Actor, own_run
from amphi.http.asked import Here, Number, asked, leaf
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.http.wording import PARIS
from amphi.records.accounts import Operator
from amphi.records.call_lists import list_call_lists
from amphi.records.contests import contesters
from amphi.records.database import Connection
from amphi.records.ranking_pages import traces_of
from amphi.records.ranking_states import run_state
from amphi.rules.ranking.run import REFUSED_IN, RunGesture, Stage
from amphi.rules.refusals import Refusal, Refused

LINES = 250  # on one page
RUNS = f"{RANKING}/runs"


class Wanted(msgspec.Struct, frozen=True):
    """`edit`: with the buttons that swap neighbours; `why`: the reason given for the last swap."""

    page: Number = 1
    edit: str = ""
    why: str = ""


class Typed(msgspec.Struct, frozen=True):
    """What the forms of a run send; each gesture takes its own."""

    why: LongText = ""
    call_rank: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    until: Text = ""
    contest: Text = ""
    accepted: Text = ""
    text: LongText = ""
    page: Number = 1


Gesture = Callable[[Connection, Actor, str, Typed], Awaitable[Any]]


async def _validate(connection: Connection, actor: Actor, run: str, _: Typed) -> Any:
    return await ranking.validate_ties(connection, actor, run)


async def _back(connection: Connection, actor: Actor, run: str, typed: Typed) -> Any:
    return await ranking.back_to_ties(connection, actor, run, typed.why)


async def _swap(connection: Connection, actor: Actor, run: str, typed: Typed) -> Any:
    return await ranking.swap(connection, actor, run, typed.call_rank, typed.why)


async def _publish(connection: Connection, actor: Actor, run: str, _: Typed) -> Any:
    return await ranking.publish(connection, actor, run)


async def _open(connection: Connection, actor: Actor, run: str, typed: Typed) -> Any:
    return await contesting.open_contests(connection, actor, run, _until(typed.until))


async def _close(connection: Connection, actor: Actor, run: str, _: Typed) -> Any:
    return await contesting.close_contests(connection, actor, run)


async def _answer(connection: Connection, actor: Actor, run: str, typed: Typed) -> Any:
    answer = contesting.Answer(typed.accepted == "yes", typed.text)
    return await contesting.answer_contest(connection, actor, run, typed.contest, answer)


async def _freeze(connection: Connection, actor: Actor, run: str, _: Typed) -> Any:
    return await ranking.freeze(connection, actor, run)


async def _reopen(connection: Connection, actor: Actor, run: str, typed: Typed) -> Any:
    return await ranking.reopen(connection, actor, run, typed.why)


# By the last word of the address; what is said when it is done is `DONE` of the frame.
GESTURES: Mapping[str, tuple[RunGesture, Gesture]] = {
    "validate": (RunGesture.VALIDATE_TIES, _validate),
    "back": (RunGesture.BACK_TO_TIES, _back),
    "swap": (RunGesture.SWAP, _swap),
    "publish": (RunGesture.PUBLISH, _publish),
    "open-contests": (RunGesture.OPEN_CONTESTS, _open),
    "close-contests": (RunGesture.CLOSE_CONTESTS, _close),
    "answer": (RunGesture.ANSWER_CONTEST, _answer),
    "freeze": (RunGesture.FREEZE, _freeze),
    "reopen": (RunGesture.REOPEN, _reopen),
}


class RunPages(Pages):
    """Handlers; what they need is `services`."""

    async def shown(self, request: Request) -> Response:
        """The list as it is, and what may be done now."""
        agent = await the_operator(self.services, request)
        return await self._run(request, agent, asked(request, Wanted))

    async def gesture(self, request: Request) -> Response:
        """Done, and the page again; or the page with the named refusal."""
        agent, typed = await the_operator(self.services, request), await form(request, Typed)
        run, name = request.path_params["run"], request.path_params["gesture"]
        if name not in GESTURES:
            raise Refused(Refusal("unknown_address"))
        try:
            async with self.services.database.transaction() as connection:
                await GESTURES[name][1](connection, actor_of(agent), run, typed)
        except Refused as refused:
            wanted = Wanted(typed.page, "1" if name == "swap" else "", typed.why)
            return await self._run(request, agent, wanted, refused.refusals[0])
        return RedirectResponse(_after(run, name, typed), 303)

    async def _run(
        self, request: Request, agent: Operator, wanted: Wanted, refusal: Refusal | None = None
    ) -> Response:
        async with self.services.database.connection() as connection:
            row = await own_run(connection, actor_of(agent), request.path_params["run"])
            state = await run_state(connection, row)
            lists = await list_call_lists(connection, agent.territory, run=row.id)
            traces = await traces_of(connection, row.id)
            names = await contesters(connection, row.id)
        rows = rows_of(state)
        may = {
            gesture.value: row.superseded_at is None and not REFUSED_IN[gesture][state.stage]
            for gesture in RunGesture
        }
        return self.page(
            *(request, "ranking_run.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            run=row,
            state=state,
            stages=list(Stage),
            may=may,
            editing=bool(wanted.edit) and may["swap"],
            why=wanted.why,
            leaf=leaf(rows, wanted.page, LINES),
            here=Here(request, f"{RUNS}/{row.id}"),
            unranked=unranked_of(state),
            contests=contests_shown(state, names),
            lists=lists,
            traces=traces,
            swapped=swapped_in(traces),
            names={line.intern.id: name_of(line) for line in state.preranking.lines},
        )


def _until(text: str) -> datetime | None:
    """Of `<input type="datetime-local">`, in Paris. Raises Refused `bad_request`."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=PARIS)
    except ValueError as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)[:300]})) from fault


def _after(run: str, name: str, typed: Typed) -> str:
    """Where one goes on: at the line just moved, at the contests, at the top."""
    base = f"{RUNS}/{run}?done={name.replace('-', '_')}"
    if name == "swap":
        kept = Here.query(page=typed.page, edit=1, why=typed.why[:200])
        return f"{base}&{kept}#rank-{typed.call_rank}"
    return f"{base}#contests" if name == "answer" else base
