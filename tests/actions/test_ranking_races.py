"""Two at once: gestures upon one run, prerankings beside imports and movements, a worker that died."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from amphi.actions import contesting, ranking
from amphi.actions.contesting import Answer
from amphi.actions.importing import File, bring_in
from amphi.actions.movements import move
from amphi.actions.preranking import ask_preranking, prerank_now
from amphi.actions.ranking_access import open_run
from amphi.outside.tables import Table, read_table
from amphi.records.audit import acts
from amphi.records.call_lists import list_call_lists
from amphi.records.database import Connection, Database, Limits
from amphi.records.job_reports import one_job, tell_progress
from amphi.rules.ranking.import_reading import ImportKind
from amphi.rules.ranking.run import RankingRun, Stage
from tests.actions.test_movements import BACK, CANCELLED, moved
from tests.actions.test_ranking import refused
from tests.actions.ward import Ward
from tests.records.interns_on_file import AGENT, SEMESTER
from workers.ranking import Rankings

EVE = (
    "intern;last_name;first_name;profession;discipline;regime;exam;cohort\n"
    "eve;EVE;Zoé;médecine;Psychiatrie;ancien régime;national;2024\n"
)

WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE NOT granted AND datname = current_database()"
)
PATIENT = Limits(lock_ms=30_000, statement_ms=30_000, idle_in_transaction_ms=60_000, work_ms=60_000)
Gesture = Callable[[Connection], Awaitable[Any]]


async def held_up(ward: Ward, deed: asyncio.Task[Any]) -> None:
    """Until somebody waits for a lock of this database; the deed must not be over before."""
    async with asyncio.timeout(30):
        while True:
            assert not deed.done(), deed.exception() or "it did not wait"
            async with ward.database.connection() as connection:
                waiting = await connection.exec_driver_sql(WAITING)
                if waiting.scalar_one():
                    return
            await asyncio.sleep(0.01)


def beside(ward: Ward, gesture: Gesture) -> asyncio.Task[Any]:
    """In a transaction of its own, while the test's is open."""

    async def run() -> Any:
        database = Database(ward.database.url, PATIENT)
        try:
            async with database.transaction() as connection:
                return await gesture(connection)
        finally:
            await database.close()

    return asyncio.create_task(run())


async def state(connection: Connection, run: str) -> RankingRun:
    return (await open_run(connection, AGENT, run)).state


async def test_two_operators_treat_the_same_group_one_after_the_other(ward: Ward) -> None:
    """The second order counts, and the audit tells of both what was there before."""
    first, second = ward.ids("zed", "yan"), ward.ids("yan", "zed")
    async with ward.transaction() as connection:
        await ranking.treat_ties(connection, AGENT, ward.run, 3, first)
        late = beside(ward, lambda own: ranking.treat_ties(own, AGENT, ward.run, 3, second))
        await held_up(ward, late)
    await late
    async with ward.transaction() as connection:
        (group,) = (await state(connection, ward.run)).breaks.groups.values()
        known = [each.act for each in await acts(connection, subject=ward.run)]
    assert [line.intern.id for line in group.lines] == second
    treated = sorted(
        (act.before["order"], act.after["order"]) for act in known if act.what == "ties_treated"
    )
    assert treated == sorted([(second, first), (first, second)])


async def test_a_freeze_waits_for_the_answer_to_a_contest(ward: Ward) -> None:
    await ward.validated()
    (ana,) = ward.ids("ana")
    async with ward.transaction() as connection:
        await ranking.publish(connection, AGENT, ward.run)
        await contesting.open_contests(connection, AGENT, ward.run)
        filed = await contesting.file_contest(connection, ana, ward.run, "Mon rang est faux.")
        await contesting.close_contests(connection, AGENT, ward.run)
    async with ward.transaction() as connection:
        answer = Answer(accepted=False, text="Non.")
        await contesting.answer_contest(connection, AGENT, ward.run, filed.id, answer)
        freezing = beside(ward, lambda own: ranking.freeze(own, AGENT, ward.run))
        await held_up(ward, freezing)
    await freezing
    async with ward.transaction() as connection:
        assert (await state(connection, ward.run)).stage is Stage.FROZEN


async def test_whoever_clicks_twice_publishes_and_freezes_once(ward: Ward) -> None:
    await ward.validated()
    async with ward.transaction() as connection:
        await ranking.publish(connection, AGENT, ward.run)
        again = beside(ward, lambda own: ranking.publish(own, AGENT, ward.run))
        await held_up(ward, again)
    assert await refused(again) == "list_already_published"
    async with ward.transaction() as connection:
        await contesting.open_contests(connection, AGENT, ward.run)
        await contesting.close_contests(connection, AGENT, ward.run)
        await ranking.freeze(connection, AGENT, ward.run)
        again = beside(ward, lambda own: ranking.freeze(own, AGENT, ward.run))
        await held_up(ward, again)
    assert await refused(again) == "nothing_changed"
    async with ward.database.connection() as connection:
        versions = await list_call_lists(connection, AGENT.territory, run=ward.run)
    assert [each.version for each in versions] == [2, 1]


async def test_a_preranking_waits_for_an_import_and_ranks_what_it_brought(ward: Ward) -> None:
    """Otherwise it would be made without it, and nothing would tell."""
    table = read_table(EVE.encode())
    assert isinstance(table, Table)
    file = File(kind=ImportKind.INTERNS, name="fichier.csv", digest="d", table=table)
    await moved(ward, "bob", CANCELLED)
    async with ward.transaction() as connection:
        await bring_in(connection, AGENT, file, date(2026, 11, 21))
        late = beside(ward, lambda own: prerank_now(own, AGENT, ward.perimeter, SEMESTER))
        await held_up(ward, late)
    ranked = await late
    async with ward.transaction() as connection:
        run = await state(connection, ranked.run)
    assert [each.intern.last_name for each in run.preranking.unranked] == ["EVE"]


async def test_a_movement_waits_for_a_preranking_and_leaves_its_hole_in_it(ward: Ward) -> None:
    await moved(ward, "bob", CANCELLED)
    async with ward.transaction() as connection:
        again = await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        late = beside(ward, lambda own: move(own, AGENT, ward.people["ana"], CANCELLED))
        await held_up(ward, late)
    assert await late == [again.run]
    async with ward.transaction() as connection:
        assert (await state(connection, again.run)).holes == 1


async def test_while_somebody_ranks_a_perimeter_another_preranking_is_refused_at_once(
    ward: Ward,
) -> None:
    await moved(ward, "bob", CANCELLED)
    async with ward.transaction() as connection:
        await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        async with ward.transaction() as own:
            asked = ask_preranking(own, AGENT, ward.perimeter, SEMESTER)
            assert await refused(asked) == "ranking_under_way"


async def test_a_preranking_that_waits_for_a_worker_is_not_asked_for_twice(ward: Ward) -> None:
    await moved(ward, "bob", CANCELLED)
    async with ward.transaction() as connection:
        await ask_preranking(connection, AGENT, ward.perimeter, SEMESTER)
    async with ward.transaction() as connection:
        asked = ask_preranking(connection, AGENT, ward.perimeter, SEMESTER)
        assert await refused(asked) == "ranking_under_way"


async def test_a_worker_that_died_keeps_nobody_waiting_and_its_job_makes_no_second_run(
    ward: Ward,
) -> None:
    await moved(ward, "bob", CANCELLED)
    async with ward.transaction() as connection:
        dead = await ask_preranking(connection, AGENT, ward.perimeter, SEMESTER)
        await tell_progress(connection, dead, 1, {})
    async with ward.transaction() as connection:
        asked = await ask_preranking(connection, AGENT, ward.perimeter, SEMESTER)
    worker = Rankings(ward.database)
    await worker.rank({"job": asked})
    await moved(ward, "ana", CANCELLED)  # so that the gate would let it
    await worker.rank({"job": dead})
    async with ward.transaction() as connection:
        told = {job: await one_job(connection, job) for job in (dead, asked)}
        done = told[asked]
        assert done is not None
        run = done.report["run"]
        assert (await state(connection, run)).holes == 1  # not superseded
    assert [row.state for row in told.values() if row] == ["failed", "done"]


async def test_a_job_that_two_workers_do_at_once_makes_one_run(ward: Ward) -> None:
    """The queue brings a job back when its worker is not heard of; with somebody unranked, the gate would let it."""
    await moved(ward, "bob", CANCELLED)
    await moved(ward, "bob", BACK)
    async with ward.transaction() as connection:
        await connection.exec_driver_sql(
            "DELETE FROM national_ranks WHERE person = $1", tuple(ward.ids("bob"))
        )
        job = await ask_preranking(connection, AGENT, ward.perimeter, SEMESTER)
    database = Database(ward.database.url, PATIENT)
    worker = Rankings(database)
    await asyncio.gather(worker.rank({"job": job}), worker.rank({"job": job}))
    await database.close()
    async with ward.transaction() as connection:
        row = await one_job(connection, job)
        made = await connection.exec_driver_sql("SELECT count(*) FROM ranking_runs")
        assert row is not None
        assert (row.state, row.report["unranked"]) == ("done", 1)
        assert made.scalar_one() == 2
