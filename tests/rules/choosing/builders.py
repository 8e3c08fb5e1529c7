"""Builders of the values that tests speak of: every field has a default, name what matters.

`an_intern`, `a_post`, `a_session` and `an_amphi` give facts, as frozen from the rows;
`an_offer` gives the state in which those facts stand, in any phase, nobody having chosen.
"""

from typing import Any

from msgspec.structs import replace

from amphi.rules.choosing.evolve import with_posts
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts, Post, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.state import Amphi, ChoiceSession, Entry, OfferState, Phase
from amphi.rules.ids import (
    AmphiId,
    DesCode,
    EntryId,
    Millis,
    OfferId,
    PersonId,
    PostNumber,
    ServiceNumber,
)

NINE_O_CLOCK: Millis = 1_791_270_000_000  # 2026-10-06T07:00:00Z, in Paris nine
OFFER = OfferId("offer-1")
AMPHI = AmphiId("amphi-1")
OPERATOR = PersonId("person-operator")
HALF_AN_HOUR: Millis = 1_800_000


def an_intern(rank: int = 1, **changes: Any) -> EntryFacts:
    """Entry `e<rank>` of person `person-e<rank>`, DES P117, unless told otherwise."""
    name = EntryId(changes.get("id", f"e{rank}"))
    given: dict[str, Any] = {
        "id": name,
        "person": PersonId(f"person-{name}"),
        "des": DesCode("P117"),
    }
    return EntryFacts(call_rank=rank, **(given | changes))


def some_interns(count: int, **changes: Any) -> tuple[EntryFacts, ...]:
    """Ranks 1 to `count`."""
    return tuple(an_intern(rank, **changes) for rank in range(1, count + 1))


def a_post(number: str = "21872", **changes: Any) -> Post:
    """A post of DES P117 open to everybody, in a service of its own."""
    given: dict[str, Any] = {"des": DesCode("P117"), "service": ServiceNumber(f"service-{number}")}
    return Post(number=PostNumber(number), **(given | changes))


def some_posts(count: int, **changes: Any) -> tuple[Post, ...]:
    """Numbers `P1` to `P<count>`."""
    return tuple(a_post(f"P{n}", **changes) for n in range(1, count + 1))


def a_session(n: int = 1, from_rank: int = 1, to_rank: int = 4, **changes: Any) -> SessionFacts:
    """Planned half an hour after the one before, the first at nine o'clock."""
    starts_at = NINE_O_CLOCK + (n - 1) * HALF_AN_HOUR
    given: dict[str, Any] = {"starts_at": starts_at}
    return SessionFacts(n=n, from_rank=from_rank, to_rank=to_rank, **(given | changes))


def an_amphi(*entries: EntryFacts, **changes: Any) -> AmphiFacts:
    """Four interns in one session unless given; policy by default."""
    entries = entries or some_interns(4)
    given: dict[str, Any] = {
        "id": AMPHI,
        "code": str(changes.get("id", AMPHI)),
        "group": "PHARMACIE",
        "regime": "BASE",
        "position": 1,
        "policy": AmphiPolicy(),
        "sessions": (a_session(to_rank=max(each.call_rank for each in entries)),),
    }
    return AmphiFacts(entries=entries, **(given | changes))


def a_standing_entry(facts: EntryFacts) -> Entry:
    """The entry as `validate` leaves it."""
    return Entry(
        facts=facts,
        expected_absence=facts.expected_absence,
        choice_status=facts.choice_status,
        extra_seconds=facts.extra_seconds,
        proxy=facts.proxy,
    )


def a_standing_amphi(facts: AmphiFacts, phase: Phase = Phase.VALIDATED) -> Amphi:
    """The amphi as `validate` leaves it, then set to `phase` with nothing else changed."""
    ranked = sorted(facts.entries, key=lambda entry: entry.call_rank)
    return Amphi(
        id=facts.id,
        code=facts.code,
        group=facts.group,
        regime=facts.regime,
        position=facts.position,
        policy=facts.policy,
        phase=phase,
        sessions=tuple(ChoiceSession(facts=each) for each in facts.sessions),
        entries={each.id: a_standing_entry(each) for each in ranked},
        opens_at=facts.opens_at,
        call_list_version=facts.call_list_version,
    )


def an_offer(
    *amphis: AmphiFacts,
    posts: tuple[Post, ...] | None = None,
    phase: Phase = Phase.VALIDATED,
    **changes: Any,
) -> OfferState:
    """An offer of six posts with one amphi of four interns, all of it replaceable."""
    amphis = amphis or (an_amphi(),)
    seats = some_posts(6) if posts is None else posts
    given: dict[str, Any] = {"seq": len(amphis)}
    state = OfferState(
        offer=OFFER, amphis={each.id: a_standing_amphi(each, phase) for each in amphis}
    )
    return replace(with_posts(state, seats, 1), **(given | changes))
