"""The rankings of an ARS: its perimeters, one of them for one semester, and what may be done next."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import Pages
from admin_api.rights import the_operator
from amphi.actions.perimeters import NewPerimeter, found_perimeter, validate_choices
from amphi.actions.preranking import ask_preranking
from amphi.actions.ranking_access import (
    Actor,
    a_semester,
    next_semester,
    own_job,
    own_perimeter,
    situation,
)
from amphi.http.asked import asked
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.http.wording import semester as written
from amphi.live.ports import Violated
from amphi.records.accounts import Operator
from amphi.records.call_lists import list_call_lists
from amphi.records.database import Connection
from amphi.records.imports import list_imports
from amphi.records.job_reports import JobRow, last_job
from amphi.records.jobs import RANK
from amphi.records.perimeters import PerimeterRow, fed_amphis, list_perimeters
from amphi.records.ranking_runs import RunRow, list_runs, present_run
from amphi.records.ranking_states import run_state
from amphi.records.validating_choices import unserved_in
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.calendar import before, number, numbered
from amphi.rules.ranking.gate import preranking_refusal
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.refusals import Refusal, Refused

RANKING = "/admin/ranking"
Text = Annotated[str, msgspec.Meta(max_length=200)]
LongText = Annotated[str, msgspec.Meta(max_length=4000)]


class Wanted(msgspec.Struct, frozen=True):
    """`semester`: the one chosen for; `job`: a preranking just asked for."""

    semester: str = ""
    job: str = ""


class Founded(msgspec.Struct, frozen=True):
    """The form of a new perimeter; `disciplines`: a line each."""

    name: Text = ""
    profession: Text = ""
    regime: Text = ""
    disciplines: LongText = ""
    adjustment: Text = Adjustment.DCI.value
    semester: Text = ""


class Done(msgspec.Struct, frozen=True):
    """The forms of one perimeter."""

    semester: Text = ""
    unserved: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    why: LongText = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one perimeter is, for its line in the list."""

    perimeter: PerimeterRow
    run: RunRow | None


def actor_of(agent: Operator) -> Actor:
    """Who acts, and for which territory."""
    return Actor(agent.person, agent.territory)


class RankingPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """Every perimeter of the territory, and how far its ranking is."""
        agent = await the_operator(self.services, request)
        return await self._list(request, agent)

    async def founded(self, request: Request) -> Response:
        """A new perimeter, or the form again with what is wrong."""
        agent, typed = await the_operator(self.services, request), await form(request, Founded)
        try:
            async with self.services.database.transaction() as connection:
                made = await found_perimeter(connection, actor_of(agent), _new(typed))
        except (Refused, Violated) as refused:
            return await self._list(request, agent, _first(refused), typed)
        return RedirectResponse(f"{RANKING}/perimeters/{made.id}?done=perimeter_founded", 303)

    async def _list(
        self,
        request: Request,
        agent: Operator,
        refusal: Refusal | None = None,
        typed: Founded | None = None,
    ) -> Response:
        semester = semester_of(request, "" if typed is None else typed.semester)
        async with self.services.database.connection() as connection:
            perimeters = await list_perimeters(connection, agent.territory)
            runs = await list_runs(connection, agent.territory, semester=semester)
            imports = await list_imports(connection, agent.territory, limit=5)
        present = {run.perimeter: run for run in runs if run.superseded_at is None}
        return self.page(
            *(request, "ranking.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            semester=semester,
            semesters=_around(semester),
            standings=[Standing(perimeter=row, run=present.get(row.id)) for row in perimeters],
            waiting=sum(each.waiting for each in imports),
            imports=imports,
            typed=typed or Founded(),
        )

    async def one(self, request: Request) -> Response:
        """One perimeter for one semester: the gate, the run, the versions of its list."""
        agent = await the_operator(self.services, request)
        return await self._one(request, agent, asked(request, Wanted))

    async def preranked(self, request: Request) -> Response:
        """Asked for; a worker does it, and the page follows."""
        agent, typed = await the_operator(self.services, request), await form(request, Done)
        perimeter, wanted = request.path_params["perimeter"], Wanted(typed.semester)
        try:
            async with self.services.database.transaction() as connection:
                job = await ask_preranking(connection, actor_of(agent), perimeter, typed.semester)
        except Refused as refused:
            return await self._one(request, agent, wanted, refused.refusals[0])
        query = f"semester={typed.semester}&job={job}"
        return RedirectResponse(f"{RANKING}/perimeters/{perimeter}?{query}", 303)

    async def validated(self, request: Request) -> Response:
        """The present semester's choices of this perimeter are done with."""
        agent, typed = await the_operator(self.services, request), await form(request, Done)
        perimeter, wanted = request.path_params["perimeter"], Wanted(typed.semester)
        try:
            async with self.services.database.transaction() as connection:
                await validate_choices(
                    *(connection, actor_of(agent), perimeter),
                    before(a_semester(typed.semester)),
                    unserved=typed.unserved,
                    why=typed.why,
                )
        except (Refused, Violated) as refused:
            return await self._one(request, agent, wanted, _first(refused))
        query = f"semester={typed.semester}&done=choices_validated"
        return RedirectResponse(f"{RANKING}/perimeters/{perimeter}?{query}", 303)

    async def _one(
        self, request: Request, agent: Operator, wanted: Wanted, refusal: Refusal | None = None
    ) -> Response:
        semester = semester_of(request, wanted.semester)
        async with self.services.database.connection() as connection:
            row = await own_perimeter(connection, actor_of(agent), request.path_params["perimeter"])
            run = await present_run(connection, row.id, semester)
            runs = await list_runs(connection, agent.territory, perimeter=row.id, semester=semester)
            gate = await gate_of(connection, row, semester, run)
            job = await _job(connection, actor_of(agent), row, semester, wanted.job)
            lists = await list_call_lists(
                connection, agent.territory, perimeter=row.id, semester=semester
            )
            halls = await fed_amphis(connection, row.id, before(semester))
            unserved = await unserved_in(connection, [hall for hall, _, _ in halls])
        return self.page(
            *(request, "ranking_perimeter.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            perimeter=row,
            semester=semester,
            present=before(semester),
            gate=None if gate is None else sentence(gate),
            gate_code="" if gate is None else gate.code,
            job=job,
            job_refusal=_refused_by(job),
            run=run,
            runs=runs,
            lists=lists,
            halls=halls,
            unserved=len(unserved),
        )


async def gate_of(
    connection: Connection, row: PerimeterRow, semester: str, run: RunRow | None
) -> Refusal | None:
    """Why a preranking would be refused now (ranking.md §4)."""
    state = None if run is None else await run_state(connection, run)
    return preranking_refusal(await situation(connection, row.id, semester, state))


async def _job(
    connection: Connection, actor: Actor, row: PerimeterRow, semester: str, asked_for: str
) -> JobRow | None:
    """The one just asked for, or one still under way."""
    if asked_for:
        return await own_job(connection, actor, asked_for)
    last = await last_job(connection, RANK, f"{row.id}/{semester}")
    return last if last is not None and last.state in {"queued", "running"} else None


def _refused_by(job: JobRow | None) -> str | None:
    if job is None or job.state != "refused" or "code" not in job.report:
        return None
    return sentence(Refusal(job.report["code"], job.report.get("facts", {})))


def semester_of(request: Request, given: str) -> str:
    """Next semester unless another is asked for. Raises Refused `bad_semester`."""
    wanted = given or request.query_params.get("semester", "")
    return a_semester(wanted) if wanted else next_semester()


def _around(semester: str) -> list[tuple[str, str]]:
    """As options: next semester, and two before and after the one shown."""
    shown = {number(semester) + n for n in range(-2, 3)} | {number(next_semester())}
    return [(numbered(n), written(numbered(n))) for n in sorted(shown)]


def _new(typed: Founded) -> NewPerimeter:
    """Raises Refused `bad_request`."""
    try:
        profession, adjustment = Profession(typed.profession), Adjustment(typed.adjustment)
    except ValueError as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)[:300]})) from fault
    lines = tuple(line.strip() for line in typed.disciplines.splitlines() if line.strip())
    return NewPerimeter(
        name=typed.name,
        profession=profession,
        regime=typed.regime,
        disciplines=lines,
        adjustment=adjustment,
    )


def _first(refused: Refused | Violated) -> Refusal:
    """A unique index speaks for the rules."""
    return refused.refusals[0] if isinstance(refused, Refused) else Refusal(refused.code)
