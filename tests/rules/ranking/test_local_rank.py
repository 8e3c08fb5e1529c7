"""ranking.md §1, §4 "special pools"; R §1, §2.5; DCI §4.1."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amphi.rules.ids import PersonId
from amphi.rules.ranking.exams import NationalRanks, RankKind
from amphi.rules.ranking.local_rank import (
    REASONS,
    Entrant,
    LocalStanding,
    RankTwice,
    Reason,
    Standing,
    local_standings,
    ranks_twice,
)
from amphi.rules.ranking.perimeters import (
    Perimeter,
    Profession,
    Specialty,
    discipline_key,
    feeding_rank,
    perimeter_of,
)

M, P, D = Profession.MEDICINE, Profession.PHARMACY, Profession.ODONTOLOGY
GROUP = {discipline_key(f"Chirurgie {each}"): "chirurgie" for each in ("viscérale", "thoracique")}


def where(profession: Profession, discipline: str, des: str = "") -> Perimeter:
    return perimeter_of(Specialty(profession, "IDF", discipline, des), GROUP)


def an_entrant(name: str, discipline: str, cohort: int, **ranks: int) -> Entrant:
    return Entrant(PersonId(name), where(M, discipline), cohort, NationalRanks(**ranks), discipline)


def local(standings: dict[PersonId, Standing], name: str) -> tuple[int, int]:
    standing = standings[PersonId(name)]
    assert isinstance(standing, LocalStanding)
    return standing.local_rank, standing.cohort_size


def test_marion_and_pierre_of_one_group_are_ranked_together() -> None:
    """DCI §4.1: visceral surgery, 458th, and thoracic surgery, 700th, of the same year."""
    standings = local_standings(
        [
            an_entrant("pierre", "Chirurgie thoracique", 2019, rin=700),
            an_entrant("marion", "Chirurgie viscérale", 2019, rin=458),
            an_entrant("other year", "Chirurgie viscérale", 2018, rin=1),
            an_entrant("other discipline", "Santé publique", 2019, rin=2),
        ]
    )
    assert (local(standings, "marion"), local(standings, "pierre")) == ((1, 2), (2, 2))
    assert local(standings, "other year") == local(standings, "other discipline") == (1, 1)


def test_who_lacks_the_rank_that_counts_is_unranked_yet_of_the_cohort() -> None:
    standings = local_standings(
        [
            an_entrant("foreign", "Psychiatrie", 2019, rc=3, ri3=4),
            an_entrant("national", "Psychiatrie", 2019, rin=10),
        ]
    )
    assert standings[PersonId("foreign")] == Reason("national_rank_missing", {"kind": "RIN"})
    assert local(standings, "national") == (1, 2)


def test_occupational_medicine_goes_by_the_rule_of_three() -> None:
    standings = local_standings(
        [
            an_entrant("by marks", "Médecine du travail", 2019, rin=1, ri3=9),
            an_entrant("by rule", "médecine du TRAVAIL", 2019, rin=2, ri3=8),
        ]
    )
    assert (local(standings, "by rule"), local(standings, "by marks")) == ((1, 2), (2, 2))


@pytest.mark.parametrize(
    ("profession", "discipline", "kind"),
    [
        (M, "Médecine du travail", RankKind.RI3),
        (M, "Médecine et santé au travail", RankKind.RI3),
        (M, "Psychiatrie", RankKind.RIN),
        (P, "Médecine du travail", RankKind.RIN),
        (D, "Chirurgie orale", RankKind.RIN),
    ],
)
def test_which_rank_feeds_the_local_rank_is_a_table(
    profession: Profession, discipline: str, kind: RankKind
) -> None:
    assert feeding_rank(where(profession, discipline)) is kind


def test_the_table_can_be_another() -> None:
    feeding = {(M, ""): RankKind.RC, (M, "psychiatrie"): RankKind.RI3}
    assert feeding_rank(where(M, "Psychiatrie"), feeding) is RankKind.RI3
    assert feeding_rank(where(M, "Santé publique"), feeding) is RankKind.RC


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ((P, "Biologie médicale"), (P, "Pharmacie hospitalière"), True),
        ((D, "Chirurgie orale"), (D, "Médecine bucco-dentaire"), True),
        ((M, "Biologie médicale"), (M, "Spécialités médicales"), False),
        ((M, "Chirurgie orale"), (M, "Spécialités chirurgicales"), True),
        ((M, "Odontologie", "Chirurgie orale"), (M, "Spécialités chirurgicales"), True),
        ((M, "Odontologie", "DES CHIRURGIE ORALE"), (M, "Spécialités chirurgicales"), True),
        ((M, "Spécialités médicales", "Biologie médicale"), (M, "Biologie médicale"), True),
        ((M, "Chirurgie orale", "C52"), (M, "Spécialités chirurgicales"), True),
        ((M, "Anesthésie", "DES d'anesthésie"), (M, "Anesthésie", "DES de réanimation"), True),
        ((M, "Chirurgie viscérale"), (M, "Chirurgie thoracique"), True),
        ((M, "Psychiatrie"), (P, "Psychiatrie"), False),
    ],
)
def test_special_pools_multi_des_disciplines_and_groups(
    one: tuple[Profession, str], other: tuple[Profession, str], *, together: bool
) -> None:
    assert (where(*one) == where(*other)) is together


def test_a_pool_does_not_cross_territories() -> None:
    here, there = (perimeter_of(Specialty(P, place, "")) for place in ("IDF", "Ouest"))
    assert here != there


def test_a_rank_that_two_have_is_found_and_shared_meanwhile() -> None:
    entrants = [
        an_entrant("first", "Psychiatrie", 2019, rin=5),
        an_entrant("second", "psychiatrie", 2019, rin=5),
        an_entrant("third", "Psychiatrie", 2019, rin=6),
        an_entrant("unknown", "Psychiatrie", 2019),
        an_entrant("elsewhere", "Psychiatrie", 2018, rin=5),
    ]
    first, second = PersonId("first"), PersonId("second")
    assert list(ranks_twice(entrants)) == [RankTwice(second, first, RankKind.RIN, 5, 2019)]
    standings = local_standings(entrants)
    assert [local(standings, name) for name in ("first", "second", "third")] == [
        (1, 4),
        (1, 4),
        (3, 4),
    ]


@given(st.lists(st.tuples(st.integers(2018, 2019), st.integers(1, 9)), max_size=12), st.integers())
def test_the_order_of_the_entrants_changes_no_standing(
    rows: list[tuple[int, int]], seed: int
) -> None:
    entrants = [
        an_entrant(f"i{n}", "Psychiatrie", *row[:1], rin=row[1]) for n, row in enumerate(rows)
    ]
    shuffled = random.Random(seed).sample(entrants, len(entrants))
    assert local_standings(shuffled) == local_standings(entrants)


def test_every_reason_of_being_unranked_is_named_once() -> None:
    assert len(REASONS) == 7
