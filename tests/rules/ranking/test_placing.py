"""ranking.md §4 "Who"; R §1, §3, §4."""

import msgspec

from amphi.rules.ranking.placing import places
from amphi.rules.ranking.preranking import Place, Placed
from tests.rules.ranking.builders import (
    PREVENTION,
    PUBLIC_HEALTH,
    SURGERY,
    THORACIC,
    VISCERAL,
    a_member,
)


def rows(*placed: Placed) -> list[tuple[str, Place, str, bool]]:
    return [(each.intern.id, each.place, each.discipline, each.callable) for each in placed]


def test_a_standard_row_shows_the_interns_discipline() -> None:
    placed = places(SURGERY, [a_member("Ana", VISCERAL), a_member("Out", PREVENTION)])
    assert rows(*placed) == [("ana", Place.STANDARD, "Chirurgie viscérale", True)]


def test_one_who_leaves_is_listed_here_and_called_there() -> None:
    leaving = a_member("Lea", VISCERAL, PREVENTION)
    assert rows(*places(SURGERY, [leaving])) == [("lea", Place.LEAVING, "Santé publique", False)]
    entrant = ("lea", Place.ENTERING, "Chirurgie viscérale", True)
    assert rows(*places(PUBLIC_HEALTH, [leaving])) == [entrant]


def test_within_one_group_both_rows_appear_and_one_can_be_called() -> None:
    assert rows(*places(SURGERY, [a_member("Lea", VISCERAL, THORACIC)])) == [
        ("lea", Place.LEAVING, "Chirurgie thoracique", False),
        ("lea", Place.ENTERING, "Chirurgie viscérale", True),
    ]


def test_a_stage_in_the_own_discipline_is_no_leaving() -> None:
    placed = places(SURGERY, [a_member("Ana", VISCERAL, VISCERAL)])
    assert rows(*placed) == [("ana", Place.STANDARD, "Chirurgie viscérale", True)]


def test_who_is_not_active_is_not_ranked() -> None:
    gone = msgspec.structs.replace(a_member("Ana", VISCERAL, THORACIC), active=False)
    assert list(places(SURGERY, [gone])) == []
