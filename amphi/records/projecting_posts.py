# ruff: noqa: D103 - a projection is named after its event, which is documented
"""The posts of an offer after an event that changes them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Executable, case, func, update
from sqlalchemy.dialects.postgresql import insert

from amphi.records.fact import Fact
from amphi.records.tables.campaigns import offers, posts
from amphi.rules.choosing import events as e
from amphi.rules.ids import ServiceNumber


def offer_replaced(fact: Fact, event: e.OfferReplaced) -> Iterable[Executable]:
    """The rows are where the new posts came from (`freezing.rows`): only the version is news."""
    yield update(offers).where(offers.c.id == fact.offer).values(version=event.version)


def withdrawn(fact: Fact, event: e.PostWithdrawn) -> Iterable[Executable]:
    which = (posts.c.offer == fact.offer, posts.c.number == event.post)
    yield update(posts).where(*which).values(withdrawn=True)


def added(fact: Fact, event: e.PostAdded) -> Iterable[Executable]:
    """Its description is a row's business; one written beforehand is kept, its rules are the event's."""
    post = event.post
    rules = {
        "des": post.des,
        "reserved_for": list(post.reserved_for),
        "regimes": list(post.regimes),
        "groups": list(post.groups),
        "withdrawn": False,
    }
    key = {"offer": fact.offer, "number": post.number}
    yield (
        insert(posts)
        .values(**key, **rules, imotep=post.service)
        .on_conflict_do_update(
            index_elements=list(key), set_=rules | {"imotep": _service(post.service)}
        )
    )


def _service(told: ServiceNumber) -> ColumnElement[str]:
    """The row's own when it names the same service, by number or, without one, in words."""
    place = func.coalesce(func.nullif(posts.c.finess, ""), posts.c.establishment)
    known = func.coalesce(
        func.nullif(posts.c.imotep, ""), place.concat("/").concat(posts.c.service)
    )
    return case((known == told, posts.c.imotep), else_=told)
