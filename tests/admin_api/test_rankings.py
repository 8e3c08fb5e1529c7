"""A perimeter ranked, published and frozen over HTTP, an amphi fed with the list (protocol.md §3)."""

import httpx2

from amphi.actions.contesting import file_contest
from amphi.records.job_reports import NewJob, insert_job
from amphi.rules.ids import PersonId
from tests.actions.ward import Ward, a_ward, frozen
from tests.admin_api.ranked import API, ok
from tests.http.house import House, is_problem
from tests.records.interns_on_file import SEMESTER
from workers.ranking import Rankings


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
