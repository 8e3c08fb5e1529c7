"""Every post that may be seen, over all offers, and whether it is taken (DCI §8)."""

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis
from amphi.records.tables.campaigns import posts
from amphi.records.tables.outcomes import assignments
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import OfferId, PostNumber
from amphi.rules.names import plain

NOT_YET = (Phase.PLANNED, Phase.VALIDATED)


class OfferedPost(msgspec.Struct, frozen=True):
    """A seat with its description. `filled`: a STANDARD assignment holds it (live-rules.md §5)."""

    offer: OfferId
    number: PostNumber
    des: str
    establishment: str
    service: str
    imotep: str
    supervisor: str
    department: str
    earmark: str
    reserved_for: tuple[str, ...]
    regimes: tuple[str, ...]
    groups: tuple[str, ...]
    withdrawn: bool
    filled: bool


async def offered_posts(connection: AsyncConnection) -> list[OfferedPost]:
    """ "triés par département, établissement puis service" (DCI §8).

    Of offers that an amphi has opened: "Tous les postes offerts sont accessibles dès leur publication".
    """
    seat = (assignments.c.offer == posts.c.offer) & (assignments.c.post == posts.c.number)
    standard = assignments.c.choice_status == ChoiceStatus.STANDARD
    taken = exists().where(seat, assignments.c.live, standard)
    opened = select(amphis.c.offer).where(amphis.c.phase.not_in(NOT_YET))
    query = select(posts, taken.label("filled")).where(posts.c.offer.in_(opened))
    names = OfferedPost.__struct_fields__
    found = [
        msgspec.convert({name: getattr(row, name) for name in names}, OfferedPost)
        for row in await connection.execute(query)
    ]
    return sorted(found, key=_place)


def _place(post: OfferedPost) -> tuple[str, ...]:
    names = (post.establishment, post.service, post.supervisor)
    return (post.department, *map(plain, names), post.number)
