"""The load file of protocol.md §5: what it says, and everything that can be wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from amphi.http.sentences import fault_sentence, sentences
from amphi.rules.campaign_checks import has_finess_key
from amphi.rules.campaign_faults import FAULTS, WARNINGS
from amphi.rules.campaign_file import CampaignFile
from amphi.rules.campaign_reading import LARGEST, read_campaign_file
from amphi.rules.choosing.state import ChoiceStatus
from tests.rules.load_files import (
    NOON,
    a_document,
    a_post_line,
    a_session_line,
    an_amphi_line,
    an_intern_line,
    encoded,
)


def faults_of(document: object) -> list[tuple[str, str]]:
    reading = read_campaign_file(encoded(document), NOON)
    assert (reading.file is None) == bool(reading.faults)
    assert all(fault_sentence(each) for each in (*reading.faults, *reading.warnings))
    return [(fault.path, fault.code) for fault in reading.faults]


def warnings_of(document: object) -> list[tuple[str, str]]:
    reading = read_campaign_file(encoded(document), NOON)
    assert reading.faults == ()
    assert all(fault_sentence(each) for each in reading.warnings)
    return [(each.path, each.code) for each in reading.warnings]


def the_file(document: object) -> CampaignFile:
    file = read_campaign_file(encoded(document), NOON).file
    assert file is not None
    return file


def with_intern(**changes: Any) -> dict[str, Any]:
    return a_document(an_amphi_line(interns=[an_intern_line(1, **changes)]))


def without(document: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != field}


# --- what it says -----------------------------------------------------------

THE_EXAMPLE = """
{"campaign": {"name": "Novembre 2026", "semester": "2026-11", "territory": "Île-de-France"},
 "offer": {"posts": [{"number": "21872", "des": "P117", "reserved": true,
   "establishment": "BEAUJON (AP-HP)", "finess": "920100039", "service": "PHARMACIE",
   "imotep": "11000793", "supervisor": "Mme SERRES", "department": "92", "earmark": "Contrôle",
   "regimes": ["BASE"], "groups": []}]},
 "amphis": [{"code": "P01", "group": "PHARMACIE", "regime": "BASE", "policy": {"turn_seconds": 90},
   "interns": [{"id": "i1", "call_rank": 1, "first_name": "Emile", "last_name": "ZOLA",
     "email": "emile.zola@exemple.fr", "des": "P117", "choice_status": "STANDARD",
     "expected_absence": false, "extra_seconds": 0}],
   "sessions": [{"from_rank": 1, "to_rank": 30, "starts_at": "2026-10-06T13:30:00+02:00"}]}]}
"""


def test_the_example_of_the_protocol_is_read_whole() -> None:
    reading = read_campaign_file(THE_EXAMPLE.encode(), 0)
    assert reading.faults == reading.warnings == ()
    assert reading.file is not None
    assert reading.file.posts[0].reserved_for == ("P117",)
    assert reading.file.amphis[0].policy.turn_seconds == 90
    assert reading.file.amphis[0].interns[0].choice_status is ChoiceStatus.STANDARD
    assert reading.file.amphis[0].sessions[0].starts_at == 1_791_286_200_000


def test_reserved_is_for_the_post_s_own_des_or_for_a_list_of_codes() -> None:
    posts = [
        a_post_line("1", reserved=True),
        a_post_line("2", reserved=["P118", "P119"]),
        a_post_line("3", reserved=False),
        a_post_line("4"),
    ]
    file = the_file(a_document(posts=posts))
    assert [post.reserved_for for post in file.posts] == [("P117",), ("P118", "P119"), (), ()]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_campaign_file(b"\xef\xbb\xbf" + encoded(a_document()), NOON).faults == ()


def test_sessions_are_kept_in_rank_order() -> None:
    sessions = [a_session_line(3, 3), a_session_line(1, 2)]
    file = the_file(a_document(an_amphi_line(sessions=sessions)))
    assert [each.from_rank for each in file.amphis[0].sessions] == [1, 3]


def test_an_intern_may_have_granted_a_proxy() -> None:
    proxy = {"email": "ami@exemple.fr", "first_name": "Ami", "last_name": "SUR"}
    file = the_file(with_intern(proxy=proxy))
    granted = file.amphis[0].interns[0].proxy
    assert granted is not None
    assert granted.accepted


# --- not a load file at all -------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_file"),
        (b"  \n", "empty_file"),
        (b"{", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b" " * LARGEST + b"{}", "file_too_big"),
        (b"[]", "wrong_type"),
        (b"null", "wrong_type"),
    ],
)
def test_what_is_no_load_file_is_refused_as_a_whole(raw: bytes, code: str) -> None:
    reading = read_campaign_file(raw, NOON)
    assert [(fault.path, fault.code) for fault in reading.faults] == [("", code)]
    assert fault_sentence(reading.faults[0])


def test_an_empty_object_lacks_its_three_parts() -> None:
    missing = [(name, "missing_field") for name in ("campaign", "offer", "amphis")]
    assert faults_of({}) == missing


# --- fields -----------------------------------------------------------------


@pytest.mark.parametrize("field", ["id", "call_rank", "first_name", "last_name", "email", "des"])
def test_an_intern_s_missing_field_is_named_with_its_path(field: str) -> None:
    interns = [an_intern_line(1), without(an_intern_line(2), field)]
    document = a_document(an_amphi_line(interns=interns))
    assert faults_of(document) == [(f"amphis[0].interns[1].{field}", "missing_field")]


@pytest.mark.parametrize("field", ["number", "des", "establishment", "service"])
def test_a_post_s_missing_field_is_named_with_its_path(field: str) -> None:
    posts = [a_post_line(str(n)) for n in range(4)]
    posts[2] = without(posts[2], field)
    assert faults_of(a_document(posts=posts)) == [(f"offer.posts[2].{field}", "missing_field")]


@pytest.mark.parametrize("field", ["code", "group", "regime", "interns", "sessions"])
def test_an_amphi_s_missing_field_is_named_with_its_path(field: str) -> None:
    document = a_document(without(an_amphi_line(), field))
    assert faults_of(document) == [(f"amphis[0].{field}", "missing_field")]


@pytest.mark.parametrize("field", ["name", "semester", "territory"])
def test_a_campaign_s_missing_field_is_named_with_its_path(field: str) -> None:
    document = a_document()
    document["campaign"] = without(document["campaign"], field)
    assert faults_of(document) == [(f"campaign.{field}", "missing_field")]


@pytest.mark.parametrize("field", ["from_rank", "to_rank", "starts_at"])
def test_a_session_s_missing_field_is_named_with_its_path(field: str) -> None:
    document = a_document(an_amphi_line(sessions=[without(a_session_line(1, 3), field)]))
    assert faults_of(document) == [(f"amphis[0].sessions[0].{field}", "missing_field")]


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"call_rank": "1"}, "call_rank", "wrong_type"),
        ({"call_rank": True}, "call_rank", "wrong_type"),
        ({"call_rank": 1.0}, "call_rank", "wrong_type"),
        ({"call_rank": 0}, "call_rank", "out_of_range"),
        ({"call_rank": None}, "call_rank", "missing_field"),
        ({"first_name": " "}, "first_name", "empty_value"),
        ({"last_name": "Z" * 301}, "last_name", "too_long"),
        ({"email": "zola"}, "email", "bad_email"),
        ({"email": "zola@"}, "email", "bad_email"),
        ({"email": "a@b@exemple.fr"}, "email", "bad_email"),
        ({"choice_status": "SURNOMBRE"}, "choice_status", "not_allowed"),
        ({"expected_absence": "non"}, "expected_absence", "wrong_type"),
        ({"extra_seconds": -1}, "extra_seconds", "out_of_range"),
        ({"proxy": "ami@exemple.fr"}, "proxy", "wrong_type"),
        (
            {"proxy": {"email": "x", "first_name": "A", "last_name": "B"}},
            "proxy.email",
            "bad_email",
        ),
    ],
)
def test_a_faulty_value_of_an_intern_is_named(
    changes: dict[str, Any], path: str, code: str
) -> None:
    assert faults_of(with_intern(**changes)) == [(f"amphis[0].interns[0].{path}", code)]


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"reserved": "P117"}, "reserved", "wrong_type"),
        ({"reserved": [117]}, "reserved[0]", "wrong_type"),
        ({"reserved": [""]}, "reserved[0]", "empty_value"),
        ({"regimes": ["SOCLE"]}, "regimes[0]", "not_allowed"),
        ({"number": 21872}, "number", "wrong_type"),
    ],
)
def test_a_faulty_value_of_a_post_is_named(changes: dict[str, Any], path: str, code: str) -> None:
    posts = [a_post_line(str(n)) for n in range(3)] + [a_post_line("9") | changes]
    assert faults_of(a_document(posts=posts)) == [(f"offer.posts[3].{path}", code)]


@pytest.mark.parametrize(
    ("policy", "path", "code"),
    [
        ({"turn_seconds": 0}, ".turn_seconds", "bad_policy"),
        ({"turn_seconds": "90"}, ".turn_seconds", "bad_policy"),
        ({"absent_clock": "GRACE"}, ".absent_clock", "bad_policy"),
        ({"late_order": "ALPHABET"}, ".late_order", "bad_policy"),
        ([], "", "wrong_type"),
    ],
)
def test_a_bad_policy_is_named_field_by_field(policy: object, path: str, code: str) -> None:
    document = a_document(an_amphi_line(policy=policy))
    assert faults_of(document) == [(f"amphis[0].policy{path}", code)]


def test_a_policy_that_says_null_where_null_means_something_is_kept() -> None:
    amphi = an_amphi_line(policy={"max_surnombre_per_service": None, "turn_seconds": 5})
    policy = the_file(a_document(amphi)).amphis[0].policy
    assert policy.max_surnombre_per_service is None
    assert policy.turn_seconds == 5


@pytest.mark.parametrize(
    "text", ["2027-10-06", "2027-10-06T13:30:00", "demain", "2027-13-01T00:00Z"]
)
def test_a_planned_time_has_a_date_an_hour_and_an_offset(text: str) -> None:
    document = a_document(an_amphi_line(sessions=[a_session_line(1, 3, starts_at=text)]))
    assert faults_of(document) == [("amphis[0].sessions[0].starts_at", "bad_instant")]


def test_a_semester_starts_in_may_or_november() -> None:
    document = a_document()
    document["campaign"]["semester"] = "2027-09"
    assert faults_of(document) == [("campaign.semester", "bad_semester")]


def test_unknown_fields_are_left_aside_with_a_warning() -> None:
    document = with_intern(nickname="Mimile") | {"colour": "blue"}
    assert warnings_of(document) == [
        ("amphis[0].interns[0].nickname", "unknown_field"),
        ("colour", "unknown_field"),
    ]


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
    said = Path(__file__).read_text()
    unproved = [code for code in FAULTS | WARNINGS if f'"{code}"' not in said]
    assert unproved == []


def test_every_fault_and_warning_has_a_french_sentence_and_every_sentence_a_code() -> None:
    assert set(sentences().load_file) == FAULTS | WARNINGS


def test_empty_lists_are_named() -> None:
    empty = a_document(an_amphi_line(interns=[], sessions=[]), posts=[])
    assert [code for _, code in faults_of(empty)] == ["no_posts", "no_interns", "no_sessions"]
    assert [code for _, code in faults_of(a_document() | {"amphis": []})] == ["no_amphis"]


def test_a_fault_s_facts_are_plain_json() -> None:
    reading = read_campaign_file(b"{", NOON)
    assert json.dumps([fault.facts for fault in reading.faults])
