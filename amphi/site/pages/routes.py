"""Every address of the site's pages, in one table."""

from starlette.routing import BaseRoute, Route

from amphi.site.pages.home import Home
from amphi.site.pages.live import LivePage
from amphi.site.pages.signing_in import SignInPages
from amphi.site.services import Services


def page_routes(services: Services) -> list[BaseRoute]:
    """For the site's application."""
    home, door = Home(services), SignInPages(services)
    return [
        Route("/", home.show),
        Route("/amphis/{amphi}", LivePage(services).show),
        Route("/sign-in", door.landing),
        Route("/sign-in", door.sign_in, methods=["POST"]),
        Route("/sign-out", door.sign_out, methods=["POST"]),
        Route("/sign-out/everywhere", door.sign_out_everywhere, methods=["POST"]),
    ]
