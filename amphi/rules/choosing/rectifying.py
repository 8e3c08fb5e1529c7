"""Rectification of a choice: two operators, its own event, nothing cascades (live-rules.md §7)."""

import msgspec

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.changing import off_the_seat
from amphi.rules.choosing.course import go_on
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.eligibility import post_refusal
from amphi.rules.choosing.operating import amphi_in, operator_of
from amphi.rules.choosing.state import Amphi, Entry, OfferState, Rectification, Served
from amphi.rules.ids import EntryId, PostNumber
from amphi.rules.refusals import Refusal


def rectify(draft: Draft, command: c.Command, order: c.Rectify) -> Refusal | None:
    """ "operator with the right, a reason, a second operator's approval" """
    amphi = amphi_in(draft, command)
    entry = amphi.entries.get(order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    if not order.reason.strip():
        return Refusal("reason_needed")
    refused = _refusal(draft.state, amphi, entry, order.post)
    if refused is None:
        draft.add(
            e.RectificationAsked(
                amphi=amphi.id,
                id=f"r{draft.state.seq + 1}",
                entry=entry.id,
                post=order.post,
                operator=operator_of(command),
                reason=order.reason,
            )
        )
    return refused


def approve_rectification(
    draft: Draft, command: c.Command, order: c.ApproveRectification
) -> Refusal | None:
    amphi = amphi_in(draft, command)
    asked = next((each for each in amphi.rectifications if each.id == order.id), None)
    if asked is None:
        return Refusal("unknown_rectification")
    if asked.asked_by == command.person:
        return Refusal("second_operator_needed")
    entry = amphi.entries[asked.entry]
    refused = _refusal(draft.state, amphi, entry, asked.post)
    if refused is None:
        rectified = _rectified(draft.state, amphi, entry, asked, command)
        draft.add(msgspec.structs.replace(rectified, approval=order.reason))
        go_on(draft)
    return refused


def _refusal(
    state: OfferState, amphi: Amphi, entry: Entry, post: PostNumber | None
) -> Refusal | None:
    """Judged as if the former choice had not been made."""
    if not isinstance(entry.standing, Served):
        return Refusal("not_served")
    if post is None:
        return None
    without = off_the_seat(state, entry.standing.post, entry.id)
    return post_refusal(without, amphi, entry, post)


def _rectified(
    state: OfferState, amphi: Amphi, entry: Entry, asked: Rectification, command: c.Command
) -> e.ChoiceRectified:
    if not isinstance(entry.standing, Served):
        raise TypeError("only a choice can be rectified")
    return e.ChoiceRectified(
        amphi=amphi.id,
        id=asked.id,
        entry=entry.id,
        former_post=entry.standing.post,
        post=asked.post,
        choice_status=entry.choice_status,
        asked_by=asked.asked_by,
        influenced=_chosen_since(state, entry.standing.seq),
        operator=operator_of(command),
        reason=asked.reason,
    )


def _chosen_since(state: OfferState, seq: int) -> tuple[EntryId, ...]:
    """Whoever chose afterwards may have chosen otherwise."""
    entries = (each for amphi in state.amphis.values() for each in amphi.entries.values())
    later = [(e.standing.seq, e.id) for e in entries if isinstance(e.standing, Served)]
    return tuple(entry for chosen_at, entry in sorted(later) if chosen_at > seq)
