"""The amphis that are played: load files (`amphi load`) of any size, without anybody real in them."""

import json
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]
TERRITORY = "Île-de-France"
SPARE = 1.05  # posts per intern, so that the last one has a choice too
SEATS_OF_A_SERVICE = 4
RANKS_PER_SESSION = 2_000  # one session: what is measured is not interrupted by an operator


class Morning(NamedTuple):
    """One amphi. Posts are numbered from 20001, the n-th being for nobody but taken by rank n."""

    code: str
    interns: int
    turn_seconds: int = 90
    absent_clock: str = "FULL"


def post_of(rank: int) -> str:
    """The post that whoever has this rank takes: nobody takes another's."""
    return str(20_000 + rank)


def campaign(morning: Morning) -> Json:
    """One campaign, one offer, one amphi."""
    posts = int(morning.interns * SPARE) + 1
    return {
        "campaign": {
            "name": f"Répétition {morning.code}",
            "semester": "2030-11",
            "territory": TERRITORY,
        },
        "offer": {"posts": [_post(rank) for rank in range(1, posts + 1)]},
        "amphis": [_amphi(morning)],
    }


def written(morning: Morning, folder: Path) -> Path:
    """The load file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{morning.code}.json"
    path.write_text(json.dumps(campaign(morning), ensure_ascii=False))
    return path


def _amphi(morning: Morning) -> Json:
    return {
        "code": morning.code,
        "group": "MÉDECINE",
        "regime": "BASE",
        "policy": {"turn_seconds": morning.turn_seconds, "absent_clock": morning.absent_clock},
        "interns": [_intern(morning.code, rank) for rank in range(1, morning.interns + 1)],
        "sessions": list(_sessions(morning.interns)),
    }


def _intern(code: str, rank: int) -> Json:
    return {
        "id": f"{code.lower()}-{rank}",
        "call_rank": rank,
        "first_name": "Camille",
        "last_name": f"ESSAI-{rank}",
        "email": f"{code.lower()}-{rank}@repetition.example",
        "des": "M101",
    }


def _post(rank: int) -> Json:
    service = rank // SEATS_OF_A_SERVICE
    return {
        "number": post_of(rank),
        "des": "M101",
        "establishment": f"HÔPITAL {service // 10}",
        "finess": "920100039",
        "service": f"SERVICE {service}",
        "imotep": f"{11_000_000 + service}",
    }


def _sessions(interns: int) -> list[Json]:
    return [
        {
            "from_rank": first,
            "to_rank": min(first + RANKS_PER_SESSION - 1, interns),
            "starts_at": f"2030-10-0{1 + n}T09:00:00+02:00",
        }
        for n, first in enumerate(range(1, interns + 1, RANKS_PER_SESSION))
    ]
