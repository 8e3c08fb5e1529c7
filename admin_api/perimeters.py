"""Perimeters of the own ARS, the validation of their choices, and long work."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import ranking_answers as shown
from admin_api import ranking_wire as wire
from admin_api.deeds import deed, named, the_actor
from admin_api.services import Services
from amphi.actions import perimeters as gestures
from amphi.actions.ranking_access import Actor, own_job
from amphi.http import answers
from amphi.http.answers import Page
from amphi.records.database import Connection
from amphi.records.perimeters import list_perimeters
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SeniorityScope

Regime = Annotated[str, msgspec.Meta(pattern="^(OLD|BASE|ADVANCED|CONSOLIDATION)?$")]


class NewPerimeter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`disciplines`: those of a group (medicine); `regime` empty: all of them together."""

    name: wire.Name
    profession: Profession
    regime: Regime = ""
    disciplines: Annotated[list[wire.Name], msgspec.Meta(max_length=200)] = []
    adjustment: Adjustment = Adjustment.DCI
    seniority_scope: SeniorityScope = SeniorityScope.TOTAL


class ChoicesToValidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`unserved`: how many without a post are acknowledged; `why`: needed when no amphi is here."""

    semester: wire.Name
    unserved: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    why: wire.Text = ""


class Perimeters:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """Those of the own territory, by profession and name."""
        actor = await the_actor(self._services, request)
        async with self._services.database.connection() as connection:
            rows = await list_perimeters(connection, actor.territory)
        return answers.json(Page([shown.perimeter(row) for row in rows], None))

    async def founded(self, request: Request) -> Response:
        """A new one (ranking.md, first lines)."""

        async def act(connection: Connection, actor: Actor, given: NewPerimeter) -> wire.Perimeter:
            fields = msgspec.structs.asdict(given) | {"disciplines": tuple(given.disciplines)}
            new = gestures.NewPerimeter(**fields)
            return shown.perimeter(await gestures.found_perimeter(connection, actor, new))

        return await deed(self._services, request, NewPerimeter, act, 201)

    async def validated(self, request: Request) -> Response:
        """The choices of a semester: "it unlocks the perimeter's next ranking" (live-rules.md §1)."""

        async def act(
            connection: Connection, actor: Actor, given: ChoicesToValidate
        ) -> gestures.Validated:
            return await gestures.validate_choices(
                *(connection, actor, named(request, "perimeter"), given.semester),
                unserved=given.unserved,
                why=given.why,
            )

        return await deed(self._services, request, ChoicesToValidate, act)

    async def job(self, request: Request) -> Response:
        """Progress of long work: percent, counts, report."""
        actor = await the_actor(self._services, request)
        async with self._services.database.connection() as connection:
            row = await own_job(connection, actor, named(request, "job"))
        return answers.json(shown.job(row))
