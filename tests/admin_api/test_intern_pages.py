"""The interns of a perimeter before the console: found, their ranks entered by hand, moved."""

import html

import httpx2
import pytest

from amphi.http.sentences import sentence
from amphi.rules.refusals import Refusal
from tests.actions.ward import Ward, a_ward
from tests.http.house import House
from tests.records.interns_on_file import SEMESTER, a_perimeter
from tests.site.reading_pages import AS_A_BROWSER, rows, visit, words

FORMS = ("ranks", "movements", "semesters", "elsewhere")


@pytest.fixture
async def ranked(house: House) -> Ward:
    """Of the same ARS as the house's agents."""
    return await a_ward(house.theatre.database)


@pytest.fixture
async def foreigners(ranked: Ward) -> Ward:
    """The same, by the PET; nobody has sent Ana's RIN, and the ranking was not run again."""
    async with ranked.transaction() as connection:
        await connection.exec_driver_sql("UPDATE exams SET exam = 'foreign', label = 'PET'")
        (ana,) = ranked.ids("ana")
        await connection.exec_driver_sql("DELETE FROM national_ranks WHERE person = $1", (ana,))
    return ranked


def at(ward: Ward, name: str) -> str:
    return f"/admin/ranking/perimeters/{ward.perimeter}/interns/{ward.people[name]}"


async def sent(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    """A form, as a browser sends it."""
    data = {"semester": SEMESTER} | fields
    return await client.post(path, data=data, headers=AS_A_BROWSER)


def says(answer: httpx2.Response, code: str) -> bool:
    """Whether the page tells that refusal."""
    return sentence(Refusal(code)) in html.unescape(answer.text)


async def test_the_interns_of_another_ars_do_not_exist(house: House, ranked: Ward) -> None:
    listed, ana = f"/admin/ranking/perimeters/{ranked.perimeter}/interns", at(ranked, "ana")
    async with house.operator(territory="Bretagne") as stranger:
        for path in (listed, ana):
            await visit(stranger, path, 404)
        for name in FORMS:
            answer = await sent(stranger, f"{ana}/{name}", kind="cancellation", rin="1", why="x")
            assert answer.status_code == 404, name
    async with house.at_the_console() as nobody:
        for path in (listed, ana):
            assert (await nobody.get(path, headers=AS_A_BROWSER)).status_code == 401, path
        for name in FORMS:
            assert (await sent(nobody, f"{ana}/{name}", why="x")).status_code == 401, name
    async with house.operator() as agent:
        assert "Rien n'a encore été changé" in words(await visit(agent, ana))
        await visit(agent, f"{listed}/nobody", 404)


async def test_a_form_from_another_site_is_refused(house: House, ranked: Ward) -> None:
    async with house.operator() as agent:
        for name in FORMS:
            answer = await agent.post(
                f"{at(ranked, 'ana')}/{name}",
                data={"kind": "cancellation", "why": "x"},
                headers={"origin": "https://elsewhere.example"},
            )
            assert answer.status_code == 403, name
        assert "Actif" in await visit(agent, at(ranked, "ana"))


async def test_interns_are_listed_and_found_by_name(house: House, foreigners: Ward) -> None:
    perimeter = f"/admin/ranking/perimeters/{foreigners.perimeter}"
    async with house.operator() as agent:
        assert f'href="{perimeter}/interns?semester=' in await visit(agent, perimeter)
        page = await visit(agent, f"{perimeter}/interns?semester={SEMESTER}")
        assert rows(page) == [
            ["ANA Zoé", "2024", "PET", "–", "manquant", "–", "5", "Actif"],
            ["BOB Zoé", "2024", "PET", "–", "20", "–", "5", "Actif"],
            ["YAN Zoé", "2024", "PET", "–", "30", "–", "5", "Actif"],
            ["ZED Zoé", "2023", "PET", "–", "20", "–", "5", "Actif"],
        ]
        for like, found in (("zoé y", ["YAN Zoé"]), ("ÁNA", ["ANA Zoé"]), ("personne", [])):
            page = await visit(agent, f"{perimeter}/interns?semester={SEMESTER}&like={like}")
            assert [row[0] for row in rows(page)] == found, like
        missing = await visit(agent, f"{perimeter}/interns?semester={SEMESTER}&missing=1")
        assert [row[0] for row in rows(missing)] == ["ANA Zoé"]


async def test_ranks_of_a_foreign_exam_are_entered_with_a_reason_and_logged(
    house: House, foreigners: Ward
) -> None:
    ana = at(foreigners, "ana")
    async with house.operator() as agent:
        for rin in ("zéro", "0", "-3", "1e3", "99999999"):
            wrong = await sent(agent, f"{ana}/ranks", rin=rin, why="relevé")
            assert (wrong.status_code, says(wrong, "bad_national_rank")) == (422, True), rin
            assert f'value="{rin}"' in html.unescape(wrong.text)
        taken = await sent(agent, f"{ana}/ranks", rin="30", why="relevé")  # Yan's
        assert taken.status_code == 409
        assert "Le rang RIN 30 de la promotion 2024 est déjà" in html.unescape(taken.text)
        without = await sent(agent, f"{ana}/ranks", rin="5", why=" ")
        assert (without.status_code, says(without, "reason_needed")) == (422, True)
        assert "Rien n'a encore été changé" in words(await visit(agent, ana))
        done = await sent(agent, f"{ana}/ranks", rc="7", rin="1 005", why="Relevé & copie")
        assert done.status_code == 303
        page = await visit(agent, done.headers["location"])
    assert "Les rangs sont enregistrés" in words(page)
    assert "relancer le pré-classement" in words(page)
    assert rows(page)[0][2:] == [
        "Rangs saisis à la main",
        "Relevé & copie",
        "RC –, RIN –, RI3 –",
        "RC 7, RIN 1005, RI3 –",
    ]


async def test_ranks_of_the_national_exam_are_not_entered_by_hand(
    house: House, ranked: Ward
) -> None:
    async with house.operator() as agent:
        page = await visit(agent, at(ranked, "ana"))
        assert "Les rangs de ce concours viennent du CNG" in words(page)
        assert "Saisir les rangs nationaux" not in words(page)
        forced = await sent(agent, f"{at(ranked, 'ana')}/ranks", rin="1", why="x")
        assert (forced.status_code, says(forced, "not_a_foreign_exam")) == (409, True)


@pytest.mark.parametrize(
    ("kind", "back", "between", "effect", "named"),
    [
        (
            *("cancellation", "reactivation", "Annulé", "ne compte plus dans l'effectif"),
            ("Annulation", "Réactivation"),
        ),
        (
            *("archiving", "restoring", "Archivé", "compte encore dans l'effectif"),
            ("Archivage", "Restauration"),
        ),
    ],
)
async def test_an_intern_goes_and_comes_back(
    house: House,
    ranked: Ward,
    kind: str,
    back: str,
    between: str,
    effect: str,
    named: tuple[str, str],
) -> None:
    ana = at(ranked, "ana")
    async with house.operator() as agent:
        assert effect in words(await visit(agent, ana))
        without = await sent(agent, f"{ana}/movements", kind=kind, why="  ")
        assert (without.status_code, says(without, "reason_needed")) == (422, True)
        gone = await sent(agent, f"{ana}/movements", kind=kind, why="Lettre reçue")
        assert gone.status_code == 303
        page = await visit(agent, gone.headers["location"])
        assert f"/perimeters/{ranked.perimeter}?semester={SEMESTER}#preranking" in page
        assert rows(page)[0][2:4] == [named[0], "Lettre reçue"]
        assert rows(page)[0][4:] == ["Actif, Psychiatrie", f"{between}, Psychiatrie"]
        twice = await sent(agent, f"{ana}/movements", kind=kind, why="encore")
        assert twice.status_code == 409
        assert "Ce mouvement n'est pas possible" in words(twice.text)
        listed = await visit(agent, ana.rpartition("/")[0] + f"?semester={SEMESTER}")
        assert rows(listed)[0][-1] == between
        assert (await sent(agent, f"{ana}/movements", kind=back, why="x")).status_code == 303
        again = rows(await visit(agent, ana))
    assert [row[2] for row in again] == [named[1], named[0]]
    assert [row[5] for row in again] == ["Actif, Psychiatrie", f"{between}, Psychiatrie"]


async def test_a_droit_au_remords_needs_the_discipline_it_leads_to(
    house: House, ranked: Ward
) -> None:
    path = f"{at(ranked, 'ana')}/movements"
    async with ranked.transaction() as connection:
        await a_perimeter(connection, "Santé publique")
    async with house.operator() as agent:
        nowhere = await sent(agent, path, kind="remorse", why="x")
        assert (nowhere.status_code, says(nowhere, "new_discipline_needed")) == (422, True)
        odd = await sent(agent, path, kind="promotion", why="x")
        assert says(odd, "bad_request")
        misspelt = await sent(agent, path, kind="remorse", why="x", discipline="Santé publiqe")
        assert misspelt.status_code == 422
        assert "« Santé publiqe » n'est la discipline d'aucun" in html.unescape(misspelt.text)
        new = {"discipline": "Santé publique", "des": "DES SANTE PUBLIQUE"}
        done = await sent(agent, path, kind="remorse", why="Remords", **new)
        assert done.status_code == 303
        page = await visit(agent, done.headers["location"])
        assert rows(page)[0][2] == "Droit au remords"
        assert rows(page)[0][5] == "Actif, Santé publique (DES SANTE PUBLIQUE)"
        run = await visit(agent, f"/admin/ranking/runs/{ranked.run}")
    assert "Des internes ont changé depuis ce classement" in words(run)


async def test_an_unranked_line_leads_to_its_intern(house: House, ranked: Ward) -> None:
    async with house.operator() as agent:
        path = f"{at(ranked, 'ana')}/movements"
        for kind in ("archiving", "restoring"):
            assert (await sent(agent, path, kind=kind, why="x")).status_code == 303
        page = await visit(agent, f"/admin/ranking/runs/{ranked.run}")
        assert f'href="{at(ranked, "ana")}?semester={SEMESTER}"' in page
