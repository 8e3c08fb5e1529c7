"""The operators' program: the addresses of `/admin/api`, and the console's pages."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin_api.operations import API, operations_of
from admin_api.pages.routes import page_routes
from admin_api.services import Services
from amphi.http import answers
from amphi.http.application import Shell, application
from amphi.http.openapi import document, routes_of

TITLE = "Amphi : l'interface des agents de l'ARS"


def admin(services: Services, shell: Shell) -> Starlette:
    """The application of `amphi admin`."""
    operations = operations_of(services)
    described = document(TITLE, operations, services.visitors.cookie.name)

    async def openapi(_: Request) -> Response:
        return answers.json(described, headers={"Cache-Control": "public, no-cache"})

    openly = Route(f"{API}/openapi.json", openapi)
    return application([*page_routes(services), openly, *routes_of(operations)], shell)
