"""Whoever contested is told of the answer, and nothing that was contested is lost."""

from typing import Any

from amphi.actions import contesting, ranking
from amphi.actions.contesting import Answer
from amphi.actions.preranking import prerank_now
from amphi.records.contests import contesters, contests_by
from amphi.records.ranking_runs import one_run
from amphi.records.ranking_states import run_state
from amphi.rules.ranking.run_contests import Contest, ContestState
from tests.actions.ward import Ward
from tests.records.interns_on_file import AGENT, SEMESTER
from tests.records.scene import found

MAILS = "SELECT message_id, person, address, state, last_error, facts FROM mails"


async def contested(ward: Ward, name: str = "ana") -> Contest:
    """On the published list, the window is open."""
    async with ward.transaction() as connection:
        return await contesting.file_contest(connection, ward.people[name], ward.run, "Faux.")


async def opened(ward: Ward) -> None:
    await ward.validated()
    async with ward.transaction() as connection:
        await ranking.publish(connection, AGENT, ward.run)
        await contesting.open_contests(connection, AGENT, ward.run)


async def answered(ward: Ward, contest: Contest, *, accepted: bool = True) -> Contest:
    async with ward.transaction() as connection:
        answer = Answer(accepted, "Vérifié auprès du CNG.")
        return await contesting.answer_contest(connection, AGENT, ward.run, contest.id, answer)


async def mails(ward: Ward) -> list[tuple[Any, ...]]:
    return await found(ward.database, MAILS)


async def test_an_answer_is_told_by_one_mail_that_does_not_repeat_it(ward: Ward) -> None:
    await opened(ward)
    contest = await contested(ward)
    assert await mails(ward) == []
    await answered(ward, contest)
    ((message, person, address, state, _, facts),) = await mails(ward)
    assert message == f"contest.{contest.id}.contest_answered"
    assert (person, address, state) == (ward.people["ana"], "ana@example.org", "queued")
    assert facts == {
        "intern": {"first_name": "Zoé", "last_name": "ANA"},
        "perimeter": "Psychiatrie",
        "semester": SEMESTER,
        "accepted": True,
    }
    jobs = await found(ward.database, "SELECT entrypoint FROM jobs.pgqueuer")
    assert jobs == [("send_mails",)]


async def test_without_an_address_somebody_sees_that_nobody_was_told(ward: Ward) -> None:
    await opened(ward)
    contest = await contested(ward)
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE persons SET email = NULL")
    await answered(ward, contest, accepted=False)
    ((_, _, address, state, error, facts),) = await mails(ward)
    assert (address, state, error, facts["accepted"]) == ("", "failed", "no address", False)


async def test_a_contest_without_an_answer_goes_on_in_the_ranking_done_anew(ward: Ward) -> None:
    await opened(ward)
    first, second = await contested(ward), await contested(ward, "bob")
    await answered(ward, first)
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE ranking_runs SET late_movement = true")
        anew = await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        for run, expected in ((ward.run, [first.id]), (anew.run, [second.id])):
            row = await one_run(connection, run)
            assert row is not None
            state = await run_state(connection, row)
            assert [each.id for each in state.contests] == expected
        (own,) = await contests_by(connection, ward.people["ana"])
        names = await contesters(connection, anew.run)
    assert (own.contest.state, own.perimeter_name) == (ContestState.ACCEPTED, "Psychiatrie")
    assert names == {ward.people["bob"]: "BOB Zoé"}
