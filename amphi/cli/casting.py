"""Who plays what: the amphis of a database as the bots' stages, and names for the board."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from amphi.actions.tickets import the_operator
from amphi.bots.stage import Part, Stage
from amphi.cli.telling import Cast
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.records.database import Connection
from amphi.records.freezing import rows
from amphi.records.offer_reads import PostRow, call_list, posts_of
from amphi.records.reads import AmphiRow
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts
from amphi.rules.ids import AmphiId, PersonId

TICKET_SECONDS = 600  # protocol.md §1: "tickets from the command line live 10 min"

TicketOffice = Callable[[str, str, bool], Awaitable[str]]


class Scenery(NamedTuple):
    """What all stages of a demonstration share. `hurried`: nobody hesitates, nobody is missing."""

    addresses: tuple[str, ...]
    ticket: TicketOffice
    hurried: bool = False


class Production(NamedTuple):
    """One amphi: what the bots need, and what the board needs."""

    row: AmphiRow
    stage: Stage
    cast: Cast


def ticket_office(tickets: Tickets) -> TicketOffice:
    """Tickets for bots: for the person, in the amphi, as an operator or not."""

    async def ticket(amphi: str, person: str, operator: bool) -> str:
        who = TicketFor(PersonId(person), "operator" if operator else "intern", AmphiId(amphi))
        return await tickets.issue(who, TICKET_SECONDS)

    return ticket


async def production(connection: Connection, row: AmphiRow, scenery: Scenery) -> Production:
    """Reads one amphi; its robot operator is made when there is none yet."""
    facts = (await rows(connection, row.id)).facts
    posts = await posts_of(connection, row.offer)
    names = {
        str(line.entry): f"{line.first_name} {line.last_name}"
        for line in await call_list(connection, row.id, full_names=True)
    }
    stage = Stage(
        amphi=row.id,
        code=row.code,
        addresses=scenery.addresses,
        turn_seconds=facts.policy.turn_seconds,
        parts=tuple(_part(entry, names[entry.id]) for entry in facts.entries),
        free_for_all=_free_for_all(posts, facts),
        operator=await the_operator(connection, _robot(row)),
        ticket=scenery.ticket,
        hurried=scenery.hurried,
    )
    return Production(row, stage, _cast(row, names, posts))


def _robot(row: AmphiRow) -> str:
    """One for each amphi, codes may repeat: a person has four sockets at most (protocol.md, 4409)."""
    return f"Robot {row.code} {row.id}"


def _part(entry: EntryFacts, name: str) -> Part:
    """ "the grantor can no longer choose; the holder can once he has accepted" (live-rules.md §6)"""
    if entry.proxy is None:
        comes = not entry.expected_absence
        return Part(entry.id, entry.call_rank, name, entry.person, comes=comes)
    holder = entry.proxy.holder
    return Part(
        entry.id, entry.call_rank, name, holder or "", as_="proxy", comes=holder is not None
    )


def _free_for_all(posts: list[PostRow], facts: AmphiFacts) -> tuple[str, ...]:
    return tuple(
        post.number
        for post in posts
        if not (post.reserved_for or post.withdrawn)
        and (not post.regimes or facts.regime in post.regimes)
        and (not post.groups or facts.group in post.groups)
    )


def _cast(row: AmphiRow, names: Mapping[str, str], posts: list[PostRow]) -> Cast:
    places = {post.number: f"{post.establishment}, {post.service}" for post in posts}
    return Cast(row.code, names, {str(number): place for number, place in places.items()})
