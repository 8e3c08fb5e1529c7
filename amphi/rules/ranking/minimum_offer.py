"""The least number of posts to open for a number of interns (ranking.md §7): a check, never a block."""

import msgspec

from amphi.rules.ranking.perimeters import discipline_key

FEW = 15
MANY_GENERAL = 430


class OfferSettings(msgspec.Struct, frozen=True):
    """`small_specialties`: those that get n + 2 below 15 interns (default: none)."""

    small_specialties: frozenset[str] = frozenset()
    general_medicine: str = "Médecine générale"


def minimum_offer(interns: int, specialty: str = "", settings: OfferSettings | None = None) -> int:
    """In posts, for that many interns.

    "ceil(1.07 n), computed as (107 n + 99) // 100; n + 2 when n < 15 in the specialties listed in
    the settings; n + 30 for general medicine when n ≥ 430" (ranking.md §7)
    """
    rules = settings or OfferSettings()
    own = discipline_key(specialty)
    if interns < FEW and own in map(discipline_key, rules.small_specialties):
        return interns + 2
    if interns >= MANY_GENERAL and own == discipline_key(rules.general_medicine):
        return interns + 30
    return (107 * interns + 99) // 100
