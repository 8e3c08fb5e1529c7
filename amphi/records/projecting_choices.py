# ruff: noqa: D103 - a projection is named after its event, which is documented
"""Assignments and their confirmations (live-rules.md §7).

"In one transaction: the event, the assignment, the confirmation mail."
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable, Text, bindparam, insert, select, update

from amphi.records.announcing import TO_THE_INTERN_WITH_SHEET, to_the_holder, to_the_intern
from amphi.records.fact import Fact, Step
from amphi.records.ids import new_id
from amphi.records.mail_kinds import MailKind
from amphi.records.tables.amphis import call_list_entries
from amphi.records.tables.campaigns import offers
from amphi.records.tables.outcomes import assignments
from amphi.rules.choosing import events as e
from amphi.rules.ids import EntryId, PostNumber


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


_OFFER, _ENTRY = bindparam("in_offer", type_=Text), bindparam("of_entry", type_=Text)
# A missing row would leave a NULL that the table refuses: never an assignment of nobody.
_ASSIGN = insert(assignments).values(
    id=bindparam("new_id"),
    campaign=select(offers.c.campaign).where(offers.c.id == _OFFER).scalar_subquery(),
    offer=_OFFER,
    post=bindparam("of_post"),
    person=(
        select(call_list_entries.c.person).where(call_list_entries.c.id == _ENTRY).scalar_subquery()
    ),
    entry=_ENTRY,
    choice_status=bindparam("as_status"),
    seq=bindparam("at_seq"),
    receipt=bindparam("with_receipt"),
    made_at=bindparam("at_moment"),
)


OF_A_POST_CHOSEN = (_ASSIGN, TO_THE_INTERN_WITH_SHEET)  # by the intern: nearly all are


def _assigned(fact: Fact, entry: EntryId, post: PostNumber, choice_status: str) -> Step:
    return _ASSIGN, {
        "new_id": new_id(),
        "in_offer": fact.offer,
        "of_post": post,
        "of_entry": entry,
        "as_status": choice_status,
        "at_seq": fact.recorded.seq,
        "with_receipt": fact.recorded.hash,
        "at_moment": fact.moment,
    }


def _receipt(fact: Fact) -> dict[str, Any]:
    """ "To the chooser: the post's sheet and the receipt (hash of the event)" (live-rules.md §7)."""
    return {
        "amphi": fact.event.amphi,
        "seq": fact.recorded.seq,
        "receipt": fact.recorded.hash,
        "at": fact.recorded.at,
    }
