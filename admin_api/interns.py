"""Interns on file: read, changed one by one, moved (ranking.md §1, §2, §4)."""

from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import ranking_wire as wire
from admin_api.deeds import deed, named, the_actor
from admin_api.services import Services
from amphi.actions import interns as gestures
from amphi.actions.movements import Move, move
from amphi.actions.ranking_access import Actor, own_intern
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of
from amphi.http.reading import query
from amphi.records.database import Connection
from amphi.records.interns import InternRow, NewSemester, list_interns, semesters_of
from amphi.records.movements import movements_of
from amphi.rules.ranking.exams import NationalRanks
from amphi.rules.ranking.movements import MovementKind
from amphi.rules.ranking.seniority import SemesterKind


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`like`: how the name begins, or the INE."""

    like: wire.Name = ""
    limit: answers.Limit = 100
    cursor: str | None = None


class Semester(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    semester: wire.Name
    kind: SemesterKind
    regime: Annotated[str, msgspec.Meta(pattern="^(OLD|BASE|ADVANCED|CONSOLIDATION)$")]


class Moved(msgspec.Struct, frozen=True):
    """What became of the intern, and why."""

    kind: MovementKind
    why: str
    before: dict[str, Any]
    after: dict[str, Any]


class InternSheet(msgspec.Struct, frozen=True):
    """Everything that is counted, and every movement."""

    intern: InternRow
    semesters: list[NewSemester]
    movements: list[Moved]


class ToMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`discipline`, `des`: where a droit au remords leads."""

    kind: MovementKind
    why: wire.Text
    discipline: wire.Name = ""
    des: wire.Name = ""


class Touched(msgspec.Struct, frozen=True):
    """The runs that may be run again."""

    rankings: list[str]


class Ranks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Null: not known."""

    rc: wire.Whole | None = None
    rin: wire.Whole | None = None
    ri3: wire.Whole | None = None
    why: wire.Text


class Semesters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them anew, those to come included."""

    semesters: Annotated[list[Semester], msgspec.Meta(max_length=60)]
    why: wire.Text


class OutOfDiscipline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`discipline` null: in the own discipline again."""

    semester: wire.Name
    discipline: wire.Name | None
    why: wire.Text


class Interns:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """Those of the own territory, in French order."""
        actor = await the_actor(self._services, request)
        asked = query(request, Filters)
        after = place_of(asked.cursor, tuple[str, str]) if asked.cursor else ("", "")
        async with self._services.database.connection() as connection:
            found = await list_interns(
                connection, actor.territory, like=asked.like, after=after, limit=asked.limit
            )
        cursor = cursor_of(found[-1][1]) if len(found) == asked.limit else None
        return answers.json(Page([row for row, _ in found], cursor))

    async def one(self, request: Request) -> Response:
        """With semesters and movements."""
        actor = await the_actor(self._services, request)
        async with self._services.database.connection() as connection:
            return answers.json(await _sheet(connection, actor, named(request, "person")))

    async def moved(self, request: Request) -> Response:
        """ "droit au remords, cancellation, reactivation, archiving or restoring" """

        async def act(connection: Connection, actor: Actor, given: ToMove) -> Touched:
            wanted = Move(**msgspec.structs.asdict(given))
            return Touched(await move(connection, actor, named(request, "person"), wanted))

        return await deed(self._services, request, ToMove, act)

    async def ranked(self, request: Request) -> Response:
        """ "for the foreign exams MET and PET the three are entered by hand, with a log" """

        async def act(connection: Connection, actor: Actor, given: Ranks) -> InternSheet:
            person, ranks = named(request, "person"), NationalRanks(given.rc, given.rin, given.ri3)
            await gestures.enter_ranks(connection, actor, person, ranks, given.why)
            return await _sheet(connection, actor, person)

        return await deed(self._services, request, Ranks, act)

    async def trained(self, request: Request) -> Response:
        """All of the intern's semesters anew."""

        async def act(connection: Connection, actor: Actor, given: Semesters) -> InternSheet:
            person = named(request, "person")
            semesters = [
                NewSemester(each.semester, each.kind, each.regime) for each in given.semesters
            ]
            await gestures.change_semesters(connection, actor, person, semesters, given.why)
            return await _sheet(connection, actor, person)

        return await deed(self._services, request, Semesters, act)

    async def going(self, request: Request) -> Response:
        """Where the intern will choose for a semester (R §1)."""

        async def act(connection: Connection, actor: Actor, given: OutOfDiscipline) -> InternSheet:
            person = named(request, "person")
            plan = gestures.Elsewhere(given.semester, given.discipline)
            await gestures.plan_out_of_discipline(connection, actor, person, plan, given.why)
            return await _sheet(connection, actor, person)

        return await deed(self._services, request, OutOfDiscipline, act)


async def _sheet(connection: Connection, actor: Actor, person: str) -> InternSheet:
    row = await own_intern(connection, actor, person)
    done = [
        Moved(each.kind, each.why, each.before, each.after)
        for each in await movements_of(connection, row.person)
    ]
    return InternSheet(row, await semesters_of(connection, row.person), done)
