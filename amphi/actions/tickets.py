"""Whom a command-line ticket is for (protocol.md §5), recorded in the audit."""

import uuid
from typing import Literal

import msgspec

from amphi.actions.gestures import Asks, a_letter, gesture
from amphi.records.audit import COMMAND_LINE, Act, record
from amphi.records.database import Connection, Database
from amphi.records.finding import operator_named
from amphi.records.freezing import rows
from amphi.records.people import insert_operator, insert_person
from amphi.records.reads import AmphiRow, entry_of, live_proxy, named_amphis
from amphi.rules.choosing.facts import EntryFacts
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId, PersonId
from amphi.rules.refusals import Refusal, Refused

OPERATOR = "Ligne de commande"  # the agent that gestures of the command line are recorded under

FICTIONAL = ("Mandataire", "FICTIF")


class Bearer(msgspec.Struct, frozen=True):
    """Who will come in with the ticket, and where."""

    person: PersonId
    role: Literal["intern", "proxy", "operator"]
    amphi: AmphiId


async def amphi_called(connection: Connection, name: str) -> AmphiRow:
    """By id, or by code when there is one such. Raises Refused: `unknown_amphi`, `ambiguous_amphi`."""
    found = await named_amphis(connection, name)
    if not found:
        raise Refused(Refusal("unknown_amphi", {"amphi": name}))
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise Refused(Refusal("ambiguous_amphi", {"amphi": name, "ids": ids}))
    return found[0]


async def for_intern(database: Database, amphi: str, intern: str) -> Bearer:
    """Raises Refused: `unknown_amphi`, `ambiguous_amphi`, `unknown_intern`."""
    async with database.transaction() as connection:
        found = await amphi_called(connection, amphi)
        _, person = await _line(connection, found, intern)
        return await _recorded(connection, Bearer(person, "intern", found.id), intern)


async def for_operator(database: Database, amphi: str) -> Bearer:
    """The installation's own operator. Raises Refused as above."""
    async with database.transaction() as connection:
        found = await amphi_called(connection, amphi)
        operator = await the_operator(connection)
        return await _recorded(connection, Bearer(operator, "operator", found.id), "")


class Called(msgspec.Struct, frozen=True):
    """A line of the call list and the account that chooses for it."""

    entry: EntryId
    rank: int
    bearer: Bearer


async def for_everybody(database: Database, amphi: str) -> list[Called]:
    """The whole call list, by rank; whose holder has not accepted yet comes as the intern.

    Raises Refused: `unknown_amphi`, `ambiguous_amphi`.
    """
    async with database.transaction() as connection:
        found = await amphi_called(connection, amphi)
        facts = (await rows(connection, found.id)).facts
        called = sorted(facts.entries, key=lambda entry: entry.call_rank)
        act = Act(who=COMMAND_LINE, what="tickets", subject=found.id, after=[len(called)])
        await record(connection, act)
    return [Called(entry.id, entry.call_rank, _chooser(entry, found.id)) for entry in called]


def _chooser(entry: EntryFacts, amphi: AmphiId) -> Bearer:
    holder = None if entry.proxy is None else entry.proxy.holder
    if holder is None:
        return Bearer(entry.person, "intern", amphi)
    return Bearer(holder, "proxy", amphi)


async def for_proxy(database: Database, asks: Asks, amphi: str, grantor: str) -> Bearer:
    """The holder of the grantor's proxy.

    On a trial campaign a fictional holder is given one first, through the mailbox. Raises Refused:
    `no_proxy` elsewhere, `amphi_not_validated` too early, and as above.
    """
    async with database.transaction() as connection:
        found = await amphi_called(connection, amphi)
        entry, person = await _line(connection, found, grantor)
        proxy, holder = await live_proxy(connection, entry) or (None, None)
        if holder is None:
            holder = await _somebody_fictional(connection, found)
            asked = Grant(person, holder, proxy)
        else:
            asked = None
    if asked is not None:
        await _appoint(asks, found, asked)
    async with database.transaction() as connection:
        return await _recorded(connection, Bearer(holder, "proxy", found.id), grantor)


class Grant(msgspec.Struct, frozen=True):
    """`proxy`: a grant that waits for its holder already."""

    grantor: PersonId
    holder: PersonId
    proxy: str | None


async def _somebody_fictional(connection: Connection, amphi: AmphiRow) -> PersonId:
    if not amphi.trial:
        raise Refused(Refusal("no_proxy"))
    if amphi.phase is Phase.PLANNED:
        raise Refused(Refusal("amphi_not_validated"))
    return await insert_person(connection, *FICTIONAL)


async def the_operator(connection: Connection, name: str = OPERATOR) -> PersonId:
    """Made when first needed."""
    known = await operator_named(connection, name)
    if known is not None:
        return known
    person = await insert_person(connection, "", name)
    await insert_operator(connection, person, name, "")
    return person


async def _line(connection: Connection, amphi: AmphiRow, intern: str) -> tuple[EntryId, PersonId]:
    found = await entry_of(connection, amphi.id, intern)
    if found is None:
        raise Refused(Refusal("unknown_intern", {"intern": intern, "amphi": amphi.code}))
    return found


async def _recorded(connection: Connection, bearer: Bearer, intern: str) -> Bearer:
    act = Act(who=COMMAND_LINE, what="ticket", subject=bearer.amphi, after=[bearer, intern])
    await record(connection, act)
    return bearer


async def _appoint(asks: Asks, amphi: AmphiRow, grant: Grant) -> None:
    """Grants, unless a grant waits already, and accepts (DCI §6)."""
    args = {"proxy": grant.proxy or uuid.uuid4().hex}
    if grant.proxy is None:
        first_name, last_name = FICTIONAL
        private = {
            "holder_email": f"{grant.holder}@proches.example",
            "holder_first_name": first_name,
            "holder_last_name": last_name,
        }
        letter = a_letter(
            amphi.id, "grant_proxy", grant.grantor, role="intern", args=args, private=private
        )
        await gesture(asks, amphi.offer, letter)
    accept = a_letter(amphi.id, "accept_proxy", grant.holder, role="intern", args=args)
    await gesture(asks, amphi.offer, accept)
