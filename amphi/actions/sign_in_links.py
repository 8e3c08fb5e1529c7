"""One-use sign-in links for operators: told by the command line, used on the console."""

from typing import Protocol

from amphi.records.audit import COMMAND_LINE, Act, record
from amphi.records.database import Connection
from amphi.records.finding import operator_named
from amphi.records.people import insert_operator, insert_person
from amphi.rules.ids import PersonId

PAGE = "/admin/sign-in?link="


class IssuesLinks(Protocol):
    """live_store's links. May raise StoreUnavailable."""

    async def issue(self, person: PersonId, seconds: int = 12 * 3600) -> str: ...


async def operator_of(connection: Connection, name: str, territory: str) -> PersonId:
    """An agent of that ARS with this name, made when first needed.

    An operator sees and commands the amphis of the own territory, nothing else.
    """
    known = await operator_named(connection, name, territory)
    if known is not None:
        return known
    person = await insert_person(connection, "", name)
    await insert_operator(connection, person, name, territory)
    return person


async def sign_in_link(
    connection: Connection,
    links: IssuesLinks,
    operator: PersonId,
    console: str,
    *,
    by: str = COMMAND_LINE,
) -> str:
    """The whole address, good once; recorded in the audit, with who gave it (`by`)."""
    token = await links.issue(operator)
    act = Act(who=by, what="sign_in_link", subject=operator)
    await record(connection, act)
    return f"{console}{PAGE}{token}"
