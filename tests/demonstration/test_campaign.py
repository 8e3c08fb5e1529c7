"""The demonstration campaign: real places, enough posts, something of everything."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from amphi.demonstration.campaign import FEWEST, MOST, Wanted, documents
from amphi.demonstration.establishments import ESTABLISHMENTS
from amphi.rules.campaign_checks import has_finess_key
from amphi.rules.campaign_reading import read_campaign_file
from tests.rules.load_files import encoded

MORNING = datetime(2026, 10, 6, tzinfo=UTC)


def interns_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [intern for amphi in document["amphis"] for intern in amphi["interns"]]


def everybody(interns: int) -> list[dict[str, Any]]:
    return [
        each for document in documents(Wanted(interns, MORNING)) for each in interns_of(document)
    ]


@pytest.mark.parametrize("interns", [FEWEST, 11, 40, 333, MOST])
def test_its_files_have_neither_faults_nor_warnings(interns: int) -> None:
    for document in documents(Wanted(interns, MORNING)):
        reading = read_campaign_file(encoded(document), 0)
        assert reading.faults == reading.warnings == ()


def test_played_at_once_every_amphi_is_planned_for_that_instant() -> None:
    ordinary = documents(Wanted(40, datetime(2026, 11, 1, tzinfo=UTC)))
    soon = datetime(2026, 10, 31, 14, 30, tzinfo=UTC)
    played = documents(Wanted(40, soon, at_once=True))
    for document, other in zip(played, ordinary, strict=True):
        assert read_campaign_file(encoded(document), 0).faults == ()
        assert document["campaign"] == other["campaign"]
        for amphi in document["amphis"]:
            assert amphi["sessions"][0]["starts_at"] == soon.isoformat()


@pytest.mark.parametrize("interns", [FEWEST, 40, 777, MOST])
def test_it_has_exactly_the_interns_asked_for_and_each_is_one_person(interns: int) -> None:
    people = everybody(interns)
    assert len(people) == interns
    assert len({each["id"] for each in people}) == interns
    assert len({each["email"] for each in people}) == interns
    holders = [each["proxy"]["email"] for each in people if "proxy" in each]
    assert len(set(holders)) == len(holders)


@pytest.mark.parametrize("interns", [FEWEST, 40, 999, MOST])
def test_there_are_posts_for_everybody_whatever_is_reserved(interns: int) -> None:
    for document in documents(Wanted(interns, MORNING)):
        posts, called = document["offer"]["posts"], len(interns_of(document))
        for_all = [each for each in posts if not each.get("reserved") and "regimes" not in each]
        assert len(for_all) >= called
        assert len(posts) * 100 >= called * 107


def test_all_its_establishments_are_real_numbers_and_at_least_25_are_offered() -> None:
    assert all(has_finess_key(each.finess) for each in ESTABLISHMENTS)
    assert len({each.finess for each in ESTABLISHMENTS}) == len(ESTABLISHMENTS)
    offered = {
        post["finess"]
        for document in documents(Wanted(40, MORNING))
        for post in document["offer"]["posts"]
    }
    assert len(offered) >= 25


def test_forty_interns_show_every_situation() -> None:
    people = everybody(40)
    statuses = Counter(each.get("choice_status", "STANDARD") for each in people)
    assert set(statuses) == {"STANDARD", "SURNOMBRE_VALIDANT", "SURNOMBRE_NON_VALIDANT"}
    assert any("proxy" in each for each in people)
    assert any(each.get("expected_absence") for each in people)
    assert any(each.get("extra_seconds") for each in people)


def test_public_health_has_two_regimes_on_one_offer_and_surgery_several_des() -> None:
    pharmacy, surgery, public_health = documents(Wanted(200, MORNING))
    assert [each["regime"] for each in pharmacy["amphis"]] == ["BASE"]
    assert any(post.get("reserved") for post in pharmacy["offer"]["posts"])
    assert len({each["des"] for each in interns_of(surgery)}) > 3
    assert [each["regime"] for each in public_health["amphis"]] == ["OLD", "ADVANCED"]


def test_the_same_seed_gives_the_same_campaign_and_another_another() -> None:
    assert documents(Wanted(50, MORNING)) == documents(Wanted(50, MORNING))
    assert documents(Wanted(50, MORNING)) != documents(Wanted(50, MORNING, seed=7))


def test_the_three_offers_are_one_campaign_for_the_semester_to_come() -> None:
    campaigns = [each["campaign"] for each in documents(Wanted(40, MORNING))]
    assert campaigns == [campaigns[0]] * 3
    assert campaigns[0]["semester"] == "2026-11"
    spring = documents(Wanted(40, datetime(2026, 12, 1, tzinfo=UTC)))[0]["campaign"]
    assert spring["semester"] == "2027-05"


def test_the_time_given_to_the_absent_is_never_longer_than_the_turn() -> None:
    surgery = documents(Wanted(40, MORNING, turn_seconds=1))[1]["amphis"][0]["policy"]
    assert surgery["absent_clock"] == "GRACE 1"
    assert surgery["turn_seconds"] == 1
