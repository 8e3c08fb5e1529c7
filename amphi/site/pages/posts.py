"""The posts of every offer that is open, by service or one by one (DCI §8)."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.asked import Here, Number, asked, leaf
from amphi.records.offered_posts import OfferedPost
from amphi.records.reads import AmphiRow
from amphi.rules.ids import OfferId
from amphi.rules.names import plain
from amphi.site.pages.frame import Pages
from amphi.site.pages.recent import recent_amphis, recent_posts

SERVICES, POSTS = 30, 50  # on one page
COLUMNS = {
    "filled": "État",
    "department": "Dép.",
    "establishment": "Établissement",
    "service": "Service",
    "supervisor": "Chef de service",
    "des": "DES",
    "number": "Numéro",
    "earmark": "Fléchage",
    "reserved_for": "Réservé",
    "imotep": "IMOTEP",
}
WITHIN = ("establishment", "service", "supervisor", "earmark", "imotep", "department", "number")
FILTERS = (*WITHIN, "amphi", "des", "regime")
folded = lru_cache(50_000)(plain)  # names come again on thousands of posts


class Wanted(msgspec.Struct, frozen=True):
    """`within` fields take several values, separated by commas."""

    amphi: str | None = None
    state: Literal["filled", "free"] | None = None
    view: Literal["service", "post"] = "service"
    des: str | None = None
    regime: str | None = None
    department: str | None = None
    establishment: str | None = None
    service: str | None = None
    supervisor: str | None = None
    earmark: str | None = None
    imotep: str | None = None
    number: str | None = None
    sort: str = "department"
    order: Literal["up", "down"] = "up"
    page: Number = 1


class ServicePosts(msgspec.Struct, frozen=True):
    """ "AMBROISE-PARE (AP-HP) - Accueil des urgences - … : 4 postes - 4 disponibles" (DCI §8)"""

    name: str
    department: str
    posts: list[OfferedPost]

    @property
    def free(self) -> int:
        return sum(not (post.filled or post.withdrawn) for post in self.posts)


class PostPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """For everybody."""
        wanted = asked(request, Wanted)
        every = await recent_posts(self.services)
        amphis = await recent_amphis(self.services)
        found = _found(every, wanted, {row.id: row for row in amphis})
        by_post = wanted.view == "post"
        offers = {post.offer for post in every}
        return await self.page(
            *(request, "posts.html"),
            visitor=await self.services.visitors.who(request),
            wanted=wanted,
            filtered=any(getattr(wanted, name) is not None for name in FILTERS),
            here=Here(request),
            columns=COLUMNS,
            leaf=leaf(_sorted(found, wanted), wanted.page, POSTS)
            if by_post
            else leaf(_by_service(found), wanted.page, SERVICES),
            total=len(found),
            free=sum(not (post.filled or post.withdrawn) for post in found),
            amphis=[row for row in amphis if row.offer in offers],
            des=sorted({post.des for post in every}, key=folded),
            several_offers=len(offers) > 1,
            codes=_codes(amphis),
        )


def _found(
    posts: Iterable[OfferedPost], wanted: Wanted, amphis: dict[str, AmphiRow]
) -> list[OfferedPost]:
    amphi = amphis.get(wanted.amphi or "")
    if wanted.amphi is not None and amphi is None:
        return []
    return [post for post in posts if _offered_to(post, amphi) and _fits(post, wanted)]


def _offered_to(post: OfferedPost, amphi: AmphiRow | None) -> bool:
    """ "seuls les postes proposés pour votre groupe de spécialité" (DCI §9.2; live-rules.md §5)"""
    if amphi is None:
        return True
    regime = not post.regimes or amphi.regime in post.regimes
    group = not post.groups or amphi.group in post.groups
    return post.offer == amphi.offer and regime and group


def _fits(post: OfferedPost, wanted: Wanted) -> bool:
    if wanted.state is not None and (wanted.state == "filled") != post.filled:
        return False
    if wanted.state == "free" and post.withdrawn:
        return False
    if wanted.des is not None and post.des != wanted.des:
        return False
    if wanted.regime is not None and post.regimes and wanted.regime not in post.regimes:
        return False
    return all(_has(getattr(post, name), getattr(wanted, name)) for name in WITHIN)


def _has(value: str, words: str | None) -> bool:
    """Any of the words, looked for as names are compared."""
    if words is None:
        return True
    return any(folded(word) in folded(value) for word in words.split(",") if word.strip())


def _sorted(posts: list[OfferedPost], wanted: Wanted) -> list[OfferedPost]:
    """As read for the department: that is their order already."""
    if wanted.sort not in COLUMNS or (wanted.sort, wanted.order) == ("department", "up"):
        return posts
    return sorted(
        posts,
        key=lambda post: folded(str(getattr(post, wanted.sort))),
        reverse=wanted.order == "down",
    )


def _by_service(posts: list[OfferedPost]) -> list[ServicePosts]:
    def service(post: OfferedPost) -> tuple[str, ...]:
        names = (post.establishment, post.service, post.supervisor)
        return (post.department, *map(folded, names))

    groups = (list(group) for _, group in groupby(posts, key=service))
    return [ServicePosts(_name(group[0]), group[0].department, group) for group in groups]


def _name(post: OfferedPost) -> str:
    names = (post.establishment, post.service, post.supervisor)
    return " – ".join(name for name in names if name) or post.imotep or "Service non précisé"


def _codes(amphis: list[AmphiRow]) -> dict[OfferId, str]:
    """The codes of the amphis that choose from each offer."""
    codes: dict[OfferId, str] = {}
    for row in amphis:
        codes[row.offer] = f"{codes[row.offer]}, {row.code}" if row.offer in codes else row.code
    return codes
