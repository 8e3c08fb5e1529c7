"""Builders of load files, as JSON documents."""

import json
from typing import Any

from amphi.http.sentences import fault_sentence
from amphi.rules.campaign_file import CampaignFile
from amphi.rules.campaign_reading import read_campaign_file

NOON = 1_800_000_000_000  # 2027-01-15, an instant before the planned times below


def an_intern_line(rank: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"i{rank}",
        "call_rank": rank,
        "first_name": "Emile",
        "last_name": f"ZOLA{rank}",
        "email": f"emile{rank}@exemple.fr",
        "des": "P117",
    } | changes


def a_post_line(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "des": "P117",
        "establishment": "BEAUJON (AP-HP)",
        "finess": "920100039",
        "service": "PHARMACIE",
        "imotep": "11000793",
    } | changes


def a_session_line(low: int, high: int, **changes: Any) -> dict[str, Any]:
    return {
        "from_rank": low,
        "to_rank": high,
        "starts_at": "2027-10-06T13:30:00+02:00",
    } | changes


def an_amphi_line(interns: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """Three interns in one session unless given."""
    lines = [an_intern_line(rank) for rank in (1, 2, 3)] if interns is None else interns
    return {
        "code": "P01",
        "group": "PHARMACIE",
        "regime": "BASE",
        "interns": lines,
        "sessions": [a_session_line(1, max(len(lines), 1))],
    } | changes


def a_document(
    *amphis: dict[str, Any], posts: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    some = [a_post_line(str(21870 + n)) for n in range(6)]
    return {
        "campaign": {
            "name": "Novembre 2027",
            "semester": "2027-11",
            "territory": "Île-de-France",
        },
        "offer": {"posts": some if posts is None else posts},
        "amphis": list(amphis) or [an_amphi_line()],
    }


def encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


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
