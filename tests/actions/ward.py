"""A ranked perimeter of four: Ana first, then Bob, then Yan and Zed together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from amphi.actions import contesting, ranking
from amphi.actions.preranking import prerank_now
from amphi.records.call_lists import lines_of
from amphi.records.database import Connection, Database
from amphi.rules.ids import PersonId
from tests.records.interns_on_file import (
    AGENT,
    SEMESTER,
    a_perimeter,
    an_intern,
    on_file,
    semesters,
)

NAMES = ("zed", "bob", "yan", "ana")


class Ward:
    """`people` by name."""

    def __init__(
        self, database: Database, perimeter: str, run: str, people: dict[str, PersonId]
    ) -> None:
        self.database, self.perimeter, self.run, self.people = database, perimeter, run, people

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self.database.transaction() as connection:
            yield connection

    def ids(self, *names: str) -> list[PersonId]:
        return [self.people[name] for name in names]

    async def names(self, call_list: str) -> list[tuple[int, str]]:
        known = {id_: name for name, id_ in self.people.items()}
        async with self.database.connection() as connection:
            found = await lines_of(connection, call_list)
        return [(each.call_rank, known[each.person]) for each in found]

    async def validated(self) -> None:
        """Zed before Yan."""
        async with self.transaction() as connection:
            await ranking.treat_ties(connection, AGENT, self.run, 3, self.ids("zed", "yan"))
            await ranking.validate_ties(connection, AGENT, self.run)


async def frozen(ward: Ward) -> str:
    """The id of the second version: Ana, Bob, Zed, Yan."""
    await ward.validated()
    async with ward.transaction() as connection:
        await ranking.publish(connection, AGENT, ward.run)
        await contesting.open_contests(connection, AGENT, ward.run)
        await contesting.close_contests(connection, AGENT, ward.run)
        return await ranking.freeze(connection, AGENT, ward.run)


async def a_ward(database: Database) -> Ward:
    """Zed is alone of the year before and two semesters late: 1 of 1, like Yan's 3 of 3."""
    late = {"entered": "2023-11", "semesters": semesters("2023-11", 5, missed=2)}
    async with database.transaction() as connection:
        perimeter = await a_perimeter(connection)
        four = [
            an_intern("zed", 20, **late),
            *(an_intern(name, rin) for name, rin in (("bob", 20), ("yan", 30), ("ana", 10))),
        ]
        people = await on_file(connection, four)
        ranked = await prerank_now(connection, AGENT, perimeter.id, SEMESTER)
    return Ward(database, perimeter.id, ranked.run, dict(zip(NAMES, people, strict=True)))


@pytest.fixture
async def ward(database_url: str) -> AsyncIterator[Ward]:
    database = Database(database_url)
    yield await a_ward(database)
    await database.close()
