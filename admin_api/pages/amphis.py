"""The list of amphis with their state, the readiness list, the wall's page."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.amphis import Amphis
from admin_api.gestures import GESTURES
from admin_api.pages.frame import HOME, Pages
from admin_api.rights import own_amphi, the_operator
from amphi.http.halls import as_they_stand
from amphi.records.freezing import rows
from amphi.records.reads import list_amphis, sessions
from amphi.rules.choosing.state import Phase


class AmphiPages(Pages):
    """Handlers; what they need is `services`."""

    async def home(self, _: Request) -> Response:
        """The console's own address leads to the list."""
        return RedirectResponse(HOME, 303)

    async def listed(self, request: Request) -> Response:
        """Those of the own territory."""
        agent = await the_operator(self.services, request)
        async with self.services.database.connection() as connection:
            found = await list_amphis(connection)
        mine = [row for row in found if row.territory == agent.territory]
        shown = await as_they_stand(self.services.hot, mine)
        return self.page(request, "amphis.html", agent=agent, amphis=list(shown.values()))

    async def readiness(self, request: Request) -> Response:
        """The checklist before a start (live-rules.md §1)."""
        agent = await the_operator(self.services, request)
        row, lines = await Amphis(self.services).checked(agent, request.path_params["amphi"])
        red = [line for line in lines if line.level == "red"]
        return self.page(
            *(request, "readiness.html"),
            agent=agent,
            amphi=row,
            red=red,
            warnings=[line for line in lines if line not in red],
        )

    async def wall(self, request: Request) -> Response:
        """What the wall's modules fill."""
        agent = await the_operator(self.services, request)
        async with self.services.database.connection() as connection:
            row = await own_amphi(connection, agent, request.path_params["amphi"])
            planned = await sessions(connection, row.id)
            policy = (await rows(connection, row.id)).facts.policy
        return self.page(
            *(request, "wall.html"),
            agent=agent,
            amphi=row,
            sessions=planned,
            policy=policy,
            gestures=GESTURES,
            phases=list(Phase),
            socket=f"{self.services.sockets}/ws/amphis/{row.id}",
        )
