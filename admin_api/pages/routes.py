"""Every address of the console's pages, in one table."""

from starlette.routing import BaseRoute, Route

from admin_api.pages.account import AccountPages
from admin_api.pages.amphis import AmphiPages
from admin_api.pages.frame import ENROLMENT, HOME, SIGN_IN, SIGN_OUT, enrolled_first
from admin_api.pages.journal import JOURNAL, JournalPages
from admin_api.pages.operators import OPERATORS, OperatorPages
from admin_api.pages.ranking_routes import ranking_routes
from admin_api.pages.signing_in import Door
from admin_api.services import Services
from amphi.http.doors import WaysOut


def page_routes(services: Services) -> list[BaseRoute]:
    """For the console's application."""
    door, account = Door(services), AccountPages(services)
    out = WaysOut(services.visitors, SIGN_IN)
    return [
        Route(SIGN_IN, door.landing),
        Route(SIGN_IN, door.sign_in, methods=["POST"]),
        Route(SIGN_OUT, out.here, methods=["POST"]),
        Route(f"{SIGN_OUT}/everywhere", out.everywhere, methods=["POST"]),
        Route(ENROLMENT, account.propose),
        Route(ENROLMENT, account.choose, methods=["POST"]),
        *_of_the_enrolled(services, account),
        *ranking_routes(services),
    ]


def _of_the_enrolled(services: Services, account: AccountPages) -> list[BaseRoute]:
    halls, done, agents = AmphiPages(services), JournalPages(services), OperatorPages(services)
    get = {
        "/": halls.home,
        "/admin": halls.home,
        HOME: halls.listed,
        f"{HOME}/{{amphi}}": halls.wall,
        f"{HOME}/{{amphi}}/readiness": halls.readiness,
        JOURNAL: done.show,
        f"{JOURNAL}.csv": done.exported,
        "/admin/account": account.show,
        OPERATORS: agents.listed,
    }
    post = {
        OPERATORS: agents.added,
        f"{OPERATORS}/{{person}}/recovery": agents.recovered,
        f"{OPERATORS}/{{person}}/dismissal": agents.dismissed,
    }
    return [
        *(Route(path, enrolled_first(handler)) for path, handler in get.items()),
        *(Route(path, enrolled_first(handler), methods=["POST"]) for path, handler in post.items()),
    ]
