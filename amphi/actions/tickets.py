"""Whom a command-line ticket is for (protocol.md §5), recorded in the audit."""

import uuid
from typing import Literal

import msgspec

from amphi.actions.gestures import Asks, a_letter, gesture
from amphi.records.audit import COMMAND_LINE, Act, record
from amphi.records.database import Connection, Database
from amphi.records.finding import (
    FoundAmphi,
    FoundEntry,
    amphis_named,
    entry_named,
    operator_named,
)
from amphi.records.people import insert_operator, insert_person
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, PersonId
from amphi.rules.refusals import Refusal, Refused

OPERATOR = "Ligne de commande"  # the agent that gestures of the command line are recorded under


class Bearer(msgspec.Struct, frozen=True):
    """Who will come in with the ticket, and where."""

    person: PersonId
    role: Literal["intern", "operator"]
    amphi: AmphiId


async def amphi_called(connection: Connection, name: str) -> FoundAmphi:
    """By id, or by code when there is one such. Raises Refused: `unknown_amphi`, `ambiguous_amphi`."""
    found = await amphis_named(connection, name)
    if not found:
        raise Refused(Refusal("unknown_amphi", {"amphi": name}))
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise Refused(Refusal("ambiguous_amphi", {"amphi": name, "ids": ids}))
    return found[0]


async def for_intern(database: Database, amphi: str, intern: str) -> Bearer:
    """Raises Refused: `unknown_amphi`, `ambiguous_amphi`, `unknown_intern`."""
    async with database.transaction() as connection:
        found, entry = await _line(connection, amphi, intern)
        return await _recorded(connection, Bearer(entry.person, "intern", found.id), intern)


async def for_operator(database: Database, amphi: str) -> Bearer:
    """The installation's own operator. Raises Refused as above."""
    async with database.transaction() as connection:
        found = await amphi_called(connection, amphi)
        operator = await the_operator(connection)
        return await _recorded(connection, Bearer(operator, "operator", found.id), "")


async def for_proxy(database: Database, asks: Asks, amphi: str, grantor: str) -> Bearer:
    """The holder of the grantor's proxy.

    On a trial campaign a fictional holder is given one first, through the mailbox. Raises Refused:
    `no_proxy` elsewhere, `amphi_not_validated` too early, and as above.
    """
    async with database.transaction() as connection:
        found, entry = await _line(connection, amphi, grantor)
        if entry.holder is None and not found.trial:
            raise Refused(Refusal("no_proxy"))
        holder = entry.holder or await insert_person(connection, "Mandataire", "FICTIF")
    if entry.holder is None:
        await _appoint(asks, found, entry, holder)
    async with database.transaction() as connection:
        return await _recorded(connection, Bearer(holder, "intern", found.id), grantor)


async def the_operator(connection: Connection) -> PersonId:
    """Made when first needed."""
    known = await operator_named(connection, OPERATOR)
    if known is not None:
        return known
    person = await insert_person(connection, "", OPERATOR)
    await insert_operator(connection, person, OPERATOR, "")
    return person


async def _line(connection: Connection, amphi: str, intern: str) -> tuple[FoundAmphi, FoundEntry]:
    found = await amphi_called(connection, amphi)
    entry = await entry_named(connection, found.id, intern)
    if entry is None:
        raise Refused(Refusal("unknown_intern", {"intern": intern, "amphi": found.code}))
    return found, entry


async def _recorded(connection: Connection, bearer: Bearer, intern: str) -> Bearer:
    act = Act(who=COMMAND_LINE, what="ticket", subject=bearer.amphi, after=[bearer, intern])
    await record(connection, act)
    return bearer


async def _appoint(asks: Asks, amphi: FoundAmphi, entry: FoundEntry, holder: PersonId) -> None:
    """Grants, unless a grant waits already, and accepts (DCI §6)."""
    if amphi.phase is Phase.PLANNED:
        raise Refused(Refusal("amphi_not_validated"))
    proxy = entry.proxy or uuid.uuid4().hex
    if entry.proxy is None:
        private = {
            "holder_email": f"{holder}@proches.example",
            "holder_first_name": "Mandataire",
            "holder_last_name": "FICTIF",
        }
        args = {"proxy": proxy}
        letter = a_letter(
            amphi.id, "grant_proxy", entry.person, role="intern", args=args, private=private
        )
        await gesture(asks, amphi.offer, letter)
    accept = a_letter(amphi.id, "accept_proxy", holder, role="intern", args={"proxy": proxy})
    await gesture(asks, amphi.offer, accept)
