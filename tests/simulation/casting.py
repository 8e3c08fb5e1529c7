"""Who plays: offers, amphis, interns and policies, small on purpose, all drawn from the seed."""

from dataclasses import dataclass
from random import Random

from amphi.live.ports import Rows
from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus, EntryFacts, Post, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import (
    AmphiId,
    DesCode,
    EntryId,
    OfferId,
    PersonId,
    PostNumber,
    ServiceNumber,
)
from tests.simulation.machines import NINE_O_CLOCK

OPERATORS = (PersonId("operator-a"), PersonId("operator-b"))
HOLDER = PersonId("holder")
DES = DesCode("P117")
STANDARD = ChoiceStatus.STANDARD


@dataclass
class Cast:
    """`rows` by amphi; `amphis` by offer, in order."""

    rows: dict[AmphiId, Rows]
    amphis: dict[OfferId, list[AmphiId]]

    @property
    def persons(self) -> list[PersonId]:
        """Every intern, once, in the order of the call lists."""
        entries = (entry for rows in self.rows.values() for entry in rows.facts.entries)
        return list(dict.fromkeys(entry.person for entry in entries))


def draw_cast(random: Random) -> Cast:
    """One offer with one amphi, mostly; else two amphis on one offer, or two offers."""
    shape = random.random()
    cast = Cast({}, {})
    if shape < 0.74:
        _add_offer(random, cast, "o", 1, random.choice((3, 3, 4)))
    elif shape < 0.87:
        _add_offer(random, cast, "o", 2, 2)
    else:
        _add_offer(random, cast, "o", 1, 2)
        _add_offer(random, cast, "q", 1, 2)
    return cast


def _add_offer(random: Random, cast: Cast, name: str, amphis: int, interns: int) -> None:
    parallel = amphis == 2 and random.random() < 0.4
    posts = _posts(random, name, amphis * interns + random.choice((1, 2)))
    cast.amphis[OfferId(name)] = []
    for position in range(1, amphis + 1):
        amphi = AmphiId(f"{name}{position}")
        policy = draw_policy(random, parallel=parallel)
        facts = _facts(random, cast, amphi, position, interns, policy)
        cast.rows[amphi] = Rows(facts, posts)
        cast.amphis[OfferId(name)].append(amphi)


def _posts(random: Random, offer: str, count: int) -> tuple[Post, ...]:
    return tuple(
        Post(
            number=PostNumber(f"{offer}-{n}"),
            des=DES,
            service=ServiceNumber(f"s{random.randint(1, count)}"),
            reserved_for=(DesCode("X1"),) if random.random() < 0.05 else (),
        )
        for n in range(1, count + 1)
    )


def draw_policy(random: Random, *, parallel: bool) -> AmphiPolicy:
    """Short turns: what takes 90 s in a hospital takes 2 to 4 here."""
    return AmphiPolicy(
        turn_seconds=random.choice((2, 3, 4)),
        grace_ms=random.choice((300, 500, 1000)),
        absent_clock=random.choice(("FULL", "FULL", "SKIP", "GRACE 1")),
        pause_resumes=random.choice(("REMAINING", "FULL")),
        late_order=random.choice(("RANK", "ARRIVAL")),
        max_returns=random.choice((1, 2)),
        auto_start=random.random() < 0.1,
        parallel=parallel,
        thaw_countdown_seconds=random.choice((0, 1)),
        gateway_lost_seconds=random.choice((0, 5)),
    )


def _facts(
    random: Random, cast: Cast, amphi: AmphiId, position: int, interns: int, policy: AmphiPolicy
) -> AmphiFacts:
    """The second call list names the people of the first again, mostly: they may choose once."""
    again = bool(cast.rows) and random.random() < 0.7
    prefix = "p" if again or not cast.rows else "r"
    order = list(range(1, interns + 1))
    if again:
        random.shuffle(order)
    entries = tuple(
        _entry(random, amphi, rank, PersonId(f"{prefix}{n}")) for rank, n in enumerate(order, 1)
    )
    return AmphiFacts(
        id=amphi,
        code=amphi.upper(),
        group="G",
        regime="BASE",
        position=position,
        policy=policy,
        sessions=_sessions(random, interns),
        entries=entries,
    )


def _entry(random: Random, amphi: AmphiId, rank: int, person: PersonId) -> EntryFacts:
    standard = random.random() < 0.85
    return EntryFacts(
        id=EntryId(f"{amphi}e{rank}"),
        person=person,
        call_rank=rank,
        des=DES,
        choice_status=STANDARD if standard else random.choice([*ChoiceStatus]),
        extra_seconds=random.choice((0, 0, 0, 0, 0, 1)),
        expected_absence=random.random() < 0.04,
    )


def _sessions(random: Random, interns: int) -> tuple[SessionFacts, ...]:
    starts = NINE_O_CLOCK + 500
    if random.random() < 0.75:
        return (SessionFacts(n=1, from_rank=1, to_rank=interns, starts_at=starts),)
    return (
        SessionFacts(n=1, from_rank=1, to_rank=1, starts_at=starts),
        SessionFacts(n=2, from_rank=2, to_rank=interns, starts_at=starts + 1000),
    )
