"""A load file becomes rows: a campaign (or one more offer of it), posts, amphis, people, call lists."""

from itertools import count

import msgspec

from amphi.records.audit import COMMAND_LINE, Act, record
from amphi.records.campaigns import (
    NewAmphi,
    NewEntry,
    NewPost,
    find_campaign,
    insert_amphi,
    insert_campaign,
    insert_entries,
    insert_offer,
    insert_posts,
    insert_sessions,
)
from amphi.records.database import Connection
from amphi.records.finding import intern_with_email
from amphi.records.people import (
    NewPerson,
    NewProxy,
    insert_person,
    insert_persons,
    insert_proxy,
)
from amphi.records.reads import list_amphis
from amphi.rules.campaign_faults import Fault
from amphi.rules.campaign_file import AmphiLine, CampaignFile, InternLine, PostLine, ProxyLine
from amphi.rules.choosing.facts import SessionFacts
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId


class LoadedAmphi(msgspec.Struct, frozen=True):
    id: AmphiId
    code: str


class Loaded(msgspec.Struct, frozen=True):
    """What `amphi load` answers (protocol.md §5)."""

    campaign: str
    offer: OfferId
    amphis: tuple[LoadedAmphi, ...]


async def load(connection: Connection, file: CampaignFile) -> Loaded:
    """All of it in the caller's transaction, PLANNED, as a trial campaign.

    Files of one campaign (name, semester, territory) make several offers of it; a file whose amphis
    the campaign has already is another trial, with a number behind its name.

    Raises:
        Violated: `holder_already_taken`, when a holder has a grant in another offer of the campaign.
    """
    campaign = await _campaign(connection, file)
    offer = await insert_offer(connection, campaign)
    await insert_posts(connection, offer, [_post(each) for each in file.posts])
    people = await _people(connection, campaign, file)
    amphis = tuple(
        [
            await _amphi(connection, campaign, offer, line, position, people)
            for position, line in enumerate(file.amphis, 1)
        ]
    )
    loaded = Loaded(campaign, offer, amphis)
    await record(connection, Act(who=COMMAND_LINE, what="load", subject=offer, after=loaded))
    return loaded


async def _campaign(connection: Connection, file: CampaignFile) -> str:
    name, found = await _place(connection, file)
    if found is not None:
        return found
    return await insert_campaign(connection, name, file.semester, file.territory, trial=True)


async def company(connection: Connection, file: CampaignFile) -> list[Fault]:
    """What its author should hear before it is loaded: it is not alone under its name."""
    name, found = await _place(connection, file)
    if found is not None:
        return [Fault("campaign.name", "joins_campaign", {"name": name})]
    if name != file.name:
        return [Fault("campaign.name", "another_trial", {"name": file.name, "new": name})]
    return []


async def _place(connection: Connection, file: CampaignFile) -> tuple[str, str | None]:
    """The campaign's name, and the one there is already that has room for these amphis."""
    codes = {amphi.code for amphi in file.amphis}
    for n in count(1):
        name = file.name if n == 1 else f"{file.name} ({n})"
        found = await find_campaign(connection, name, file.semester, file.territory)
        if found is None:
            return name, None
        if codes.isdisjoint(each.code for each in await list_amphis(connection, campaign=found)):
            return name, found
    raise AssertionError("there is always a next number")


def _post(line: PostLine) -> NewPost:
    return NewPost(**msgspec.structs.asdict(line))


async def _people(connection: Connection, campaign: str, file: CampaignFile) -> dict[str, PersonId]:
    """By their id in the file."""
    lines = {each.id: each for amphi in file.amphis for each in amphi.interns}
    new = [
        NewPerson(
            first_name=each.first_name,
            last_name=each.last_name,
            email=each.email,
            external_id=each.id,
        )
        for each in lines.values()
    ]
    return dict(zip(lines, await insert_persons(connection, campaign, new), strict=True))


async def _amphi(
    connection: Connection,
    campaign: str,
    offer: OfferId,
    line: AmphiLine,
    position: int,
    people: dict[str, PersonId],
) -> LoadedAmphi:
    new = NewAmphi(
        code=line.code,
        group=line.group,
        regime=line.regime,
        position=position,
        policy=line.policy,
        opens_at=line.opens_at,
    )
    amphi = await insert_amphi(connection, offer, new)
    sessions = [
        SessionFacts(n=n, **msgspec.structs.asdict(each)) for n, each in enumerate(line.sessions, 1)
    ]
    await insert_sessions(connection, amphi, sessions)
    entries = [_entry(each, people[each.id]) for each in line.interns]
    ids = await insert_entries(connection, amphi, entries)
    for entry, intern in zip(ids, line.interns, strict=True):
        if intern.proxy is not None:
            await grant_proxy(connection, campaign, entry, intern.proxy)
    return LoadedAmphi(amphi, line.code)


def _entry(line: InternLine, person: PersonId) -> NewEntry:
    return NewEntry(
        person=person,
        call_rank=line.call_rank,
        des=line.des,
        choice_status=line.choice_status,
        extra_seconds=line.extra_seconds,
        expected_absence=line.expected_absence,
        external_id=line.id,
    )


async def grant_proxy(
    connection: Connection, campaign: str, entry: EntryId, line: ProxyLine
) -> None:
    """Before the amphi is validated. Raises Violated `holder_already_taken`, `proxy_exists`.

    "The holder may be an intern of the same amphi: one account, two roles" (live-rules.md §6).
    """
    holder = None
    if line.accepted:
        holder = await intern_with_email(connection, campaign, line.email) or await insert_person(
            connection, line.first_name, line.last_name, line.email
        )
    new = NewProxy(
        email=line.email, first_name=line.first_name, last_name=line.last_name, holder=holder
    )
    await insert_proxy(connection, campaign, entry, new)
