"""How each bot behaves, drawn from its rank so that small amphis show every kind too."""

import zlib
from collections.abc import Iterable
from typing import Literal, NamedTuple

Manner = Literal["present", "latecomer", "absent", "slow", "flaky"]

# One in 24 each; the other ranks of the cycle are taken by situations of the campaign itself.
_MANNERS: dict[int, Manner] = {5: "latecomer", 7: "slow", 10: "flaky", 11: "absent", 16: "flaky"}


class Plan(NamedTuple):
    """`thinks`: parts of a turn, from and to, before choosing; above 1 the turn is missed."""

    manner: Manner
    thinks: tuple[float, float]
    taste: int


QUICK = (0.0, 0.0)


def plan_of(rank: int, seed: int, *, hurried: bool = False) -> Plan:
    """`hurried`: everybody present and choosing at once, as in a rehearsal at full speed."""
    taste = zlib.crc32(f"{seed} {rank}".encode())
    if hurried:
        return Plan("present", QUICK, taste)
    return Plan(_MANNERS.get(rank % 24, "present"), (0.05, 0.4), taste)


def preferred(posts: Iterable[str], taste: int) -> str:
    """Half of it is what everybody likes, half is one's own taste; the same for the same taste."""
    return max(posts, key=lambda number: _liking(number, 0) + _liking(number, taste))


def _liking(number: str, taste: int) -> int:
    return zlib.crc32(f"{taste} {number}".encode()) & 0xFFFFFF
