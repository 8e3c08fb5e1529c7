"""The load file of protocol.md §5: what it says, and what is wrong with its fields."""

import json
from typing import Any

import pytest

from amphi.http.sentences import fault_sentence
from amphi.rules.campaign_reading import LARGEST, read_campaign_file
from amphi.rules.choosing.facts import ChoiceStatus
from tests.rules.load_files import (
    NOON,
    a_document,
    a_post_line,
    a_session_line,
    an_amphi_line,
    an_intern_line,
    encoded,
    faults_of,
    the_file,
    warnings_of,
    with_intern,
    without,
)

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
        ({"last_name": "ZO\0LA"}, "last_name", "wrong_type"),
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
        ({"groups": ["PHAR\0MACIE"]}, "groups[0]", "wrong_type"),
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


def test_a_rule_nobody_knows_is_refused_by_name() -> None:
    """The amphi would run by the default that the misspelt rule meant to change."""
    document = a_document(an_amphi_line(policy={"turn_second": 30, "max_returns": 1}))
    assert faults_of(document) == [("amphis[0].policy.turn_second", "unknown_policy")]
    (fault,) = read_campaign_file(encoded(document), NOON).faults
    assert fault_sentence(fault).startswith("« turn_second » n'est pas une règle d'amphithéâtre.")
    assert "turn_seconds, grace_ms" in fault_sentence(fault)


def test_a_policy_that_says_null_where_null_means_something_is_kept() -> None:
    amphi = an_amphi_line(policy={"max_surnombre_per_service": None, "turn_seconds": 5})
    policy = the_file(a_document(amphi)).amphis[0].policy
    assert policy.max_surnombre_per_service is None
    assert policy.turn_seconds == 5


@pytest.mark.parametrize(
    "text",
    [
        "2027-10-06",
        "2027-10-06T13:30:00",
        "demain",
        "2027-13-01T00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
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


def test_a_fault_s_facts_are_plain_json() -> None:
    reading = read_campaign_file(b"{", NOON)
    assert json.dumps([fault.facts for fault in reading.faults])
