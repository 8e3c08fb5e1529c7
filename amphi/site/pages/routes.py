"""Every address of the site's pages, in one table."""

from starlette.routing import BaseRoute, Route

from amphi.http.doors import WaysOut
from amphi.site.pages.amphis import AmphiPages
from amphi.site.pages.assignments import AssignmentPages
from amphi.site.pages.call_lists import CALL_LISTS, CallListPages
from amphi.site.pages.demo_mails import DemoMails
from amphi.site.pages.home import Home
from amphi.site.pages.live import LivePage
from amphi.site.pages.my_ranking import MINE, MyRankingPages
from amphi.site.pages.posts import PostPages
from amphi.site.pages.signing_in import SignInPages
from amphi.site.services import Services


def page_routes(services: Services) -> list[BaseRoute]:
    """For the site's application."""
    door, amphis, made = SignInPages(services), AmphiPages(services), AssignmentPages(services)
    out = WaysOut(services.visitors, "/")
    lists, mine = CallListPages(services), MyRankingPages(services)
    pages: list[BaseRoute] = [
        Route("/", Home(services).show),
        Route("/sign-in", door.landing),
        Route("/sign-in", door.sign_in, methods=["POST"]),
        Route("/sign-out", out.here, methods=["POST"]),
        Route("/sign-out/everywhere", out.everywhere, methods=["POST"]),
        Route("/amphis", amphis.listed),
        Route("/amphis/{amphi}", LivePage(services).show),
        Route("/amphis/{amphi}/sessions", amphis.sessions),
        Route("/amphis/{amphi}/call-list", amphis.call_list),
        Route("/amphis/{amphi}/call-list/{file}", amphis.downloaded),
        Route(CALL_LISTS, lists.listed),
        Route(f"{CALL_LISTS}/{{call_list}}", lists.shown),
        Route(f"{CALL_LISTS}/{{call_list}}/{{file}}", lists.downloaded),
        Route(MINE, mine.shown),
        Route(f"{MINE}/{{run}}/contests", mine.contested, methods=["POST"]),
        Route("/posts", PostPages(services).listed),
        Route("/assignments", made.listed),
        Route("/assignments/rows", made.rows),
    ]
    if services.caught_mails is None:
        return pages
    mails = DemoMails(services)
    return [
        *pages,
        Route("/demo/mails", mails.listed),
        Route("/demo/mails/{number:int}", mails.one),
    ]
