"""A journal that the rules made, with every table in step, has nothing wrong in it."""

import json
from dataclasses import replace

import msgspec

from amphi.verify.offer import together, verify_offer
from tests.rules.choosing.story import whole_morning
from tests.verify.journals import Json, at, evidence_of, morning


def test_a_morning_with_everything_in_it_is_verified() -> None:
    found = evidence_of(morning())
    report = together([verify_offer(found)])
    assert [each.sentence for each in report.problems] == []
    assert report.as_json() == {
        "ok": True,
        "offers": [
            {
                "offer": "offer-1",
                "events": len(found.rows),
                "assignments": 6,
                "head": found.rows[-1].hash,
            }
        ],
        "problems": [],
    }


def test_a_morning_with_every_kind_of_event_can_be_replayed() -> None:
    """Its freeze charges a turn more than has passed, which is the one thing to be found."""
    lines = [
        {"term": 1, "at": record.at, "event": json.loads(msgspec.json.encode(record.event))}
        for _, records in whole_morning().commits
        for record in records
    ]
    problems = verify_offer(evidence_of(lines)).problems
    assert [each.check for each in problems] == ["turn_shortened"]


def test_an_offer_without_a_journal_is_verified() -> None:
    found = evidence_of(morning())
    tables: dict[str, list[Json]] = {name: [] for name in found.tables}
    tables["offers"] = [{"id": found.offer, "version": 0}]
    report = verify_offer(replace(found, rows=[], head=None, tables=tables))
    assert (report.events, report.head, report.problems) == (0, None, ())


def test_another_conductors_clock_may_show_another_hour() -> None:
    """After a take-over instants of the former term's clock prove nothing."""
    lines = morning()
    for line in lines[at(lines, "Frozen") :]:
        of_the_next_term(line, 3_600_000)
    assert verify_offer(evidence_of(lines)).problems == ()


def of_the_next_term(line: Json, ms: int) -> None:
    line["term"] = 2
    line["at"] += ms
    said = line["event"]
    if said.get("deadline") is not None:
        said["deadline"] += ms
    if said["kind"] == "Thawed":
        said["deadlines"] = {turn: deadline + ms for turn, deadline in said["deadlines"].items()}


def test_the_progress_is_told() -> None:
    told: list[int] = []
    lines = morning()
    notice = {
        "kind": "NoticePosted",
        "v": 1,
        "amphi": "amphi-1",
        "id": "n",
        "text": "…",
        "to": "all",
    }
    notices = [{**lines[-1], "event": {**notice, "operator": "person-operator"}}] * 1_000
    verify_offer(evidence_of([*lines, *notices]), told.append)
    assert told == [500, 1_000]
