"""Every check finds the journal, or the table, that was doctored against it, and says where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from amphi.verify.evidence import Evidence, HeadRow
from amphi.verify.offer import together, verify_offer
from amphi.verify.problems import SENTENCES
from tests.rules.choosing.builders import OFFER, OPERATOR
from tests.verify.doctored_choices import CHOICES
from tests.verify.doctored_turns import TURNS
from tests.verify.journals import (
    Json,
    at,
    evidence_of,
    morning,
    row_added,
    row_changed,
    row_dropped,
    rows_changed,
    with_rows,
)

Lines = list[Json]
JOURNALS = [*CHOICES, *TURNS]


def found_in(evidence: Evidence) -> set[str]:
    return {each.check for each in verify_offer(evidence).problems}


@pytest.mark.parametrize(
    ("check", "doctor"), JOURNALS, ids=[f"{check}-{each.__name__}" for check, each in JOURNALS]
)
def test_a_doctored_journal_is_found(check: str, doctor: Callable[[Lines], None]) -> None:
    lines = morning()
    doctor(lines)
    problems = verify_offer(evidence_of(lines)).problems
    assert check in {each.check for each in problems}
    assert all(each.offer == OFFER and each.sentence for each in problems)


def test_the_place_of_what_is_wrong_is_told() -> None:
    lines = morning()
    paused = at(lines, "Paused")
    lines[paused]["event"]["remaining_ms"] -= 1
    (problem,) = verify_offer(evidence_of(lines)).problems
    assert (problem.seq, problem.check) == (paused + 1, "turn_shortened")


# --- broken links -----------------------------------------------------------


def a_missing_line(found: Evidence) -> Evidence:
    return replace(found, rows=[*found.rows[:5], *found.rows[6:]])


def an_older_term(found: Evidence) -> Evidence:
    return rows_changed(found, 3, term=2)


def another_previous_hash(found: Evidence) -> Evidence:
    return rows_changed(found, 3, prev_hash="0" * 64)


def a_text_changed_afterwards(found: Evidence) -> Evidence:
    text = found.rows[3].text.replace("e1", "e2")
    return rows_changed(found, 3, text=text)


# --- other tables -----------------------------------------------------------


def no_assignment(found: Evidence) -> Evidence:
    return row_dropped(found, "assignments")


def an_assignment_of_nobody(found: Evidence) -> Evidence:
    return row_added(found, "assignments", entry="e99", seq=999)


def an_assignment_twice(found: Evidence) -> Evidence:
    return row_added(found, "assignments")


def an_amphi_under_way_that_was_never_validated(found: Evidence) -> Evidence:
    return row_added(found, "amphis", id="amphi-9")


def a_post_that_nobody_added(found: Evidence) -> Evidence:
    return row_added(found, "posts", number="P99", withdrawn=False)


def an_assignment_to_another_post(found: Evidence) -> Evidence:
    return row_changed(found, "assignments", 0, post="P6")


def an_assignment_no_longer_live(found: Evidence) -> Evidence:
    return row_changed(found, "assignments", 0, live=False)


def an_assignment_made_at_another_hour(found: Evidence) -> Evidence:
    return row_changed(found, "assignments", 0, made_at=datetime(2026, 10, 6, tzinfo=UTC))


def a_post_withdrawn_by_nobody(found: Evidence) -> Evidence:
    return row_changed(found, "posts", 0, withdrawn=True)


def no_mail(found: Evidence) -> Evidence:
    return row_dropped(found, "mails")


def a_mail_with_another_receipt(found: Evidence) -> Evidence:
    told = {**found.tables["mails"][0]["facts"], "receipt": "0" * 64}
    return row_changed(found, "mails", 0, facts=told)


def a_command_that_led_nowhere(found: Evidence) -> Evidence:
    return row_added(found, "command_results", id="x", seq=999)


def a_command_of_somebody_else(found: Evidence) -> Evidence:
    return row_added(found, "command_results", id="x", person="person-e6", seq=1)


def a_command_forgotten(found: Evidence) -> Evidence:
    people = [each["person"] for each in found.tables["command_results"]]
    return row_dropped(found, "command_results", people.index("person-e1"))


def a_request_decided_by_nobody(found: Evidence) -> Evidence:
    decided = {"state": "accepted", "decided_by": OPERATOR, "decided_at": found.rows[-1].at}
    return with_rows(found, "status_requests", [{**A_REQUEST, **decided}])


A_REQUEST = {"id": "request-1", "entry": "e1", "state": "pending", "asked_at": 0}


def no_head(found: Evidence) -> Evidence:
    return replace(found, head=None)


def a_head_behind_the_journal(found: Evidence) -> Evidence:
    last = found.rows[-2]
    return replace(found, head=HeadRow(1, last.seq, last.hash))


def a_head_of_an_older_term(found: Evidence) -> Evidence:
    last = found.rows[-1]
    return replace(found, head=HeadRow(0, last.seq, last.hash))


def a_head_without_a_journal(found: Evidence) -> Evidence:
    return replace(found, rows=[])


TABLES: list[tuple[str, Callable[[Evidence], Evidence]]] = [
    ("seq_gap", a_missing_line),
    ("term_falls", an_older_term),
    ("chain_broken", another_previous_hash),
    ("hash_wrong", a_text_changed_afterwards),
    ("row_missing", no_assignment),
    ("row_missing", no_mail),
    ("row_extra", an_assignment_of_nobody),
    ("row_extra", an_assignment_twice),
    ("row_extra", an_amphi_under_way_that_was_never_validated),
    ("row_extra", a_post_that_nobody_added),
    ("row_differs", an_assignment_to_another_post),
    ("row_differs", an_assignment_no_longer_live),
    ("row_differs", an_assignment_made_at_another_hour),
    ("row_differs", a_post_withdrawn_by_nobody),
    ("row_differs", a_mail_with_another_receipt),
    ("request_differs", a_request_decided_by_nobody),
    ("result_dangling", a_command_that_led_nowhere),
    ("result_of_another", a_command_of_somebody_else),
    ("result_missing", a_command_forgotten),
    ("head_missing", no_head),
    ("head_differs", a_head_behind_the_journal),
    ("head_differs", a_head_of_an_older_term),
    ("head_differs", a_head_without_a_journal),
]


@pytest.mark.parametrize(
    ("check", "doctor"), TABLES, ids=[f"{check}-{each.__name__}" for check, each in TABLES]
)
def test_a_doctored_table_is_found(check: str, doctor: Callable[[Evidence], Evidence]) -> None:
    assert check in found_in(doctor(evidence_of(morning())))


def test_a_person_served_in_two_offers_of_a_campaign_is_found() -> None:
    reports = [verify_offer(evidence_of(morning(), offer)) for offer in ("offer-1", "offer-2")]
    checks = {(each.offer, each.check) for each in together(reports).problems}
    assert checks == {("offer-2", "served_in_two_offers")}


def test_every_check_has_a_doctored_journal_or_table() -> None:
    tried = {check for check, _ in [*JOURNALS, *TABLES]}
    assert tried | {"served_in_two_offers"} == set(SENTENCES)
