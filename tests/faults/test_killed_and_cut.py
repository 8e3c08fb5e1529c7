"""A bad morning: conductors killed, Redis flushed, PostgreSQL stopped. Nobody pays for it."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from amphi.rules.choosing.events import PostChosen, TurnMissed
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.state import OfferState
from tests.faults.town import Town, a_town, own_servers
from tests.live.amphitheatre import Amphitheatre, an_amphitheatre
from tests.wire.client import Client, Json

# On a machine with many at work each of them may take minutes.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


async def play(town: Town, rank: int) -> None:
    """An intern who chooses a post of the own rank half a second into the turn, whatever happens."""
    theatre = town.theatre
    mine = theatre.entries[rank - 1]
    async with town.person(theatre.persons[rank - 1]) as client:
        await client.until_view(lambda view: (view.get("turn") or {}).get("entry") == mine, 120)
        await asyncio.sleep(0.5)
        answer = await _heard(client, client.view["turn"]["id"], f"P{rank}")
        assert answer["type"] == "accepted", answer
        assert [each["type"] for each in client.frames if each.get("id") == answer["id"]] == [
            "accepted"
        ]


async def _heard(client: Client, turn: str, post: str) -> Json:
    """While time stands still nobody is heard (`amphi_frozen`): then each click is one of its own."""
    for click in range(60):
        answer = await _answer(client, turn, post, click)
        if answer.get("code") != "amphi_frozen":
            return answer
        await asyncio.sleep(0.5)
    raise AssertionError("never heard")


async def _answer(client: Client, turn: str, post: str, click: int) -> Json:
    """ "No answer in 3 s: send the same frame again" (protocol.md §1)"""
    frame = {"type": "choose", "turn": turn, "post": post, "id": f"{turn}-{post}-{click}"}
    for _ in range(20):
        await client.say(frame)
        try:
            async with asyncio.timeout(3):
                return await client.answer(str(frame["id"]))
        except TimeoutError:
            continue
    raise AssertionError("never answered")


async def the_turns_were_whole(theatre: Amphitheatre, *, everybody: bool = True) -> None:
    """For every turn, after every event: charged + remaining ≥ its budget; nobody was late."""
    state = OfferState(theatre.offer)
    for recorded in await theatre.journal.read(theatre.offer):
        before = state.amphis.get(theatre.amphi)
        state = evolve(state, recorded)
        event, turn = recorded.event, None if before is None else before.turn
        assert not isinstance(event, TurnMissed), event
        if isinstance(event, PostChosen) and turn is not None and event.charged_ms is not None:
            remaining = turn.remaining_ms(recorded.at)
            assert event.charged_ms + remaining >= turn.budget_ms
    served = [entry.served for entry in (await theatre.now()).entries.values()]
    assert all(served) if everybody else any(served)


async def test_a_conductor_killed_three_times_costs_nobody_a_second() -> None:
    with own_servers() as servers:
        async with (
            an_amphitheatre(servers.database_url, servers.redis_url, interns=30) as theatre,
            a_town(theatre, servers) as town,
        ):
            await theatre.open()
            town.conductor()  # as in production, one more than is needed
            async with asyncio.TaskGroup() as players:
                for rank in range(1, 31):
                    players.create_task(play(town, rank))
                waits = [await _kill_the_conductor(town) for _ in range(3)]
            assert max(waits) <= 8, waits
            await the_turns_were_whole(theatre)
            await town.agrees()


async def _kill_the_conductor(town: Town) -> float:
    """Seconds from the kill to the first choice of a later term: another conductor runs already."""
    await asyncio.sleep(2)
    term, owner = await _head(town.theatre)
    town.kill(owner)
    killed_at = time.monotonic()
    await _first_choice_of_a_later_term(town.theatre, term)
    town.conductor()
    return time.monotonic() - killed_at


async def _head(theatre: Amphitheatre) -> tuple[int, str]:
    async with theatre.database.transaction() as connection:
        row = (await connection.exec_driver_sql("SELECT term, owner FROM offer_heads")).one()
        return int(row.term), str(row.owner)


async def _first_choice_of_a_later_term(theatre: Amphitheatre, term: int) -> None:
    query = f"SELECT count(*) FROM journal WHERE kind = 'PostChosen' AND term > {int(term)}"
    async with asyncio.timeout(60):
        while True:
            async with theatre.database.transaction() as connection:
                if (await connection.exec_driver_sql(query)).scalar_one():
                    return
            await asyncio.sleep(0.05)


async def test_a_flushed_store_leaves_everybody_with_the_same_view_within_three_seconds() -> None:
    with own_servers() as servers:
        async with (
            an_amphitheatre(servers.database_url, servers.redis_url, interns=6) as theatre,
            a_town(theatre, servers) as town,
        ):
            await theatre.open()
            async with AsyncExitStack() as rooms:
                clients = [
                    await rooms.enter_async_context(town.person(person))
                    for person in theatre.persons
                ]
                await theatre.choose(1, "P1")
                await theatre.store.call("FLUSHALL")
                flushed_at = time.monotonic()
                before = (await theatre.state()).seq
                async with asyncio.TaskGroup() as listening:
                    for client in clients:
                        listening.create_task(_thawed(client, before))
                assert time.monotonic() - flushed_at <= 3
                views = [client.view for client in clients]
                assert all(view == views[0] for view in views)
                await theatre.choose(2, "P2")
                await the_turns_were_whole(theatre, everybody=False)
            await town.agrees(everybody=False)


async def _thawed(client: Client, before: int) -> None:
    """Heard of the freeze and its end, whatever was lost."""
    async with asyncio.timeout(30):
        while not (client.seq > before and "Thawed" in {e["kind"] for e in client.events}):
            await client.hear()


async def test_postgresql_stopped_for_five_seconds_makes_nobody_late() -> None:
    with own_servers() as servers:
        async with (
            an_amphitheatre(servers.database_url, servers.redis_url, interns=3) as theatre,
            a_town(theatre, servers) as town,
        ):
            await theatre.open()
            async with town.person(theatre.persons[0]) as client:
                await client.until_view(lambda view: view.get("turn") is not None)
                turn = client.view["turn"]["id"]
                servers.postgres.stop()
                await client.until(lambda frame: frame.get("state") == "frozen", 30)
                await asyncio.sleep(5)
                servers.postgres.restart()  # from the main thread, whose child it is
                answer = await _answer_once_heard(client, turn, "P1")
                assert answer["type"] == "accepted"
                assert {"Frozen", "Thawed"} <= {each["kind"] for each in client.events}
            await the_turns_were_whole(theatre, everybody=False)
            await town.agrees()


async def _answer_once_heard(client: Client, turn: str, post: str) -> Json:
    """Until the offer is well again, commands are refused `amphi_frozen`: a click of its own each."""
    async with asyncio.timeout(60):
        while True:
            answer = await client.choose(post, turn)
            if answer.get("code") != "amphi_frozen":
                return answer
            await asyncio.sleep(0.5)


async def test_a_conductor_told_to_stop_stops_even_while_postgresql_is_away() -> None:
    with own_servers() as servers:
        async with (
            an_amphitheatre(servers.database_url, servers.redis_url, interns=3) as theatre,
            a_town(theatre, servers) as town,
        ):
            await theatre.open()
            servers.postgres.stop()
            await asyncio.sleep(3)
            assert await asyncio.to_thread(town.stop_the_conductor, 60) == 0
            servers.postgres.restart()
