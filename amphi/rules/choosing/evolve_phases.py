"""An amphi after an event about its phase, its sessions, its lists or its notices."""

from msgspec.structs import replace

from amphi.rules.choosing import events as e
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts, SessionFacts
from amphi.rules.choosing.phases import TRANSITIONS
from amphi.rules.choosing.state import Amphi, ChoiceSession, Entry, Notice, Phase, Rectification
from amphi.rules.ids import EntryId


def validated(facts: AmphiFacts) -> Amphi:
    return Amphi(
        id=facts.id,
        code=facts.code,
        group=facts.group,
        regime=facts.regime,
        position=facts.position,
        policy=facts.policy,
        phase=Phase.VALIDATED,
        sessions=_sessions(facts.sessions),
        entries=_entries(facts.entries),
        opens_at=facts.opens_at,
        call_list_version=facts.call_list_version,
    )


def _sessions(facts: tuple[SessionFacts, ...]) -> tuple[ChoiceSession, ...]:
    return tuple(ChoiceSession(each) for each in sorted(facts, key=lambda s: s.from_rank))


def _entries(facts: tuple[EntryFacts, ...]) -> dict[EntryId, Entry]:
    return {each.id: _entry(each) for each in sorted(facts, key=lambda f: f.call_rank)}


def _entry(facts: EntryFacts) -> Entry:
    return Entry(
        facts,
        expected_absence=facts.expected_absence,
        choice_status=facts.choice_status,
        extra_seconds=facts.extra_seconds,
        proxy=facts.proxy,
    )


def _on(amphi: Amphi, event: e.Event) -> Amphi:
    """The phase that the table says; the same when it says nothing."""
    after = TRANSITIONS.get((amphi.phase, type(event)), (amphi.phase,))
    return replace(amphi, phase=after[0])


def published(amphi: Amphi, event: e.AmphiPublished, _: e.Recorded) -> Amphi:
    return _on(amphi, event)


def rescheduled(amphi: Amphi, event: e.Rescheduled, _: e.Recorded) -> Amphi:
    return replace(amphi, sessions=_sessions(event.sessions))


def call_list_replaced(amphi: Amphi, event: e.CallListReplaced, _: e.Recorded) -> Amphi:
    return replace(
        amphi,
        entries=_entries(event.entries),
        sessions=_sessions(event.sessions),
        call_list_version=event.version,
    )


def session_started(amphi: Amphi, event: e.SessionStarted, _: e.Recorded) -> Amphi:
    sessions = tuple(
        replace(each, state="running") if each.facts.n == event.session else each
        for each in amphi.sessions
    )
    return replace(_on(amphi, event), sessions=sessions, start_delayed_at=None)


def start_delayed(amphi: Amphi, _: e.StartDelayed, recorded: e.Recorded) -> Amphi:
    return replace(amphi, start_delayed_at=recorded.at)


def session_ended(amphi: Amphi, event: e.SessionEnded, _: e.Recorded) -> Amphi:
    ended = next(each for each in amphi.sessions if each.facts.n == event.session)
    sessions = tuple(
        replace(each, state="ended") if each is ended else each for each in amphi.sessions
    )
    reached = max(amphi.reached, ended.facts.to_rank)
    return replace(_on(amphi, event), sessions=sessions, reached=reached)


def catch_up_started(amphi: Amphi, event: e.CatchUpStarted, _: e.Recorded) -> Amphi:
    return _on(amphi, event)


def closed(amphi: Amphi, event: e.AmphiClosed, _: e.Recorded) -> Amphi:
    return _on(amphi, event)


def notice_posted(amphi: Amphi, event: e.NoticePosted, recorded: e.Recorded) -> Amphi:
    notice = Notice(event.id, event.text, recorded.at, event.to)
    return replace(amphi, notices=(*amphi.notices, notice))


def rectification_asked(amphi: Amphi, event: e.RectificationAsked, _: e.Recorded) -> Amphi:
    if event.operator is None:
        raise ValueError("a rectification is asked by an operator")
    asked = Rectification(event.id, event.entry, event.post, event.reason, event.operator)
    return replace(amphi, rectifications=(*amphi.rectifications, asked))
