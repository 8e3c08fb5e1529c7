# ruff: noqa: D103 - a projection is named after its event, which is documented
"""Assignments and their confirmations (live-rules.md §7).

"In one transaction: the event, the assignment, the confirmation mail."
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable, ScalarSelect, insert, select, update

from amphi.records.announcing import to_the_holder, to_the_intern
from amphi.records.fact import Fact, Step
from amphi.records.ids import new_id
from amphi.records.mail_kinds import MailKind
from amphi.records.tables.amphis import call_list_entries
from amphi.records.tables.campaigns import offers
from amphi.records.tables.outcomes import assignments
from amphi.rules.choosing import events as e
from amphi.rules.ids import EntryId, OfferId, PostNumber


def chosen(fact: Fact, event: e.PostChosen) -> Iterable[Executable | Step]:
    yield _assigned(fact, event.entry, event.post, event.choice_status)
    facts = _receipt(fact) | {"by": event.by, "choice_status": event.choice_status}
    yield to_the_intern(fact, MailKind.ASSIGNMENT, event.entry, facts, event.post)
    if event.by != "intern":  # who has given a proxy cannot choose (live-rules.md §6)
        # "The confirmation goes to both" (live-rules.md §6).
        yield to_the_holder(fact, MailKind.ASSIGNMENT_TO_HOLDER, event.entry, facts, event.post)


def rectified(fact: Fact, event: e.ChoiceRectified) -> Iterable[Executable | Step]:
    """The first assignment stays, no longer live; the journal tells why."""
    former = (assignments.c.entry == event.entry, assignments.c.live)
    yield update(assignments).where(*former).values(live=False)
    if event.post is not None:
        yield _assigned(fact, event.entry, event.post, event.choice_status)
    facts = _receipt(fact) | {"former_post": event.former_post, "taken_back": event.post is None}
    post = event.post or event.former_post
    yield to_the_intern(fact, MailKind.RECTIFICATION, event.entry, facts, post)


def _assigned(fact: Fact, entry: EntryId, post: PostNumber, choice_status: str) -> Executable:
    """A missing row would leave a NULL that the table refuses: never an assignment of nobody."""
    return insert(assignments).values(
        id=new_id(),
        campaign=_campaign(fact.offer),
        offer=fact.offer,
        post=post,
        person=_person(entry),
        entry=entry,
        choice_status=choice_status,
        seq=fact.recorded.seq,
        receipt=fact.recorded.hash,
        made_at=fact.moment,
    )


def _campaign(offer: OfferId) -> ScalarSelect[Any]:
    return select(offers.c.campaign).where(offers.c.id == offer).scalar_subquery()


def _person(entry: EntryId) -> ScalarSelect[Any]:
    query = select(call_list_entries.c.person).where(call_list_entries.c.id == entry)
    return query.scalar_subquery()


def _receipt(fact: Fact) -> dict[str, Any]:
    """ "To the chooser: the post's sheet and the receipt (hash of the event)" (live-rules.md §7)."""
    return {
        "amphi": fact.event.amphi,
        "seq": fact.recorded.seq,
        "receipt": fact.recorded.hash,
        "at": fact.recorded.at,
    }
