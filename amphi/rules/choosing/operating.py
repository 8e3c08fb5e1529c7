"""Operators' gestures on a whole amphi: its phases, its lists, its posts (live-rules.md §1, §8)."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.changing import without_hold
from amphi.rules.choosing.course import go_on
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.readiness import red_lines
from amphi.rules.choosing.sessions import has_started, is_partition, next_session, start_refusal
from amphi.rules.choosing.state import Amphi, HeldTurn
from amphi.rules.ids import Millis, PersonId
from amphi.rules.refusals import Refusal

NOTHING = (None, None, None)


def validate(draft: Draft, command: c.Command, order: c.Validate) -> Refusal | None:
    """ "`validate` freezes the rows into the first event" (architecture.md)"""
    facts = order.facts
    if facts is None:
        return Refusal("bad_command", {"name": "validate"})
    posts = None if draft.state.seats else order.posts
    draft.add(
        e.AmphiValidated(
            amphi=facts.id, facts=facts, posts=posts, operator=command.person, reason=order.reason
        )
    )
    return None


def publish(draft: Draft, command: c.Command, order: c.Publish) -> Refusal | None:
    draft.add(e.AmphiPublished(amphi=command.amphi, operator=command.person, reason=order.reason))
    return None


def start(draft: Draft, command: c.Command, order: c.Start) -> Refusal | None:
    """ "An operator may override red with a reason." """
    amphi = amphi_in(draft, command)
    session, red = next_session(amphi), red_lines(amphi)
    refused = start_refusal(draft.state, amphi, order.session)
    if refused is not None or session is None:
        return refused
    if red and not order.override.strip():
        return Refusal("not_ready", {"red": red})
    draft.add(
        e.SessionStarted(
            amphi=amphi.id,
            session=session.facts.n,
            operator=command.person,
            reason=order.override,
        )
    )
    go_on(draft)
    return None


def pause(draft: Draft, command: c.Command, order: c.Pause) -> Refusal | None:
    """ "Pause freezes the remaining time"; its reason is one that interns see."""
    amphi = amphi_in(draft, command)
    left = None if amphi.turn is None else amphi.turn.remaining_ms(draft.now)
    draft.add(
        e.Paused(amphi=amphi.id, remaining_ms=left, operator=command.person, reason=order.reason)
    )
    return None


def resume(draft: Draft, command: c.Command, order: c.Resume) -> Refusal | None:
    amphi = amphi_in(draft, command)
    deadline, remaining, budget = _clock_after_the_pause(draft, amphi)
    draft.add(
        e.Resumed(
            amphi=amphi.id,
            deadline=deadline,
            remaining_ms=remaining,
            budget_ms=budget,
            operator=command.person,
            reason=order.reason,
        )
    )
    go_on(draft)
    return None


def _clock_after_the_pause(
    draft: Draft, amphi: Amphi
) -> tuple[Millis | None, Millis | None, Millis | None]:
    """ "resume continues it (policy pause_resumes = REMAINING, or FULL)"; FULL never shortens."""
    turn = amphi.turn
    if not isinstance(turn, HeldTurn):
        return NOTHING
    left, budget = turn.remaining, turn.budget_ms
    if amphi.policy.pause_resumes == "FULL":
        left = max(left, turn.seconds * 1000)
        budget += left - turn.remaining
    if without_hold(turn.holds, "pause"):
        return None, left, budget
    return draft.now + left, None, budget


def close(draft: Draft, command: c.Command, order: c.Close) -> Refusal | None:
    """ "refused `turn_in_progress` while somebody has the turn or waits" """
    amphi = amphi_in(draft, command)
    if amphi.turn is not None or amphi.late:
        return Refusal("turn_in_progress")
    draft.add(e.AmphiClosed(amphi=amphi.id, operator=command.person, reason=order.reason))
    return None


# --- before session 1: sessions and lists may still change ------------------


def reschedule(draft: Draft, command: c.Command, order: c.Reschedule) -> Refusal | None:
    amphi = amphi_in(draft, command)
    if not is_partition(order.sessions, (entry.rank for entry in amphi.entries.values())):
        return Refusal("sessions_not_a_partition")
    draft.add(
        e.Rescheduled(
            amphi=amphi.id,
            sessions=order.sessions,
            operator=command.person,
            reason=order.reason,
        )
    )
    return None


def replace_offer(draft: Draft, command: c.Command, order: c.ReplaceOffer) -> Refusal | None:
    """ "a new version of the offer [...] may replace the present one", for all its amphis."""
    if any(has_started(amphi) for amphi in draft.state.amphis.values()):
        return Refusal("already_started")
    draft.add(
        e.OfferReplaced(
            amphi=command.amphi,
            posts=order.posts,
            version=draft.state.offer_version + 1,
            operator=command.person,
            reason=order.reason,
        )
    )
    return None


def replace_call_list(draft: Draft, command: c.Command, order: c.ReplaceCallList) -> Refusal | None:
    amphi = amphi_in(draft, command)
    ranks = [entry.call_rank for entry in order.entries]
    if len(set(ranks)) != len(ranks):
        return Refusal("duplicate_rank")
    if not is_partition(order.sessions, ranks):
        return Refusal("sessions_not_a_partition")
    draft.add(
        e.CallListReplaced(
            amphi=amphi.id,
            entries=order.entries,
            sessions=order.sessions,
            version=amphi.call_list_version + 1,
            operator=command.person,
            reason=order.reason,
        )
    )
    return None


# --- while paused: a post withdrawn or added --------------------------------


def withdraw_post(draft: Draft, command: c.Command, order: c.WithdrawPost) -> Refusal | None:
    seat = draft.state.seats.get(order.post)
    if seat is None:
        return Refusal("unknown_post", {"post": order.post})
    if seat.withdrawn:
        return Refusal("post_withdrawn", {"post": order.post})
    if seat.by:
        return Refusal("post_has_assignments", {"post": order.post})
    draft.add(
        e.PostWithdrawn(
            amphi=command.amphi, post=order.post, operator=command.person, reason=order.reason
        )
    )
    return None


def add_post(draft: Draft, command: c.Command, order: c.AddPost) -> Refusal | None:
    if order.post.number in draft.state.seats:
        return Refusal("post_exists", {"post": order.post.number})
    draft.add(
        e.PostAdded(
            amphi=command.amphi, post=order.post, operator=command.person, reason=order.reason
        )
    )
    return None


def post_notice(draft: Draft, command: c.Command, order: c.PostNotice) -> Refusal | None:
    amphi = amphi_in(draft, command)
    kind, _, target = order.to.partition(":")
    if kind == "entry" and target not in amphi.entries:
        return Refusal("unknown_entry")
    draft.add(
        e.NoticePosted(
            amphi=amphi.id,
            id=f"n{draft.state.seq + 1}",
            text=order.text,
            to=order.to,
            operator=command.person,
        )
    )
    return None


def amphi_in(draft: Draft, command: c.Command) -> Amphi:
    if command.amphi is None:
        raise ValueError("a gesture names its amphi")
    return draft.amphi(command.amphi)


def operator_of(command: c.Command) -> PersonId:
    if command.person is None:
        raise ValueError("a gesture names its operator")
    return command.person
