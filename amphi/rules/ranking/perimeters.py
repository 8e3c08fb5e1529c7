"""Who is ranked with whom: professions, disciplines, special pools (ranking.md §1, §4; R §1, §2.5)."""

from collections.abc import Collection, Mapping
from enum import StrEnum

import msgspec

from amphi.rules.names import sort_key
from amphi.rules.ranking.exams import RankKind


class Profession(StrEnum):
    MEDICINE = "medicine"
    PHARMACY = "pharmacy"
    ODONTOLOGY = "odontology"


class Perimeter(msgspec.Struct, frozen=True):
    """ "profession × territory × discipline or specialty group (medicine) or profession × territory".

    Local ranks are among those of one perimeter and cohort. `pool`: discipline or group as
    `discipline_key` writes it, empty where the profession is not divided.
    """

    profession: Profession
    territory: str
    pool: str = ""


def discipline_key(name: str) -> str:
    """One discipline however it is written: case, accents, hyphens and spaces do not count."""
    return sort_key(name, "").rstrip()


ANY = ""  # every specialty of the profession that has no line of its own

# Whose DES decides, whatever the discipline on file: "in medicine, biology in its own discipline,
# oral surgery with the surgical specialties" (ranking.md §4; R §1).
SPECIAL_POOLS: Mapping[str, str] = {
    discipline_key("Biologie médicale"): discipline_key("Biologie médicale"),
    discipline_key("Chirurgie orale"): discipline_key("Spécialités chirurgicales"),
    discipline_key("Oral surgery"): discipline_key("Surgical specialties"),
}

# R §2.5: "occupational medicine → RI3; other medicine, pharmacy, odontology → RIN".
FEEDING: Mapping[tuple[Profession, str], RankKind] = {
    (Profession.MEDICINE, discipline_key("Médecine du travail")): RankKind.RI3,
    (Profession.MEDICINE, discipline_key("Médecine et santé au travail")): RankKind.RI3,
    (Profession.MEDICINE, discipline_key("Occupational medicine")): RankKind.RI3,
    (Profession.MEDICINE, discipline_key("Occupational")): RankKind.RI3,
    (Profession.MEDICINE, ANY): RankKind.RIN,
    (Profession.PHARMACY, ANY): RankKind.RIN,
    (Profession.ODONTOLOGY, ANY): RankKind.RIN,
}


def is_known(discipline: str, known: Collection[str]) -> bool:
    """`known`: keys of disciplines and pools. Whoever goes to a misspelt one would be on no list."""
    key = discipline_key(discipline)
    return key in known or SPECIAL_POOLS.get(key) in known


class Specialty(msgspec.Struct, frozen=True):
    """What an intern trains for; `des` matters for the special pools only.

    "multi-DES disciplines … ranked together": within a discipline the DES does not count.
    """

    profession: Profession
    territory: str
    discipline: str
    des: str = ""


def perimeter_of(specialty: Specialty, groups: Mapping[str, str] | None = None) -> Perimeter:
    """Where an intern of this specialty is ranked; `groups`: discipline key → group key.

    "pharmacy biologists with the other pharmacists, oral surgeons of odontology with the other
    dentists; in medicine, biology in its own discipline, oral surgery with the surgical
    specialties" (ranking.md §4).
    """
    place = specialty.profession, specialty.territory
    if specialty.profession is not Profession.MEDICINE:
        return Perimeter(*place)
    discipline = ranked_as(specialty)
    return Perimeter(*place, (groups or {}).get(discipline, discipline))


def ranked_as(specialty: Specialty) -> str:
    """The key of the discipline of medicine that decides, before any group."""
    own = discipline_key(specialty.discipline)
    special = SPECIAL_POOLS.get(_des_key(specialty.des)) or SPECIAL_POOLS.get(own)
    return special or own


def _des_key(name: str) -> str:
    """The DES, with or without that word before it, as in "DES SANTE PUBLIQUE" (DCI §7)."""
    return discipline_key(name).removeprefix("des")


def feeding_rank(
    perimeter: Perimeter, feeding: Mapping[tuple[Profession, str], RankKind] = FEEDING
) -> RankKind:
    """Which national rank orders this perimeter: its own line of the table, or the profession's.

    Raises:
        KeyError: the table given has no line at all for the profession.
    """
    own = feeding.get((perimeter.profession, perimeter.pool))
    return feeding[perimeter.profession, ANY] if own is None else own
