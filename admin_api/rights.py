"""Rights: "an operator sees and commands only amphis of the own ARS's territory" (404 otherwise)."""

from starlette.requests import Request

from admin_api.services import Services
from amphi.http.found import amphi_at, unknown_amphi
from amphi.records.accounts import Operator, operator
from amphi.records.database import Connection
from amphi.records.reads import AmphiRow
from amphi.rules.refusals import Refusal, Refused


async def the_operator(services: Services, request: Request) -> Operator:
    """Who is signed in, an active agent who has enrolled.

    Raises Refused: `sign_in_needed`, `not_an_operator`, `enrolment_needed`.
    """
    found = await whoever_enrols(services, request)
    if found.must_enrol:
        raise Refused(Refusal("enrolment_needed"))
    return found


async def whoever_enrols(services: Services, request: Request) -> Operator:
    """The same, password and phone chosen or not: for the page where they are."""
    visitor = await services.visitors.required(request)
    async with services.database.connection() as connection:
        found = await operator(connection, visitor.person)
    if found is None:  # no longer active; a cached sign-in may outlive that by a minute
        raise Refused(Refusal("not_an_operator"))
    return found


async def own_amphi(connection: Connection, agent: Operator, name: str) -> AmphiRow:
    """Another ARS's amphi is as unknown as one that does not exist. Raises Refused `unknown_amphi`."""
    row = await amphi_at(connection, name)
    if row.territory != agent.territory:
        raise unknown_amphi(name)
    return row
