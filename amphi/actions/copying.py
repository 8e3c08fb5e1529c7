"""A copy of an amphi for a rehearsal: its posts, ranks, statuses and rules, none of its people."""

from amphi.records.database import Connection
from amphi.records.freezing import rows
from amphi.records.offer_reads import PostRow, posts_of
from amphi.records.reads import AmphiRow
from amphi.rules.campaign_file import (
    AmphiLine,
    CampaignFile,
    InternLine,
    PostLine,
    ProxyLine,
    SessionLine,
)
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts
from amphi.rules.ids import ServiceNumber

NOWHERE = "repetition.invalid"  # no mail of a rehearsal may reach anybody (RFC 2606)


async def copy_of(connection: Connection, amphi: AmphiRow) -> CampaignFile:
    """As it would be loaded: people are called by their rank, grants are all accepted."""
    facts = (await rows(connection, amphi.id)).facts
    posts = await posts_of(connection, amphi.offer)
    return CampaignFile(
        name=f"Répétition de {amphi.code}, {amphi.campaign_name}",
        semester=amphi.semester,
        territory=amphi.territory,
        posts=tuple(_post(each) for each in posts if not each.withdrawn),
        amphis=(_amphi(facts),),
    )


def _post(row: PostRow) -> PostLine:
    fields = {name: getattr(row, name) for name in PostLine.__struct_fields__}
    return PostLine(**fields | {"imotep": ServiceNumber(row.imotep)})


def _amphi(facts: AmphiFacts) -> AmphiLine:
    return AmphiLine(
        code=facts.code,
        group=facts.group,
        regime=facts.regime,
        interns=tuple(_intern(each) for each in facts.entries),
        sessions=tuple(
            SessionLine(each.from_rank, each.to_rank, each.starts_at, each.ends_at)
            for each in facts.sessions
        ),
        policy=facts.policy,
    )


def _intern(entry: EntryFacts) -> InternLine:
    rank = entry.call_rank
    proxy = None
    if entry.proxy is not None:
        proxy = ProxyLine(f"mandataire-{rank}@{NOWHERE}", "Mandataire", f"DU RANG {rank}")
    return InternLine(
        id=f"rang-{rank}",
        call_rank=rank,
        first_name="Interne",
        last_name=f"DU RANG {rank}",
        email=f"rang-{rank}@{NOWHERE}",
        des=entry.des,
        choice_status=entry.choice_status,
        expected_absence=entry.expected_absence,
        extra_seconds=entry.extra_seconds,
        proxy=proxy,
    )
