"""What rows follow from an event, in its own transaction: one table, kind → statements.

Events that are not listed change no row: the journal alone tells them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Executable

from amphi.records import projecting_amphis as amphis
from amphi.records import projecting_choices as choices
from amphi.records import projecting_entries as entries
from amphi.records import projecting_posts as posts
from amphi.records import projecting_proxies as proxies
from amphi.records.fact import Fact, Step
from amphi.rules.choosing import events as e

__all__ = ["ANNOUNCED", "Fact", "following"]

_FOLLOWING: dict[type[e.Event], Callable[[Fact, Any], Iterable[Executable | Step]]] = {
    e.AmphiValidated: amphis.validated,
    e.AmphiPublished: amphis.published,
    e.Rescheduled: amphis.rescheduled,
    e.CallListReplaced: amphis.call_list_replaced,
    e.SessionStarted: amphis.session_started,
    e.SessionEnded: amphis.session_ended,
    e.CatchUpStarted: amphis.catch_up_started,
    e.Paused: amphis.paused,
    e.Resumed: amphis.resumed,
    e.AmphiClosed: amphis.closed,
    e.OfferReplaced: posts.offer_replaced,
    e.PostWithdrawn: posts.withdrawn,
    e.PostAdded: posts.added,
    e.InternPlaced: entries.placed,
    e.InternExcluded: entries.excluded,
    e.InternRestored: entries.restored,
    e.AbsenceSet: entries.absence_set,
    e.ExtraTimeSet: entries.extra_time_set,
    e.ChoiceStatusDecided: entries.choice_status_decided,
    e.PostChosen: choices.chosen,
    e.ChoiceRectified: choices.rectified,
    e.ProxyGranted: proxies.granted,
    e.ProxyAccepted: proxies.accepted,
    e.ProxyCancelled: proxies.cancelled,
}

# Kinds that announce something by mail: their commit enqueues one job.
ANNOUNCED = (
    e.PostChosen,
    e.ChoiceRectified,
    e.ChoiceStatusDecided,
    e.ProxyGranted,
    e.ProxyCancelled,
)


def following(fact: Fact) -> Iterable[Step]:
    """The statements that follow from one event, in order."""
    follow = _FOLLOWING.get(type(fact.event), _nothing)
    for step in follow(fact, fact.event):
        yield step if isinstance(step, tuple) else (step, {})


def _nothing(_fact: Fact, _event: e.Event) -> Iterable[Executable | Step]:
    return ()
