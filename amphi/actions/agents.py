"""Agents of an ARS appointed, helped back in, dismissed; each act recorded in the audit."""

import msgspec

from amphi.records import agents
from amphi.records.accounts import account_by_person, account_of, insert_account
from amphi.records.agents import Agent
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.people import insert_person
from amphi.records.second_factors import forget
from amphi.rules.accounts import is_email
from amphi.rules.ids import PersonId
from amphi.rules.refusals import Refusal, Refused


class NewAgent(msgspec.Struct, frozen=True):
    """`territory`: the ARS whose amphis the agent will see and command."""

    name: str
    email: str
    territory: str


async def appoint(connection: Connection, by: str, new: NewAgent) -> PersonId:
    """A named account, without password yet; a person who has an account (an intern) keeps it.

    Raises Refused: `name_needed`, `bad_email`, `already_an_operator`.
    """
    name, email = new.name.strip(), new.email.strip()
    if not name:
        raise Refused(Refusal("name_needed"))
    if not is_email(email):
        raise Refused(Refusal("bad_email", {"value": email}))
    person = await _person(connection, name, email)
    await agents.appoint(connection, person, name, new.territory)
    act = Act(who=by, what="operator_appointed", subject=person, after=new.territory)
    await record(connection, act)
    return person


async def _person(connection: Connection, name: str, email: str) -> PersonId:
    account = await account_of(connection, email)
    if account is None:
        person = await insert_person(connection, "", name, email)
        await insert_account(connection, person, email)
        return person
    known = await agents.agent(connection, account.person)
    if known is not None and known.active:
        raise Refused(Refusal("already_an_operator"))
    return account.person


async def colleague(connection: Connection, territory: str, person: PersonId) -> Agent:
    """An agent of the own ARS. Raises Refused `unknown_operator`."""
    found = await agents.agent(connection, person)
    if found is None or found.territory != territory:
        raise Refused(Refusal("unknown_operator"))
    return found


async def help_back(connection: Connection, by: str, person: PersonId, why: str) -> None:
    """Password and phone are forgotten: the agent chooses them anew, coming by a one-use link.

    The caller ends the agent's sign-ins. Raises Refused: `reason_needed`, `unknown_operator`,
    `no_account`.
    """
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    known = await agents.agent(connection, person)
    if known is None or not known.active:
        raise Refused(Refusal("unknown_operator"))
    if await account_by_person(connection, person) is None:
        raise Refused(Refusal("no_account"))
    await agents.forget_password(connection, person)
    await forget(connection, person)
    await record(connection, Act(who=by, what="operator_recovered", subject=person, why=why))


async def dismiss(connection: Connection, by: str, person: PersonId, why: str) -> None:
    """The caller ends the agent's sign-ins. Raises Refused: `reason_needed`, `own_access`."""
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    if by == person:
        raise Refused(Refusal("own_access"))
    await agents.dismiss(connection, person)
    await forget(connection, person)
    await record(connection, Act(who=by, what="operator_dismissed", subject=person, why=why))
