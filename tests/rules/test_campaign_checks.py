"""What must agree between the lines of a load file, and what is only warned of."""

from pathlib import Path

import pytest

from amphi.http.sentences import fault_sentence, sentences
from amphi.rules.campaign_checks import has_finess_key, ranks_between
from amphi.rules.campaign_faults import BESIDE_OTHERS, FAULTS, WARNINGS, Fault
from tests.rules.load_files import (
    a_document,
    a_post_line,
    a_session_line,
    an_amphi_line,
    an_intern_line,
    faults_of,
    warnings_of,
    with_intern,
)

# --- what must agree --------------------------------------------------------


def test_a_call_rank_is_given_once() -> None:
    interns = [an_intern_line(1), an_intern_line(2), an_intern_line(3, call_rank=2)]
    document = a_document(an_amphi_line(interns=interns))
    assert faults_of(document) == [("amphis[0].interns[2].call_rank", "duplicate_rank")]


def test_an_intern_is_called_once_in_an_amphi() -> None:
    again = an_intern_line(1) | {"call_rank": 2}
    document = a_document(an_amphi_line(interns=[an_intern_line(1), again]))
    assert faults_of(document) == [("amphis[0].interns[1].id", "duplicate_intern")]


def test_one_id_is_one_person_in_all_the_amphis_of_the_file() -> None:
    other = an_amphi_line(code="P02", interns=[an_intern_line(1, last_name="VERNE")])
    document = a_document(an_amphi_line(), other)
    assert faults_of(document) == [("amphis[1].interns[0].id", "intern_differs")]


def test_a_post_is_given_once() -> None:
    document = a_document(posts=[a_post_line(number) for number in ("1", "2", "1", "3")])
    assert faults_of(document) == [("offer.posts[2].number", "duplicate_post")]


def test_an_amphi_code_is_given_once() -> None:
    other = an_amphi_line(interns=[an_intern_line(9)], sessions=[a_session_line(1, 9)])
    assert faults_of(a_document(an_amphi_line(), other)) == [("amphis[1].code", "duplicate_code")]


def test_des_codes_are_free_unless_the_offer_lists_them() -> None:
    document = with_intern(des="P999")
    assert faults_of(document) == []
    document["offer"]["des"] = ["P117"]
    assert faults_of(document) == [("amphis[0].interns[0].des", "unknown_des")]


def test_posts_and_reservations_name_listed_des_only() -> None:
    posts = [a_post_line("1", des="P118", reserved=True), a_post_line("2", reserved=["P119"])]
    document = a_document(posts=posts)
    document["offer"]["des"] = ["P117"]
    assert faults_of(document) == [
        ("offer.posts[0].des", "unknown_des"),
        ("offer.posts[1].reserved", "unknown_des"),
    ]


@pytest.mark.parametrize(
    ("sessions", "path", "code"),
    [
        ([(1, 2), (2, 3)], "sessions[1].from_rank", "sessions_overlap"),
        ([(1, 3), (1, 3)], "sessions[1].from_rank", "sessions_overlap"),
        ([(1, 1), (3, 3)], "sessions[1].from_rank", "sessions_gap"),
        ([(3, 3), (1, 1)], "sessions[0].from_rank", "sessions_gap"),
        ([(2, 3)], "interns[0].call_rank", "rank_without_session"),
        ([(1, 2)], "interns[2].call_rank", "rank_without_session"),
    ],
)
def test_sessions_are_a_partition_of_the_ranks(
    sessions: list[tuple[int, int]], path: str, code: str
) -> None:
    lines = [a_session_line(low, high) for low, high in sessions]
    assert faults_of(a_document(an_amphi_line(sessions=lines))) == [(f"amphis[0].{path}", code)]


def test_a_session_does_not_end_before_it_begins() -> None:
    line = a_session_line(3, 1, ends_at="2027-10-06T11:00:00Z")
    found = faults_of(a_document(an_amphi_line(sessions=[line])))
    assert ("amphis[0].sessions[0].to_rank", "session_reversed") in found
    assert ("amphis[0].sessions[0].ends_at", "session_ends_before") in found


def test_a_session_of_later_ranks_is_not_planned_before_one_of_earlier_ranks() -> None:
    at_nine, at_ten = "2027-10-06T09:00:00+02:00", "2027-10-06T10:00:00+02:00"
    first, second = (1, 2), (3, 3)

    def planned(*hours: str) -> dict[str, object]:
        lines = [
            a_session_line(*ranks, starts_at=at)
            for ranks, at in zip((first, second), hours, strict=True)
        ]
        return a_document(an_amphi_line(sessions=lines))

    assert faults_of(planned(at_ten, at_nine)) == [
        ("amphis[0].sessions[1].starts_at", "sessions_out_of_order")
    ]
    assert faults_of(planned(at_nine, at_ten)) == faults_of(planned(at_nine, at_nine)) == []


def test_one_rank_is_no_range() -> None:
    hole = Fault("", "sessions_gap", ranks_between(7, 7))
    assert fault_sentence(hole) == "Aucune session n'appelle le rang 7."
    several = Fault("", "hole_in_ranks", ranks_between(7, 9))
    assert fault_sentence(several) == "Personne n'a les rangs 7 à 9 de la liste d'appel."


def test_a_holder_has_one_proxy_and_an_expected_absence_none() -> None:
    proxy = {"email": "Ami@exemple.fr", "first_name": "Ami", "last_name": "SUR"}
    interns = [
        an_intern_line(1, proxy=proxy),
        an_intern_line(2, proxy=proxy | {"email": "ami@exemple.fr"}),
        an_intern_line(3, expected_absence=True, proxy=proxy | {"email": "autre@exemple.fr"}),
    ]
    assert faults_of(a_document(an_amphi_line(interns=interns))) == [
        ("amphis[0].interns[1].proxy.email", "duplicate_holder"),
        ("amphis[0].interns[2].proxy", "absent_with_proxy"),
    ]


def test_all_faults_are_told_at_once() -> None:
    interns = [an_intern_line(1, email="x"), an_intern_line(2, call_rank=3), an_intern_line(3)]
    document = a_document(
        an_amphi_line(interns=interns, sessions=[a_session_line(1, 1), a_session_line(3, 9)]),
        posts=[a_post_line("1"), a_post_line("1")],
    )
    assert faults_of(document) == [
        ("amphis[0].interns[0].email", "bad_email"),
        ("offer.posts[1].number", "duplicate_post"),
        ("amphis[0].interns[2].call_rank", "duplicate_rank"),
        ("amphis[0].sessions[1].from_rank", "sessions_gap"),
    ]


# --- what is only said ------------------------------------------------------


def test_a_planned_time_in_the_past_warns() -> None:
    line = a_session_line(1, 3, starts_at="2020-01-01T00:00:00Z")
    document = a_document(an_amphi_line(sessions=[line]))
    assert warnings_of(document) == [("amphis[0].sessions[0].starts_at", "planned_in_the_past")]


def test_a_hole_in_the_ranks_warns() -> None:
    interns = [an_intern_line(1), an_intern_line(4)]
    document = a_document(an_amphi_line(interns=interns, sessions=[a_session_line(1, 4)]))
    assert warnings_of(document) == [("amphis[0].interns", "hole_in_ranks")]


def test_a_wrong_finess_key_warns() -> None:
    posts = [a_post_line("1"), a_post_line("2"), a_post_line("3", finess="920100038")]
    assert warnings_of(a_document(posts=posts)) == [("offer.posts[2].finess", "bad_finess")]


def test_one_address_for_two_interns_warns() -> None:
    interns = [an_intern_line(1), an_intern_line(2, email="EMILE1@exemple.fr")]
    document = a_document(an_amphi_line(interns=interns))
    assert warnings_of(document) == [("amphis[0].interns[1].email", "duplicate_email")]


def test_fewer_posts_than_interns_warns() -> None:
    document = a_document(posts=[a_post_line("1")])
    assert warnings_of(document) == [("offer.posts", "fewer_posts_than_interns")]


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("920100039", True),
        ("750100125", True),
        ("2A0000014", True),
        ("920100038", False),
        ("92010003", False),
        ("92010003é", False),
        ("", False),
    ],
)
def test_a_finess_number_carries_a_luhn_key(number: str, right: bool) -> None:
    assert has_finess_key(number) is right


def test_every_fault_and_warning_is_proved_here() -> None:
    said = "".join(each.read_text() for each in Path(__file__).parent.glob("test_campaign_*.py"))
    unproved = [code for code in FAULTS | WARNINGS if f'"{code}"' not in said]
    assert unproved == []


def test_every_fault_and_warning_has_a_french_sentence_and_every_sentence_a_code() -> None:
    assert set(sentences().load_file) == FAULTS | WARNINGS | BESIDE_OTHERS


def test_empty_lists_are_named() -> None:
    empty = a_document(an_amphi_line(interns=[], sessions=[]), posts=[])
    assert [code for _, code in faults_of(empty)] == ["no_posts", "no_interns", "no_sessions"]
    assert [code for _, code in faults_of(a_document() | {"amphis": []})] == ["no_amphis"]
