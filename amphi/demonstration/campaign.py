"""The demonstration campaign as load files (protocol.md §5), the same for the same seed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, cycle, islice
from math import ceil
from random import Random
from typing import Any, NamedTuple

from amphi.demonstration.establishments import ESTABLISHMENTS, Establishment
from amphi.demonstration.people import FIRST_NAMES, LAST_NAMES, Person, people
from amphi.demonstration.specialties import (
    GROUPS,
    OLD_CODES,
    PSYCHIATRY,
    Group,
    GroupAmphi,
    Service,
)

Json = dict[str, Any]

FEWEST, MOST = 10, 2000  # interns in all
SPARE = 1.07  # posts per intern, at least
RANKS_PER_SESSION = 30
LEFT_TO_RANK = 15  # interns


class Wanted(NamedTuple):
    """What to make: `first_morning` is the midnight before the first planned amphi.

    `at_once`: it is the day before, and every amphi is planned for that very instant.
    """

    interns: int
    first_morning: datetime
    seed: int = 2026
    turn_seconds: int = 90
    at_once: bool = False


def documents(wanted: Wanted) -> list[Json]:
    """One load file per offer; together one campaign."""
    sizes = shares(wanted.interns)
    everybody = iter(people(wanted.interns, wanted.seed))
    numbers = count(21_000)
    return [_document(group, wanted, sizes, everybody, numbers) for group in GROUPS]


def left_to_rank(wanted: Wanted) -> Json:
    """One more offer of the campaign, whose interns an operator ranks; people who are in no other."""
    taken = set(people(wanted.interns, wanted.seed))
    others = people(wanted.interns + LEFT_TO_RANK, wanted.seed + 1)
    everybody = (each for each in others if each not in taken)
    sizes = {amphi.code: LEFT_TO_RANK for amphi in PSYCHIATRY.amphis}
    return _document(PSYCHIATRY, wanted, sizes, everybody, count(29_000))


def shares(interns: int) -> dict[str, int]:
    """How many interns each amphi calls: by share, two at least, `interns` in all."""
    amphis = [amphi for group in GROUPS for amphi in group.amphis]
    sizes = {each.code: max(2, interns * each.share // 100) for each in amphis}
    largest = max(amphis, key=lambda each: each.share).code
    sizes[largest] += interns - sum(sizes.values())
    return sizes


def _document(
    group: Group,
    wanted: Wanted,
    sizes: dict[str, int],
    everybody: Iterator[Person],
    numbers: Iterator[int],
) -> Json:
    chance = Random(f"{wanted.seed} {group.name}")
    amphis = [
        _amphi(group, each, list(islice(everybody, sizes[each.code])), wanted)
        for each in group.amphis
    ]
    choosing = sum(sizes[each.code] for each in group.amphis)
    return {
        "campaign": _campaign(wanted.first_morning + timedelta(days=wanted.at_once)),
        "offer": {
            "des": sorted(
                {*group.des, *(OLD_CODES[each] for each in group.des if each in OLD_CODES)}
            ),
            "posts": _posts(group, choosing, chance, numbers),
        },
        "amphis": amphis,
    }


def _campaign(morning: datetime) -> Json:
    """The semester that begins next after the choices: in May or in November."""
    year, month = (morning.year, 5) if morning.month < 5 else (morning.year, 11)
    if morning.month >= 11:
        year, month = morning.year + 1, 5
    name = f"{'Mai' if month == 5 else 'Novembre'} {year}"
    return {"name": name, "semester": f"{year}-{month:02}", "territory": "Île-de-France"}


# --- call lists -------------------------------------------------------------


def _amphi(group: Group, amphi: GroupAmphi, called: list[Person], wanted: Wanted) -> Json:
    chance = Random(f"{wanted.seed} {amphi.code}")
    day, hour = amphi.opening
    later = timedelta() if wanted.at_once else timedelta(days=day, hours=hour)
    opens = wanted.first_morning + later
    return {
        "code": amphi.code,
        "group": group.name,
        "regime": amphi.regime,
        "policy": {**_policy(amphi, wanted.turn_seconds), "turn_seconds": wanted.turn_seconds},
        "interns": [
            _intern(group, amphi, rank, person, chance) for rank, person in enumerate(called, 1)
        ],
        "sessions": list(_sessions(len(called), opens, wanted.turn_seconds)),
    }


def _policy(amphi: GroupAmphi, turn_seconds: int) -> Json:
    """The time given to the absent is no longer than the turn."""
    policy = dict(amphi.policy)
    clock = str(policy["absent_clock"])
    if clock.startswith("GRACE"):
        policy["absent_clock"] = f"GRACE {min(int(clock.split()[1]), turn_seconds)}"
    return policy


def _intern(group: Group, amphi: GroupAmphi, rank: int, person: Person, chance: Random) -> Json:
    des = chance.choices(list(group.des), list(group.des.values()))[0]
    return {
        "id": f"{amphi.code.lower()}-{rank}",
        "call_rank": rank,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "des": OLD_CODES.get(des, des) if amphi.regime == "OLD" else des,
        **_situation(rank, person),
    }


def _situation(rank: int, person: Person) -> Json:
    """Fixed ranks, so that even the smallest amphi of ten shows what may be seen in a large one."""
    match rank % 24:
        case 3:
            return {"choice_status": "SURNOMBRE_VALIDANT"}
        case 4:
            return {"proxy": _holder(person)}
        case 6:
            return {"choice_status": "SURNOMBRE_NON_VALIDANT"}
        case 8:
            return {"extra_seconds": 30}
        case 9:
            return {"expected_absence": True}
        case _:
            return {}


def _holder(person: Person) -> Json:
    """Somebody of the family, who has accepted already (DCI §6)."""
    first = FIRST_NAMES[(FIRST_NAMES.index(person.first_name) + 17) % len(FIRST_NAMES)]
    holder = Person(first, person.last_name)
    return {
        "email": holder.email.replace("@internes.", "@proches."),
        "first_name": holder.first_name,
        "last_name": holder.last_name,
        "accepted": True,
    }


def _sessions(interns: int, opens: datetime, turn_seconds: int) -> Iterator[Json]:
    """Ranks by thirty, planned one after the other as if everybody took the whole time."""
    for n, first in enumerate(range(1, interns + 1, RANKS_PER_SESSION)):
        lasts = timedelta(seconds=max(1800, turn_seconds * RANKS_PER_SESSION))
        yield {
            "from_rank": first,
            "to_rank": min(first + RANKS_PER_SESSION - 1, interns),
            "starts_at": (opens + n * lasts).isoformat(),
            "ends_at": (opens + (n + 1) * lasts).isoformat(),
        }


# --- posts ------------------------------------------------------------------


def _posts(group: Group, interns: int, chance: Random, numbers: Iterator[int]) -> list[Json]:
    """Enough open to everybody, so that reservations leave nobody without a post."""
    reserved = interns * group.reserved // 100
    total = max(ceil(SPARE * interns), interns + reserved)
    sites = _sites(group, chance)
    posts = [_post(site, next(numbers), chance) for site in islice(cycle(sites), total)]
    for post in chance.sample(posts, reserved):
        post["reserved"] = True
    if len(group.amphis) > 1:
        _for_one_regime(group, posts, interns, chance)
    return posts


def _for_one_regime(group: Group, posts: list[Json], interns: int, chance: Random) -> None:
    """Of the posts to spare, some are for one regime alone."""
    spare = len(posts) - interns
    for post, amphi in zip(chance.sample(posts, spare), cycle(group.amphis), strict=False):
        post["regimes"] = [amphi.regime]


class Site(NamedTuple):
    """One service of one establishment: what posts are grouped by (`imotep`)."""

    establishment: Establishment
    service: Service
    imotep: str
    supervisor: str


def _sites(group: Group, chance: Random) -> list[Site]:
    """One entry per seat: first one in every establishment, then the further ones of the larger."""
    base = 11_000_000 + 1000 * (*GROUPS, PSYCHIATRY).index(group)
    numbers = count(base)
    seats = [
        seat
        for place in chance.sample(ESTABLISHMENTS, len(ESTABLISHMENTS))
        for seat in enumerate(_seats(place, group, numbers, chance))
    ]
    return [site for _, site in sorted(seats, key=lambda seat: seat[0])]


def _seats(
    place: Establishment, group: Group, numbers: Iterator[int], chance: Random
) -> list[Site]:
    """The services of one establishment, each as often as it has seats."""
    services = chance.sample(group.services, min(len(group.services), _services(place)))
    sites = [Site(place, service, str(next(numbers)), _supervisor(chance)) for service in services]
    return [site for site in sites for _ in range(1 + place.weight // 5)]


def _services(place: Establishment) -> int:
    return max(1, min(8, place.weight // 2 + 1))


def _supervisor(chance: Random) -> str:
    return f"{chance.choice(LAST_NAMES)} {chance.choice(FIRST_NAMES).upper()}"


def _post(site: Site, number: int, chance: Random) -> Json:
    return {
        "number": str(number),
        "des": site.service.des,
        "establishment": site.establishment.name,
        "finess": site.establishment.finess,
        "department": site.establishment.department,
        "service": site.service.name,
        "imotep": site.imotep,
        "supervisor": site.supervisor,
        "earmark": chance.choice(site.service.earmarks or ("",)),
    }
