"""The interns of a perimeter, found and read a page at a time (ranking.md §1, §4)."""

import pytest

from amphi.records.perimeter_interns import (
    PerimeterIntern,
    Sought,
    count_members,
    list_members,
    members_of,
)
from amphi.records.perimeters import one_perimeter
from amphi.rules.ranking.exams import RankKind
from tests.actions.test_movements import CANCELLED, moved
from tests.actions.ward import Ward
from tests.records.interns_on_file import SEMESTER, a_perimeter, an_intern, on_file

LATER = {"destination_semester": "2027-11"}
Found = tuple[list[PerimeterIntern], int, int]


@pytest.fixture
async def crowd(ward: Ward) -> Ward:
    """The ward's four, two more of psychiatry spelt otherwise, one entering, one elsewhere."""
    going = {"destination": "PSYCHIATRIE", "destination_semester": SEMESTER}
    new = [
        an_intern("Œuvrard", None, discipline="psychiatrie", first_name="Émile", ine="123"),
        an_intern("d'Hoker", 7, regime="ADVANCED"),
        an_intern("entrant", 8, discipline="Santé publique", **going),
        an_intern("later", 9, discipline="Santé publique", **(going | LATER)),
    ]
    async with ward.transaction() as connection:
        await on_file(connection, new)
    return ward


async def found(
    ward: Ward, sought: Sought, perimeter: str = "", *, offset: int = 0, limit: int = 100
) -> Found:
    async with ward.database.connection() as connection:
        row = await one_perimeter(connection, perimeter or ward.perimeter)
        assert row is not None
        members = await members_of(connection, row, SEMESTER)
        total, everybody = await count_members(connection, members, sought)
        items = await list_members(connection, members, sought, offset=offset, limit=limit)
    return items, total, everybody


def names(items: list[PerimeterIntern]) -> list[str]:
    return [each.intern.last_name for each in items]


async def test_everybody_of_the_perimeter_however_spelt_and_those_entering(crowd: Ward) -> None:
    await moved(crowd, "bob", CANCELLED)
    items, total, everybody = await found(crowd, Sought())
    assert names(items) == ["ANA", "BOB", "D'HOKER", "ENTRANT", "ŒUVRARD", "YAN", "ZED"]
    assert (total, everybody) == (7, 7)
    assert [each.intern.last_name for each in items if each.entering] == ["ENTRANT"]
    assert {each.intern.last_name: each.intern.state for each in items}["BOB"] == "cancelled"


@pytest.mark.parametrize(
    ("sought", "who"),
    [
        (Sought("oeuvr"), ["ŒUVRARD"]),
        (Sought("emile oeuvrard"), ["ŒUVRARD"]),
        (Sought(" D’hok"), ["D'HOKER"]),
        (Sought("123"), ["ŒUVRARD"]),
        (Sought("12"), []),
        (Sought("zoe a"), ["ANA"]),
        (Sought("100%_"), []),
        (Sought(missing=RankKind.RIN), ["ŒUVRARD"]),
        (Sought("ana", missing=RankKind.RIN), []),
    ],
)
async def test_they_are_found_by_either_name_or_ine(
    crowd: Ward, sought: Sought, who: list[str]
) -> None:
    items, total, everybody = await found(crowd, sought)
    assert (names(items), total, everybody) == (who, len(who), 7)


async def test_they_are_read_a_page_at_a_time(crowd: Ward) -> None:
    pages = [await found(crowd, Sought(), offset=n, limit=3) for n in (0, 3, 6, 9)]
    assert [names(items) for items, _, _ in pages] == [
        ["ANA", "BOB", "D'HOKER"],
        ["ENTRANT", "ŒUVRARD", "YAN"],
        ["ZED"],
        [],
    ]


async def test_a_perimeter_of_one_regime_has_its_own(crowd: Ward) -> None:
    async with crowd.transaction() as connection:
        narrow = await a_perimeter(connection, regime="ADVANCED")
        empty = await a_perimeter(connection, "Cardiologie")
    assert names((await found(crowd, Sought(), narrow.id))[0]) == ["D'HOKER"]
    assert await found(crowd, Sought(), empty.id) == ([], 0, 0)
