"""The state after an event: a fold of the journal, the same today and in ten years."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from amphi.rules.choosing import events as e
from amphi.rules.choosing import evolve_entries as entries
from amphi.rules.choosing import evolve_phases as phases
from amphi.rules.choosing import evolve_turns as turns
from amphi.rules.choosing.changing import amphi_of, off_the_seat, standing, with_amphi, with_seat
from amphi.rules.choosing.changing import with_pace as paced
from amphi.rules.choosing.facts import ChoiceStatus, Post
from amphi.rules.choosing.state import Amphi, FrozenSince, Missed, OfferState, Seat, Served
from amphi.rules.ids import EntryId, PostNumber, ServiceNumber

AmphiChange = Callable[[Amphi, Any, e.Recorded], Amphi]
OfferChange = Callable[[OfferState, Any, e.Recorded], OfferState]


def evolve(state: OfferState, recorded: e.Recorded) -> OfferState:
    """The state after `recorded`, whose `seq` follows the state's."""
    event = recorded.event
    change = _OF_ONE_AMPHI.get(type(event))
    if change is not None:
        amphi = change(amphi_of(state, event.amphi), event, recorded)
        state = with_amphi(state, amphi)
    else:
        state = _OF_THE_OFFER[type(event)](state, event, recorded)
    return replace(state, seq=recorded.seq)


def fold(state: OfferState, records: Iterable[e.Recorded]) -> OfferState:
    """The state after all of `records`."""
    for recorded in records:
        state = evolve(state, recorded)
    return state


# --- what touches more than one amphi's own rows ----------------------------


def _validated(state: OfferState, event: e.AmphiValidated, _: e.Recorded) -> OfferState:
    amphis = [*state.amphis.values(), phases.validated(event.facts)]
    amphis.sort(key=lambda each: each.position)
    state = replace(state, amphis={each.id: each for each in amphis})
    if event.posts is None:
        return state
    return with_posts(state, event.posts, 1)


def with_posts(state: OfferState, posts: tuple[Post, ...], version: int) -> OfferState:
    """The offer with these posts, all free, in place of any it had."""
    seats = {post.number: Seat(post) for post in posts}
    services: dict[ServiceNumber, list[PostNumber]] = {}
    for post in posts:
        services.setdefault(post.service, []).append(post.number)
    numbers = {service: tuple(of_it) for service, of_it in services.items()}
    return replace(state, seats=seats, services=numbers, offer_version=version)


def _offer_replaced(state: OfferState, event: e.OfferReplaced, _: e.Recorded) -> OfferState:
    return with_posts(state, event.posts, event.version)


def _post_withdrawn(state: OfferState, event: e.PostWithdrawn, _: e.Recorded) -> OfferState:
    return with_seat(state, replace(state.seats[event.post], withdrawn=True))


def _post_added(state: OfferState, event: e.PostAdded, _: e.Recorded) -> OfferState:
    service = event.post.service
    numbers = (*state.services.get(service, ()), event.post.number)
    state = replace(state, services={**state.services, service: numbers})
    return with_seat(state, Seat(event.post))


def _chosen(state: OfferState, event: e.PostChosen, recorded: e.Recorded) -> OfferState:
    amphi = amphi_of(state, event.amphi)
    if amphi.turn is not None and amphi.turn.id == event.turn:
        amphi = replace(amphi, turn=None)
        if event.by != "operator" and event.charged_ms is not None:
            amphi = paced(amphi, event.charged_ms)
    served = Served(event.post, recorded.seq, recorded.hash)
    state = with_amphi(state, standing(amphi, event.entry, served))
    return _seated(state, event.post, event.entry, event.choice_status)


def _seated(
    state: OfferState, number: PostNumber, entry: EntryId, status: ChoiceStatus
) -> OfferState:
    seat = state.seats[number]
    if status is ChoiceStatus.STANDARD:
        return with_seat(state, replace(seat, standard=entry))
    return with_seat(state, replace(seat, surnombre=(*seat.surnombre, entry)))


def _rectified(state: OfferState, event: e.ChoiceRectified, recorded: e.Recorded) -> OfferState:
    """ "the intern affected may be placed again; never cascades by itself" (live-rules.md §7)"""
    amphi = amphi_of(state, event.amphi)
    left = tuple(each for each in amphi.rectifications if each.id != event.id)
    now = (
        Missed("ended_by_operator")
        if event.post is None
        else Served(event.post, recorded.seq, recorded.hash)
    )
    amphi = standing(replace(amphi, rectifications=left), event.entry, now)
    state = off_the_seat(with_amphi(state, amphi), event.former_post, event.entry)
    if event.post is None:
        return state
    return _seated(state, event.post, event.entry, event.choice_status)


def _frozen(state: OfferState, event: e.Frozen, recorded: e.Recorded) -> OfferState:
    amphis = {a.id: turns.frozen(a, event.remaining) for a in state.amphis.values()}
    return replace(state, amphis=amphis, frozen=FrozenSince(event.cause, recorded.at))


def _thawed(state: OfferState, event: e.Thawed, _: e.Recorded) -> OfferState:
    amphis = {a.id: turns.thawed(a, event.deadlines) for a in state.amphis.values()}
    return replace(state, amphis=amphis, frozen=None)


_OF_THE_OFFER: dict[type, OfferChange] = {
    e.AmphiValidated: _validated,
    e.OfferReplaced: _offer_replaced,
    e.PostWithdrawn: _post_withdrawn,
    e.PostAdded: _post_added,
    e.PostChosen: _chosen,
    e.ChoiceRectified: _rectified,
    e.Frozen: _frozen,
    e.Thawed: _thawed,
}

_OF_ONE_AMPHI: dict[type, AmphiChange] = {
    e.AmphiPublished: phases.published,
    e.Rescheduled: phases.rescheduled,
    e.CallListReplaced: phases.call_list_replaced,
    e.SessionStarted: phases.session_started,
    e.StartDelayed: phases.start_delayed,
    e.SessionEnded: phases.session_ended,
    e.CatchUpStarted: phases.catch_up_started,
    e.AmphiClosed: phases.closed,
    e.NoticePosted: phases.notice_posted,
    e.RectificationAsked: phases.rectification_asked,
    e.Paused: turns.paused,
    e.Resumed: turns.resumed,
    e.TurnStarted: turns.started,
    e.TurnAttended: turns.attended,
    e.TurnChanged: turns.changed,
    e.TurnMissed: turns.missed,
    e.LatecomerPlaced: entries.latecomer_placed,
    e.LatecomerLeft: entries.latecomer_left,
    e.InternPlaced: entries.placed,
    e.InternExcluded: entries.excluded,
    e.InternRestored: entries.restored,
    e.AbsenceSet: entries.absence_set,
    e.ExtraTimeSet: entries.extra_time_set,
    e.InternServedElsewhere: entries.served_elsewhere,
    e.FlagRaised: entries.flag_raised,
    e.FlagLowered: entries.flag_lowered,
    e.ChoiceStatusDecided: entries.status_decided,
    e.ProxyGranted: entries.proxy_granted,
    e.ProxyAccepted: entries.proxy_accepted,
    e.ProxyCancelled: entries.proxy_cancelled,
}
