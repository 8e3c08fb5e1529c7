"""The morning in which every kind of event happens, in a real database: rows first, then its commits."""

from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.live.chain import Line, recorded
from amphi.live.ports import Batch, CommandKey, Entry, Head, Result
from amphi.records.database import Database
from amphi.records.instants import moment
from amphi.records.journal import PostgresJournal
from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.campaigns import campaigns, offers, posts
from amphi.records.tables.people import persons
from amphi.records.tables.proxies import status_requests
from amphi.rules.choosing import events as e
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.facts import AmphiFacts, Post
from amphi.rules.ids import OfferId, PersonId
from tests.rules.choosing.builders import OFFER, some_posts
from tests.rules.choosing.story import whole_morning

Row = dict[str, Any]
HOLDER = {"holder_email": "holder@example.org", "holder_phone": "06"}


async def stored_story(url: str) -> OfferId:
    """The rows as `load` leaves them, then every commit of the morning, as a conductor writes them."""
    commits = [records for _, records in whole_morning().commits]
    database, journal = Database(url), PostgresJournal(url)
    try:
        async with database.transaction() as connection:
            await _campaign(connection, _validated(commits))
        await _written(journal, commits)
    finally:
        await journal.close()
        await database.close()
    return OFFER


def _validated(commits: list[tuple[Recorded, ...]]) -> list[AmphiFacts]:
    events = [record.event for records in commits for record in records]
    return [each.facts for each in events if isinstance(each, e.AmphiValidated)]


async def _campaign(connection: AsyncConnection, halls: list[AmphiFacts]) -> None:
    named = {"name": "Novembre", "semester": "2026-11", "territory": "Île-de-France"}
    await connection.execute(insert(campaigns).values(id="campaign-1", **named))
    await connection.execute(insert(offers).values(id=OFFER, campaign="campaign-1", epoch="1"))
    await connection.execute(insert(posts), [_post(each) for each in some_posts(8)])
    await connection.execute(insert(persons), _people(halls))
    for hall in halls:
        await _amphi(connection, hall)
    asked = {"entry": "e4", "choice_status": "SURNOMBRE_NON_VALIDANT"}
    await connection.execute(insert(status_requests).values(id="request-1", **asked))


def _post(post: Post) -> Row:
    facts = msgspec.to_builtins(post)
    return {**facts, "offer": OFFER, "imotep": facts["service"], "service": "PHARMACIE"}


def _people(halls: list[AmphiFacts]) -> list[Row]:
    names = {each.person for hall in halls for each in hall.entries}
    others = {"person-holder", "person-operator", "person-operator-2"}
    return [
        {"id": name, "first_name": "Émile", "last_name": name, "email": "e@x.org", "sort_key": name}
        for name in sorted(names | others)
    ]


async def _amphi(connection: AsyncConnection, hall: AmphiFacts) -> None:
    facts = msgspec.to_builtins(hall)
    entries, sessions = facts.pop("entries"), facts.pop("sessions")
    await connection.execute(insert(amphis).values(**facts, offer=OFFER))
    lines = [{"amphi": hall.id, **_without_proxy(each)} for each in entries]
    await connection.execute(insert(call_list_entries), lines)
    planned = [
        {**each, "amphi": hall.id, "starts_at": moment(each["starts_at"])} for each in sessions
    ]
    await connection.execute(insert(choice_sessions), planned)


def _without_proxy(entry: Row) -> Row:
    return {key: value for key, value in entry.items() if key != "proxy"}


# --- commits ----------------------------------------------------------------


async def _written(journal: PostgresJournal, commits: list[tuple[Recorded, ...]]) -> None:
    head = await journal.take(OFFER, "me")
    assert head is not None
    for records in commits:
        batch = _batch(head, records)
        await journal.commit(batch)
        last = batch.entries[-1].recorded
        head = msgspec.structs.replace(head, last_seq=last.seq, head_hash=last.hash)


def _batch(head: Head, records: tuple[Recorded, ...]) -> Batch:
    before, entries = head.head_hash, []
    for each in records:
        kept, text = recorded(before, Line(head.offer, each.seq, head.term, each.at, each.event))
        entries.append(Entry(kept, text))
        before = kept.hash
    person = _who(records[0].event)
    key = None if person is None else CommandKey(person, f"command-{records[0].seq}")
    return Batch(
        offer=head.offer,
        term=head.term,
        after=head.last_seq,
        entries=tuple(entries),
        result=None if key is None else Result(key, "body", records[-1].seq),
        private=HOLDER,
    )


def _who(event: e.AnyEvent) -> PersonId | None:
    """Whoever gave the order, when somebody did; flags and proxies of the morning are the interns'."""
    operator: PersonId | None = getattr(event, "operator", None)
    by_interns = e.FlagRaised | e.FlagLowered | e.ProxyGranted | e.ProxyCancelled
    if operator is None and isinstance(event, by_interns):
        return PersonId(f"person-{event.entry}")
    for field in ("operator", "person", "holder"):
        found: PersonId | None = getattr(event, field, None)
        if found is not None:
            return found
    return None
