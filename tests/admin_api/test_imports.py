"""Files of interns over `/admin/api`: reports with their lines, refusals, the quarantine, rights."""

from typing import Any

import httpx2
import pytest

from admin_api.imports import LARGEST
from tests.admin_api.ranked import API, ok
from tests.http.house import House, is_problem

HEAD = "intern;last_name;first_name;profession;discipline;regime;exam;cohort\n"
ANA = "a1;ŒUVRARD;Émile;médecine;Psychiatrie;ancien régime;national;2024\n"
WRONG = "b2;PETIT;Bob;médecine;Psychiatrie;ancien régime;lunaire;2024\n"
WHOLE = [
    (b"", "empty_file"),
    (b"\x7fELF\x00", "not_a_table"),
    (b'intern;"last_name\n', "bad_quotes"),
    (b"intern;last_name\n", "missing_column"),
    (HEAD.encode(), "no_rows"),
]


async def send(
    client: httpx2.AsyncClient, raw: bytes, kind: str = "interns", **how: Any
) -> httpx2.Response:
    """As `curl --data-binary @internes.csv` does."""
    headers = {"content-type": "text/csv"} | how.pop("headers", {})
    query = {"file": "internes.csv"} | how
    return await client.post(f"{API}/imports/{kind}", params=query, content=raw, headers=headers)


async def test_a_file_is_brought_in_with_a_report_and_dirty_rows_wait(house: House) -> None:
    async with house.operator() as agent:
        report = await ok(await send(agent, (HEAD + ANA + WRONG).encode("cp1252")))
        counts = {name: report[name] for name in ("read", "accepted", "added", "closed")}
        assert counts == {"read": 2, "accepted": 1, "added": 1, "closed": 0}
        (fault,) = report["rejected"]
        assert (fault["line"], fault["field"]) == (3, "exam")
        assert (fault["reason"], fault["value"]) == ("unknown_exam", "lunaire")
        (made,) = (await ok(await agent.get(f"{API}/imports")))["items"]
        assert (made["id"], made["waiting"]) == (report["import_id"], 1)
        (row,) = (await ok(await agent.get(f"{API}/quarantine?made={made['id']}")))["items"]
        assert (row["line"], row["cells"]["last_name"]) == (3, "PETIT")
        at = f"{API}/quarantine/{row['id']}"
        wrong = await ok(await agent.post(f"{at}/replay", json={"cells": {"exam": "solaire"}}))
        assert (wrong["brought_in"], wrong["faults"][0]["value"]) == (False, "solaire")
        right = await ok(await agent.post(f"{at}/replay", json={"cells": {"exam": "national"}}))
        assert right == {"brought_in": True, "faults": []}
        late = await agent.post(f"{at}/discard", json={"why": "x"})
        assert is_problem(late, 409, "import_row_settled")
        found = (await ok(await agent.get(f"{API}/interns")))["items"]
    assert [each["last_name"] for each in found] == ["ŒUVRARD", "PETIT"]


async def test_rows_are_set_aside_with_a_reason_and_the_quarantine_has_pages(house: House) -> None:
    async with house.operator() as agent:
        await send(agent, (HEAD + WRONG + WRONG.replace("b2", "c3")).encode())
        first = await ok(await agent.get(f"{API}/quarantine?limit=1"))
        rest = await ok(await agent.get(f"{API}/quarantine?cursor={first['cursor']}"))
        assert [len(page["items"]) for page in (first, rest)] == [1, 1]
        at = f"{API}/quarantine/{first['items'][0]['id']}/discard"
        assert is_problem(await agent.post(at, json={"why": " "}), 422, "reason_needed")
        await ok(await agent.post(at, json={"why": "doublon"}))
        assert len((await ok(await agent.get(f"{API}/quarantine")))["items"]) == 1


@pytest.mark.parametrize(("raw", "code"), WHOLE)
async def test_a_file_that_is_none_is_refused_whole(house: House, raw: bytes, code: str) -> None:
    async with house.operator() as agent:
        answer = await send(agent, raw)
        assert is_problem(answer, 422, "import_refused")
        assert answer.json()["facts"]["faults"][0]["code"] == code
        assert "rien n'a été importé" in answer.json()["detail"]
        assert (await ok(await agent.get(f"{API}/imports")))["items"] == []


async def test_a_dry_run_writes_nothing_and_the_same_key_brings_in_once(house: House) -> None:
    async with house.operator() as agent:
        told = await ok(await send(agent, (HEAD + ANA).encode(), dry_run="true"))
        assert (told["added"], told["import_id"]) == (1, None)
        assert (await ok(await agent.get(f"{API}/imports")))["items"] == []
        key = {"idempotency-key": "once"}
        twice = [await ok(await send(agent, (HEAD + ANA).encode(), headers=key)) for _ in (1, 2)]
        assert twice[0] == twice[1]
        assert len((await ok(await agent.get(f"{API}/imports")))["items"]) == 1
        other = await send(agent, (HEAD + ANA + WRONG).encode(), headers=key)
        assert is_problem(other, 409, "id_reused")


async def test_a_file_beyond_the_limit_and_another_kind_are_refused(house: House) -> None:
    async with house.operator() as agent:
        assert is_problem(await send(agent, b"x" * (LARGEST + 1)), 413, "too_large")
        assert is_problem(await send(agent, HEAD.encode(), "aliens"), 404, "unknown_address")


async def test_another_ars_knows_nothing_of_it(house: House) -> None:
    async with house.operator() as agent, house.operator(territory="Bretagne") as stranger:
        await send(agent, (HEAD + WRONG).encode())
        (row,) = (await ok(await agent.get(f"{API}/quarantine")))["items"]
        for gesture, body in (("replay", {"cells": {}}), ("discard", {"why": "x"})):
            answer = await stranger.post(f"{API}/quarantine/{row['id']}/{gesture}", json=body)
            assert is_problem(answer, 404, "unknown_import_row")
        for path in ("imports", "quarantine"):
            assert (await ok(await stranger.get(f"{API}/{path}")))["items"] == []
