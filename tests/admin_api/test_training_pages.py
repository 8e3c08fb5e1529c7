"""Semesters and stages elsewhere, corrected on the page of an intern; each with its reason and trace."""

import html

import httpx2

from amphi.http.sentences import sentence
from amphi.rules.refusals import Refusal
from tests.actions.ward import Ward
from tests.admin_api.ranked import API, ok
from tests.http.house import House
from tests.records.interns_on_file import SEMESTER, a_perimeter
from tests.site.reading_pages import AS_A_BROWSER, rows, visit, words

USUAL = ("2024-11", "2025-05", "2025-11", "2026-05", "2026-11")  # of Ana, all validated


def at(ward: Ward) -> str:
    return f"/admin/ranking/perimeters/{ward.perimeter}/interns/{ward.people['ana']}"


def kinds(**changed: str) -> dict[str, str]:
    """The form as the page shows it, with some semesters of another kind."""
    fields = dict.fromkeys(USUAL, "validated") | {
        k.replace("_", "-")[1:]: v for k, v in changed.items()
    }
    return {f"kind-{at}": kind for at, kind in fields.items()} | {
        f"regime-{at}": "OLD" for at in fields
    }


async def send(
    client: httpx2.AsyncClient, path: str, why: str = "Relevé reçu", **fields: str
) -> httpx2.Response:
    data = {"semester": SEMESTER, "why": why} | fields
    return await client.post(path, data=data, headers=AS_A_BROWSER)


async def test_semesters_are_corrected_in_one_form_with_a_reason(
    house: House, ranked: Ward
) -> None:
    path = f"{at(ranked)}/semesters"
    async with house.operator() as agent:
        page = await visit(agent, f"{at(ranked)}?semester={SEMESTER}")
        assert page.count('name="kind-') == len(USUAL) + 1, "one line more for the next semester"
        fields = kinds(_2026_05="not_validated", _2027_05="research_year", _2024_11="")
        silent = await send(agent, path, why=" ", **fields)
        assert silent.status_code == 422
        assert sentence(Refusal("reason_needed")) in html.unescape(silent.text)
        assert 'value="not_validated" selected' in silent.text, "as it was typed"
        done = await send(agent, path, **fields)
        assert done.status_code == 303
        page = await visit(agent, done.headers["location"])
        sheet = await ok(await agent.get(f"{API}/interns/{ranked.people['ana']}"))
        log = (await ok(await agent.get(f"{API}/audit?subject={ranked.people['ana']}")))["items"]
    assert [each["kind"] for each in sheet["semesters"]] == [
        *("validated", "validated", "not_validated", "validated", "research_year"),
    ]
    assert "Les semestres sont enregistrés" in words(page)
    assert "relancer le pré-classement" in words(page)
    assert rows(page)[0][2:4] == ["Semestres modifiés", "Relevé reçu"]
    assert "Mai 2026 : Validé" in rows(page)[0][4]
    assert "Mai 2026 : Non validé" in rows(page)[0][5]
    assert len(log[0]["before"]) == len(USUAL)


async def test_semesters_that_cannot_be_are_refused_by_name(house: House, ranked: Ward) -> None:
    path = f"{at(ranked)}/semesters"
    async with house.operator() as agent:
        for wrong, code in (
            ({"kind-2099-05": "validated", "regime-2099-05": "OLD"}, "semester_out_of_training"),
            ({"kind-2019-11": "validated", "regime-2019-11": "OLD"}, "semester_out_of_training"),
            ({"kind-2025-07": "validated", "regime-2025-07": "OLD"}, "bad_semester"),
            ({"kind-2025-05": "slept", "regime-2025-05": "OLD"}, "bad_request"),
            ({"kind-2025-05": "validated", "regime-2025-05": "NEW"}, "bad_request"),
        ):
            answer = await send(agent, path, **wrong)
            assert answer.status_code in {400, 422}, wrong
            facts = {"first": "2024-11", "last": SEMESTER, "why": ""}
            told = sentence(Refusal(code, facts)).partition("(")[0]
            assert told[:30] in html.unescape(answer.text), wrong
        sheet = await ok(await agent.get(f"{API}/interns/{ranked.people['ana']}"))
    assert [each["semester"] for each in sheet["semesters"]] == list(USUAL)


async def test_a_stage_elsewhere_is_planned_and_taken_back(house: House, ranked: Ward) -> None:
    path = f"{at(ranked)}/elsewhere"
    async with ranked.transaction() as connection:
        await a_perimeter(connection, "Santé publique")
    async with house.operator() as agent:
        plan = {"planned_for": SEMESTER, "discipline": "Santé publique"}
        silent = await send(agent, path, why="", **plan)
        assert silent.status_code == 422
        assert 'value="Santé publique"' in html.unescape(silent.text)
        misspelt = await send(agent, path, **(plan | {"discipline": "Santé pubique"}))
        assert misspelt.status_code == 422
        assert "« Santé pubique » n'est la discipline d'aucun" in html.unescape(misspelt.text)
        done = await send(agent, path, **plan)
        assert done.status_code == 303
        page = await visit(agent, done.headers["location"])
        assert "Mai 2027 : stage hors discipline, Santé publique." in words(page)
        assert rows(page)[0][4:] == ["Mai 2027 : sa discipline", "Mai 2027 : Santé publique"]
        back = await send(agent, path, planned_for=SEMESTER, discipline=" ")
        page = await visit(agent, back.headers["location"])
    assert "stage hors discipline, Santé publique" not in words(page)
    assert rows(page)[0][4:] == ["Mai 2027 : Santé publique", "Mai 2027 : sa discipline"]
