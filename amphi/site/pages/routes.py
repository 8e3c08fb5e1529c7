"""Every address of the site's pages, in one table."""

from starlette.routing import BaseRoute, Route

from amphi.site.pages.amphis import AmphiPages
from amphi.site.pages.assignments import AssignmentPages
from amphi.site.pages.demo_mails import DemoMails
from amphi.site.pages.home import Home
from amphi.site.pages.live import LivePage
from amphi.site.pages.posts import PostPages
from amphi.site.pages.signing_in import SignInPages
from amphi.site.services import Services


def page_routes(services: Services) -> list[BaseRoute]:
    """For the site's application."""
    door, amphis, made = SignInPages(services), AmphiPages(services), AssignmentPages(services)
    pages: list[BaseRoute] = [
        Route("/", Home(services).show),
        Route("/sign-in", door.landing),
        Route("/sign-in", door.sign_in, methods=["POST"]),
        Route("/sign-out", door.sign_out, methods=["POST"]),
        Route("/sign-out/everywhere", door.sign_out_everywhere, methods=["POST"]),
        Route("/amphis", amphis.listed),
        Route("/amphis/{amphi}", LivePage(services).show),
        Route("/amphis/{amphi}/sessions", amphis.sessions),
        Route("/amphis/{amphi}/call-list", amphis.call_list),
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
