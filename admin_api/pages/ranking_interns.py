"""The interns of a perimeter; one of them: ranks entered by hand, late movements (ranking.md §1, §4)."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import Pages
from admin_api.pages.ranking import RANKING, LongText, Text, actor_of, gate_of, semester_of
from admin_api.pages.ranking_training import plannable, semesters_in, spells
from admin_api.rights import the_operator
from amphi.actions.interns import (
    Elsewhere,
    change_semesters,
    enter_ranks,
    plan_out_of_discipline,
)
from amphi.actions.movements import Move, move
from amphi.actions.ranking_access import Actor, own_intern, own_perimeter
from amphi.http.asked import Here, Leaf, Number, asked, page_of
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.http.wording import REGIMES
from amphi.records.accounts import Operator
from amphi.records.database import Connection
from amphi.records.interns import InternRow, semesters_of
from amphi.records.perimeter_interns import (
    Sought,
    count_members,
    destinations_of,
    disciplines_in,
    list_members,
    members_of,
)
from amphi.records.perimeters import PerimeterRow, one_perimeter
from amphi.records.ranking_pages import traces_of
from amphi.records.ranking_runs import RunRow, runs_of
from amphi.rules.ranking.exams import NationalRanks
from amphi.rules.ranking.movements import MOVES, MovementKind
from amphi.rules.ranking.perimeters import feeding_rank
from amphi.rules.ranking.seniority import SemesterKind
from amphi.rules.refusals import Refusal, Refused

INTERNS = 100  # on one page
# After which the ranking may have to be run again.
CHANGED = ("ranks_entered", "intern_moved", "semesters_changed", "out_of_discipline")


class Wanted(msgspec.Struct, frozen=True):
    """`like`: a part of the name, or the INE; `missing`: only those whose rank is not known."""

    semester: str = ""
    like: str = ""
    missing: str = ""
    page: Number = 1


class Typed(msgspec.Struct, frozen=True):
    """What the forms of an intern send; empty ranks are not known. `gesture`: which form it was."""

    semester: Text = ""
    gesture: Text = ""
    rc: Annotated[str, msgspec.Meta(max_length=20)] = ""
    rin: Annotated[str, msgspec.Meta(max_length=20)] = ""
    ri3: Annotated[str, msgspec.Meta(max_length=20)] = ""
    kind: Text = ""
    discipline: Text = ""
    des: Text = ""
    planned_for: Text = ""
    why: LongText = ""


Gesture = Callable[[Connection, Actor, str, Typed], Awaitable[None]]


class InternPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """By name, a page at a time."""
        agent, wanted = await the_operator(self.services, request), asked(request, Wanted)
        semester = semester_of(request, wanted.semester)
        async with self.services.database.connection() as connection:
            row = await _perimeter(connection, agent, request)
            needed = feeding_rank(row.ranked)
            sought = Sought(wanted.like, needed if wanted.missing else None)
            members = await members_of(connection, row, semester)
            total, everybody = await count_members(connection, members, sought)
            page, pages = page_of(total, wanted.page, INTERNS)
            behind = (page - 1) * INTERNS
            found = await list_members(connection, members, sought, offset=behind, limit=INTERNS)
        return self.page(
            *(request, "ranking_interns.html"),
            agent=agent,
            perimeter=row,
            semester=semester,
            wanted=wanted,
            needed=needed,
            leaf=Leaf(found, page, pages, total),
            everybody=everybody,
            here=Here(request),
        )

    async def one(self, request: Request) -> Response:
        """What is counted for the intern, what may be changed, and who changed what."""
        agent = await the_operator(self.services, request)
        return await self._one(request, agent, Typed(asked(request, Wanted).semester))

    async def ranked(self, request: Request) -> Response:
        """ "for the foreign exams MET and PET the three are entered by hand, with a log" """

        async def act(connection: Connection, actor: Actor, person: str, typed: Typed) -> None:
            await enter_ranks(connection, actor, person, _ranks(typed), typed.why)

        return await self._done(request, "ranks_entered", act)

    async def moved(self, request: Request) -> Response:
        """ "droit au remords, cancellation, reactivation, archiving or restoring of an intern" """

        async def act(connection: Connection, actor: Actor, person: str, typed: Typed) -> None:
            await move(connection, actor, person, _move(typed))

        return await self._done(request, "intern_moved", act)

    async def trained(self, request: Request) -> Response:
        """All of the intern's semesters anew, as the table of the form has them."""

        async def act(connection: Connection, actor: Actor, person: str, typed: Typed) -> None:
            semesters = semesters_in(await form(request, dict[str, str]))
            await change_semesters(connection, actor, person, semesters, typed.why)

        return await self._done(request, "semesters_changed", act)

    async def going(self, request: Request) -> Response:
        """Where the intern will choose for a semester; no discipline: in the own one again (R §1)."""

        async def act(connection: Connection, actor: Actor, person: str, typed: Typed) -> None:
            plan = Elsewhere(typed.planned_for, typed.discipline)
            await plan_out_of_discipline(connection, actor, person, plan, typed.why)

        return await self._done(request, "out_of_discipline", act)

    async def _done(self, request: Request, what: str, act: Gesture) -> Response:
        agent, typed = await the_operator(self.services, request), await form(request, Typed)
        person = request.path_params["person"]
        semester = semester_of(request, typed.semester)
        try:
            async with self.services.database.transaction() as connection:
                row = await _perimeter(connection, agent, request)
                await act(connection, actor_of(agent), person, typed)
        except Refused as refused:
            if STATUS[refused.refusals[0].code] == 404:
                raise
            typed = msgspec.structs.replace(typed, gesture=what)
            return await self._one(request, agent, typed, refused.refusals[0])
        query = Here.query(semester=semester, done=what)
        return RedirectResponse(f"{RANKING}/perimeters/{row.id}/interns/{person}?{query}", 303)

    async def _one(
        self, request: Request, agent: Operator, typed: Typed, refusal: Refusal | None = None
    ) -> Response:
        semester, person = semester_of(request, typed.semester), request.path_params["person"]
        given = await form(request, dict[str, str]) if refusal else {}
        async with self.services.database.connection() as connection:
            row = await _perimeter(connection, agent, request)
            intern = await own_intern(connection, actor_of(agent), person)
            semesters = await semesters_of(connection, intern.person)
            traces = await traces_of(connection, intern.person)
            runs = await _runs(connection, intern)
            destinations = await destinations_of(connection, intern.person)
            disciplines = await disciplines_in(connection, agent.territory, intern.profession)
        return self.page(
            *(request, "ranking_intern.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            perimeter=row,
            semester=semester,
            intern=intern,
            semesters=semesters,
            spells=spells(intern, semesters, given),
            destinations=destinations,
            disciplines=disciplines,
            plannable=plannable(),
            kinds=list(SemesterKind),
            regimes=list(REGIMES),
            needed=feeding_rank(row.ranked),
            typed=typed,
            moves=[kind for kind, (before, _) in MOVES.items() if before is intern.state],
            runs=runs,
            changed=request.query_params.get("done", "") in CHANGED,
            traces=traces,
        )


async def _perimeter(connection: Connection, agent: Operator, request: Request) -> PerimeterRow:
    """Raises Refused `unknown_perimeter`."""
    return await own_perimeter(connection, actor_of(agent), request.path_params["perimeter"])


async def _runs(connection: Connection, intern: InternRow) -> list[tuple[RunRow, str | None]]:
    """The rankings the intern is on; each with why it may not be run again now, if it may not."""
    found = []
    for run in await runs_of(connection, intern.person):
        perimeter = await one_perimeter(connection, run.perimeter)
        if perimeter is not None and run.territory == intern.territory:
            gate = await gate_of(connection, perimeter, run.semester, run)
            found.append((run, None if gate is None else sentence(gate)))
    return found


def _ranks(typed: Typed) -> NationalRanks:
    """Raises Refused `bad_national_rank`."""
    return NationalRanks(*(_rank(text) for text in (typed.rc, typed.rin, typed.ri3)))


def _rank(text: str) -> int | None:
    """Spaces between thousands do not count."""
    written = "".join(text.split())
    if not written:
        return None
    if not (written.isascii() and written.isdecimal()):
        raise Refused(Refusal("bad_national_rank"))
    return int(written)


def _move(typed: Typed) -> Move:
    """Raises Refused `bad_request`."""
    try:
        kind = MovementKind(typed.kind)
    except ValueError as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)[:300]})) from fault
    return Move(kind=kind, why=typed.why, discipline=typed.discipline, des=typed.des)
