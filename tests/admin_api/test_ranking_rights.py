"""Who may do what to a ranking: role × endpoint × another ARS (quality.md "Security")."""

import httpx2
import pytest

from amphi.records.job_reports import NewJob, insert_job, one_job
from tests.actions.ward import Ward, frozen
from tests.admin_api import ranking_endpoints as endpoints
from tests.admin_api.ranked import API, ok
from tests.admin_api.ranking_endpoints import body_of
from tests.http.house import House, is_problem
from tests.records.interns_on_file import SEMESTER


async def said_to(client: httpx2.AsyncClient, status: int, code: str) -> None:
    """At every address about rankings."""
    parts = dict.fromkeys(
        *(
            (
                "ranking",
                "call_list",
                "person",
                "perimeter",
                "job",
                "contest",
                "rank",
                "amphi",
                "kind",
                "row",
            ),
            "x",
        )
    )
    for method, path in endpoints.ALL:
        answer = await client.request(method, path.format(**parts))
        assert is_problem(answer, status, code), path


async def test_only_an_active_agent_does_anything(house: House) -> None:
    async with house.at_the_console() as client:
        await said_to(client, 401, "sign_in_needed")
    async with house.intern(1) as intern, house.at_the_console() as client:
        client.cookies.set("amphi-console", intern.cookies["amphi-site"])
        await said_to(client, 401, "sign_in_needed")
    async with house.operator() as agent:
        assert (await agent.get(f"{API}/me")).status_code == 200
        async with house.theatre.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE operators SET active = false")
        await said_to(agent, 403, "not_an_operator")


# --- another ARS --------------------------------------------------------------


UNKNOWN = {
    "unknown_ranking": endpoints.OF_A_RUN,
    "unknown_call_list": endpoints.OF_A_LIST,
    "no_such_intern": endpoints.OF_AN_INTERN,
    "unknown_perimeter": endpoints.OF_A_PERIMETER,
    "unknown_job": endpoints.OF_A_JOB,
}


@pytest.mark.parametrize("territory", ["Bretagne", ""])
async def test_another_ars_does_not_even_know_it(
    house: House, ranked: Ward, territory: str
) -> None:
    made = await frozen(ranked)
    async with ranked.transaction() as connection:
        job = await insert_job(
            connection, NewJob(kind="x", territory="Île-de-France", asked_by="agent")
        )
        assert await one_job(connection, job) is not None
    parts = {
        "ranking": ranked.run,
        "call_list": made,
        "person": ranked.people["ana"],
        "perimeter": ranked.perimeter,
        "job": job,
        "contest": "x",
        "rank": "3",
    }
    async with house.operator("Agent", territory) as agent:
        for code, method, path in (
            (code, *each) for code, several in UNKNOWN.items() for each in several
        ):
            body = body_of(path)
            if path.endswith("/prerank"):
                body = {"perimeter": ranked.perimeter, "semester": SEMESTER}
            if path.endswith("/feed"):
                body = {"amphi": house.theatre.amphi}
            answer = await agent.request(
                method, path.format(**parts), json=None if method == "GET" else body
            )
            assert is_problem(answer, 404, code), path


async def test_what_the_machine_or_an_intern_did_to_a_ranking_is_in_the_own_journal_only(
    house: House, ranked: Ward
) -> None:
    await frozen(ranked)  # by somebody who is no agent of anybody
    async with house.operator("Agent", "Bretagne") as foreign, house.operator() as agent:
        mine = (await ok(await agent.get(f"{API}/audit?subject={ranked.run}")))["items"]
        told = (await ok(await agent.get(f"{API}/journal")))["items"]
        theirs = (await ok(await foreign.get(f"{API}/audit?subject={ranked.run}")))["items"]
        unseen = (await ok(await foreign.get(f"{API}/journal")))["items"]
    whole = {"preranked", "ties_treated", "ties_validated", "list_published", "list_frozen"}
    assert whole <= {each["what"] for each in mine}
    assert whole <= {each["what"] for each in told}
    assert theirs == []
    assert not whole & {each["what"] for each in unseen}


async def test_another_ars_sees_none_of_it_in_its_lists(house: House, ranked: Ward) -> None:
    await frozen(ranked)
    async with house.operator("Agent", "Bretagne") as foreign, house.operator() as agent:
        for _, path in endpoints.OF_THE_TERRITORY:
            assert (await ok(await foreign.get(path)))["items"] == [], path
            assert (await ok(await agent.get(path)))["items"] != [], path
