"""A perimeter ranked, published and frozen over HTTP, an amphi fed with the list (protocol.md §3)."""

from typing import Any

import httpx2
import pytest

from amphi.records.job_reports import one_job
from amphi.rules.ids import PersonId
from tests.actions.ward import Ward, a_ward, frozen
from tests.admin_api import ranking_endpoints as endpoints
from tests.admin_api.ranking_endpoints import body_of
from tests.http.house import House, is_problem
from tests.records.interns_on_file import SEMESTER
from workers.ranking import Rankings

API = "/admin/api"


@pytest.fixture
async def ranked(house: House) -> Ward:
    """Of the same ARS as the house's agents."""
    return await a_ward(house.theatre.database)


async def ok(answer: httpx2.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_perimeter_is_ranked_by_a_worker_and_its_progress_followed(
    house: House, ranked: Ward
) -> None:
    new = {"name": "Santé publique", "profession": "medicine"}
    async with house.operator() as agent:
        perimeter = (await ok(await agent.post(f"{API}/perimeters", json=new), 201))["id"]
        again = await agent.post(f"{API}/perimeters", json=new)
        assert is_problem(again, 409, "perimeter_exists")
        wanted = {"perimeter": perimeter, "semester": SEMESTER}
        early = await agent.post(f"{API}/rankings/prerank", json=wanted)
        assert is_problem(early, 409, "choices_not_validated")
        held = {"semester": "2026-11", "why": "tenus à l'ARS"}
        validation = f"{API}/perimeters/{perimeter}/choices-validation"
        await ok(await agent.post(validation, json=held))
        assert is_problem(await agent.post(validation, json=held), 409, "choices_already_validated")
        asked = await ok(await agent.post(f"{API}/rankings/prerank", json=wanted), 202)
        busy = await agent.post(f"{API}/rankings/prerank", json=wanted)
        assert is_problem(busy, 409, "ranking_under_way")
        assert (await ok(await agent.get(asked["look"])))["state"] == "queued"
        await Rankings(house.theatre.database).rank({"job": asked["job"]})
        done = await ok(await agent.get(asked["look"]))
        assert (done["state"], done["percent"]) == ("done", 100)
        assert done["counts"] == {"lines": 0, "tied": 0, "unranked": 0}
        run = await ok(await agent.get(f"{API}/rankings/{done['report']['run']}"))
        assert run["ranking"]["perimeter_name"] == "Santé publique"


async def test_a_job_that_the_gate_refuses_says_so_in_french(house: House, ranked: Ward) -> None:
    async with ranked.transaction() as connection:
        from amphi.records.job_reports import NewJob, insert_job

        asked = {"perimeter": ranked.perimeter, "semester": SEMESTER}
        new = NewJob(kind="x", territory="Île-de-France", asked_by="agent", asked=asked)
        job = await insert_job(connection, new)
    work = Rankings(house.theatre.database)
    await work.rank({"job": job})
    await work.rank({"job": job})  # delivered twice
    await work.rank({"job": "unknown"})
    async with house.operator() as agent:
        told = await ok(await agent.get(f"{API}/jobs/{job}"))
    assert (told["state"], told["report"]["code"]) == ("refused", "ranking_complete")
    assert told["report"]["detail"].startswith("Le classement est complet")


async def test_a_whole_ranking_is_led_over_http(house: House, ranked: Ward) -> None:
    at = f"{API}/rankings/{ranked.run}"
    zed, yan, ana = ranked.ids("zed", "yan", "ana")
    async with house.operator() as agent:
        standing = await ok(await agent.get(at))
        assert (standing["ties_left"], standing["allowed"]) == (1, ["treat_ties", "validate_ties"])
        (tie,) = (await ok(await agent.get(f"{at}/ties")))["items"]
        assert (tie["rank"], tie["suggested"]) == (3, [zed, yan])
        short = await agent.post(f"{at}/ties/3", json={"order": [zed]})
        assert is_problem(short, 422, "tie_order_incomplete")
        await ok(await agent.post(f"{at}/ties/3", json={"order": [zed, yan]}))
        await ok(await agent.post(f"{at}/validate-ties"))
        swap = {"call_rank": 1, "why": "dossier"}
        await ok(await agent.post(f"{at}/swaps", json=swap))
        await ok(await agent.post(f"{at}/publish"), 201)
        until = {"until": "2027-03-01T12:00:00Z"}
        opened = await ok(await agent.post(f"{at}/contests/open", json=until))
        assert opened["ranking"]["contests_until"] == "2027-03-01T12:00:00.000Z"
        await _contested(house, ranked, ana, agent)
        await ok(await agent.post(f"{at}/contests/close"))
        made = await ok(await agent.post(f"{at}/freeze"), 201)
        lines = (await ok(await agent.get(f"{API}/call-lists/{made['id']}/lines")))["items"]
        assert (await ok(await agent.get(f"{at}/lines")))["items"][0]["call_rank"] == 1
        versions = (await ok(await agent.get(f"{API}/call-lists?ranking={ranked.run}")))["items"]
    assert [line["last_name"] for line in lines] == ["BOB", "ANA", "ZED", "YAN"]
    assert lines[0] | {"person": "", "first_name": ""} == {
        "call_rank": 1,
        "person": "",
        "first_name": "",
        "last_name": "BOB",
        "des": "Psychiatrie",
        "place": "standard",
        "seniority": 5,
        "cohort": 2024,
        "cohort_size": 3,
        "local_rank": 2,
        "theoretical_cohort": 2024,
        "theoretical_size": 4,
        "adjusted_rank": "2.66",
    }
    assert [each["state"] for each in versions] == ["frozen", "provisional"]


async def _contested(
    house: House, ranked: Ward, person: PersonId, agent: httpx2.AsyncClient
) -> None:
    from amphi.actions.contesting import file_contest

    async with ranked.transaction() as connection:
        filed = await file_contest(connection, person, ranked.run, "Mon rang est faux.")
    at = f"{API}/rankings/{ranked.run}/contests"
    (contest,) = (await ok(await agent.get(at)))["items"]
    assert (contest["state"], contest["says"]) == ("open", "Mon rang est faux.")
    answer = {"accepted": False, "text": "Le rang est juste."}
    answered = await ok(await agent.post(f"{at}/{filed.id}/answer", json=answer))
    assert (answered["state"], answered["answer"]) == ("rejected", "Le rang est juste.")
    again = await agent.post(f"{at}/{filed.id}/answer", json=answer)
    assert is_problem(again, 409, "contest_answered")


async def test_every_figure_of_a_line_is_explained_in_french(house: House, ranked: Ward) -> None:
    (zed,) = ranked.ids("zed")
    async with house.operator() as agent:
        answer = await ok(await agent.get(f"{API}/rankings/{ranked.run}/lines/{zed}"))
        nobody = await ok(await agent.get(f"{API}/rankings/{ranked.run}/lines/x"))
    (one,) = answer["items"]
    assert one["line"]["tied"] is True
    said = " ".join(step["text"] for step in one["steps"])
    assert "Rang local : 1 sur 1 dans la promotion 2023" in said
    assert "Promotion théorique : 2024" in said
    assert nobody["items"] == []


async def test_the_same_key_does_it_once_and_another_body_is_refused(
    house: House, ranked: Ward
) -> None:
    await ranked.validated()
    at = f"{API}/rankings/{ranked.run}/swaps"
    key = {"idempotency-key": "swap-1"}
    async with house.operator() as agent:
        first = await agent.post(at, json={"call_rank": 1, "why": "a"}, headers=key)
        again = await agent.post(at, json={"call_rank": 1, "why": "a"}, headers=key)
        other = await agent.post(at, json={"call_rank": 2, "why": "a"}, headers=key)
        lines = await ok(await agent.get(f"{API}/rankings/{ranked.run}/lines"))
    assert await ok(first) == await ok(again)
    assert is_problem(other, 409, "id_reused")
    assert [line["last_name"] for line in lines["items"]] == ["BOB", "ANA", "ZED", "YAN"]


async def test_what_was_refused_is_judged_again_with_the_same_key(
    house: House, ranked: Ward
) -> None:
    at = f"{API}/rankings/{ranked.run}/publish"
    key = {"idempotency-key": "publish-1"}
    async with house.operator() as agent:
        assert is_problem(await agent.post(at, headers=key), 409, "ties_not_validated")
        await ranked.validated()
        made = await ok(await agent.post(at, headers=key), 201)
        assert await ok(await agent.post(at, headers=key), 201) == made


async def test_lists_are_told_page_by_page(house: House, ranked: Ward) -> None:
    at = f"{API}/rankings/{ranked.run}/lines"
    async with house.operator() as agent:
        first = await ok(await agent.get(f"{at}?limit=3"))
        rest = await ok(await agent.get(f"{at}?limit=3&cursor={first['cursor']}"))
        runs = await ok(await agent.get(f"{API}/rankings?perimeter={ranked.perimeter}"))
        none = await ok(await agent.get(f"{API}/rankings?semester=2030-05"))
    names = [line["last_name"] for line in (*first["items"], *rest["items"])]
    assert (names, rest["cursor"]) == (["ANA", "BOB", "YAN", "ZED"], None)
    assert [each["id"] for each in runs["items"]] == [ranked.run]
    assert none["items"] == []


async def test_an_amphi_is_fed_over_http_before_and_after_its_validation(lively: House) -> None:
    ward = await a_ward(lively.theatre.database)
    made = await frozen(ward)
    async with lively.theatre.database.transaction() as connection:
        await connection.exec_driver_sql(f"UPDATE campaigns SET semester = '{SEMESTER}'")
        await connection.exec_driver_sql("UPDATE amphis SET regime = 'OLD'")
        await connection.exec_driver_sql("DELETE FROM call_list_entries")
    amphi = lively.theatre.amphi
    feed, plan = f"{API}/call-lists/{made}/feed", f"{API}/call-lists/{made}/plan"
    async with lively.operator() as agent:
        assert is_problem(await agent.get(plan), 409, "sessions_not_planned")
        slots = await ok(await agent.put(plan, json={"starts_at": "2027-04-06T09:00:00+02:00"}))
        (slot,) = slots["sessions"]
        assert slot["ends_at"] == "2027-04-06T07:10:00.000Z"
        assert await ok(await agent.get(plan)) == slots
        fed = await ok(await agent.post(feed, json={"amphi": amphi}))
        assert fed == {"amphi": amphi, "version": 1, "seq": None}
        early = await agent.get(f"{API}/amphis/{amphi}/start-certificate")
        assert is_problem(early, 404, "no_start_yet")
        await ok(await agent.post(f"{API}/amphis/{amphi}/commands/validate"))
        key = {"idempotency-key": "feed-2"}
        again = await ok(await agent.post(feed, json={"amphi": amphi, "why": "relue"}, headers=key))
        assert again["version"] == 2
        assert again["seq"] >= 2
        same = await agent.post(feed, json={"amphi": amphi, "why": "relue"}, headers=key)
        assert await ok(same) == again
        await ok(await agent.post(f"{API}/amphis/{amphi}/commands/publish"))
        await ok(await agent.post(f"{API}/amphis/{amphi}/commands/start"))
        certificate = await ok(await agent.get(f"{API}/amphis/{amphi}/start-certificate"))
    assert (certificate["call_list"], certificate["amphi_version"]) == (made, 2)


async def test_an_intern_is_read_moved_and_changed(house: House, ranked: Ward) -> None:
    (ana,) = ranked.ids("ana")
    at = f"{API}/interns/{ana}"
    async with house.operator() as agent:
        found = await ok(await agent.get(f"{API}/interns?like=an"))
        assert [each["person"] for each in found["items"]] == [ana]
        first = await ok(await agent.get(f"{API}/interns?limit=2"))
        rest = await ok(await agent.get(f"{API}/interns?limit=3&cursor={first['cursor']}"))
        assert len(first["items"]) + len(rest["items"]) == 4
        native = await agent.put(f"{at}/national-ranks", json={"rin": 5, "why": "x"})
        assert is_problem(native, 409, "not_a_foreign_exam")
        away = {"semester": SEMESTER, "kind": "research_year", "regime": "OLD"}
        sheet = await ok(
            await agent.put(f"{at}/semesters", json={"semesters": [away], "why": "thèse"})
        )
        assert [each["semester"] for each in sheet["semesters"]] == [SEMESTER]
        twice = {"semesters": [away, away], "why": "x"}
        assert is_problem(await agent.put(f"{at}/semesters", json=twice), 422, "bad_semester")
        going = {"semester": SEMESTER, "discipline": "Santé publique"}
        await ok(await agent.put(f"{at}/out-of-discipline", json=going))
        moved = {"kind": "cancellation", "why": "démission"}
        touched = await ok(await agent.post(f"{at}/movements", json=moved))
        assert touched == {"rankings": [ranked.run]}
        sheet = await ok(await agent.get(at))
    assert [each["kind"] for each in sheet["movements"]] == ["cancellation"]
    assert sheet["intern"]["state"] == "cancelled"


async def test_ranks_of_a_foreign_exam_are_entered_by_hand_with_a_log(
    house: House, ranked: Ward
) -> None:
    (ana,) = ranked.ids("ana")
    async with ranked.transaction() as connection:
        await connection.exec_driver_sql("UPDATE exams SET exam = 'foreign', label = 'PET'")
    async with house.operator() as agent:
        given = {"rin": 5, "why": "relevé du CNG"}
        sheet = await ok(await agent.put(f"{API}/interns/{ana}/national-ranks", json=given))
        log = (await ok(await agent.get(f"{API}/audit?subject={ana}")))["items"]
    assert (sheet["intern"]["rin"], sheet["intern"]["ranks_origin"]) == (5, "manual")
    assert [(each["what"], each["why"]) for each in log] == [("ranks_entered", "relevé du CNG")]
    assert (log[0]["before"]["rin"], log[0]["after"]["rin"]) == (10, 5)


# --- nobody, an intern, an agent no longer active -----------------------------


async def said_to(client: httpx2.AsyncClient, status: int, code: str) -> None:
    """At every address about rankings."""
    parts = dict.fromkeys(
        *(("ranking", "call_list", "person", "perimeter", "job", "contest", "rank", "amphi"), "x")
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
        from amphi.records.job_reports import NewJob, insert_job

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
