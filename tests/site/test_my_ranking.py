"""What an intern reads of the own ranking: as published, contested, answered, done anew (DCI §4)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from amphi.actions import contesting, ranking
from amphi.actions.contesting import Answer
from amphi.actions.preranking import prerank_now
from amphi.http.passwords import Passwords
from amphi.records.accounts import insert_account
from amphi.site.pages import my_ranking
from tests.actions.ward import Ward, a_ward
from tests.http.house import PASSWORD, House
from tests.records.interns_on_file import AGENT, SEMESTER
from tests.site.reading_pages import AS_A_BROWSER, visit, words

MINE = "/me/ranking"


@pytest.fixture
async def ward(house: House) -> Ward:
    """Published, the window open: Ana, Bob, Zed, Yan."""
    made = await a_ward(house.theatre.database)
    await made.validated()
    async with made.transaction() as connection:
        await ranking.publish(connection, AGENT, made.run)
        await contesting.open_contests(connection, AGENT, made.run)
    return made


@asynccontextmanager
async def signed_in(house: House, ward: Ward, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    """That intern, with a browser."""
    email = f"{name}@example.org"
    async with ward.transaction() as connection:
        hashed = await Passwords().hashed(PASSWORD)
        await insert_account(connection, ward.people[name], email, hashed)
    async with house.at_the_site() as client:
        given = {"email": email, "password": PASSWORD}
        assert (await client.post("/api/sign-in", json=given)).status_code == 200
        yield client


async def contest(client: httpx2.AsyncClient, ward: Ward, says: str) -> httpx2.Response:
    return await client.post(
        f"{MINE}/{ward.run}/contests", data={"says": says}, headers=AS_A_BROWSER
    )


async def test_the_answer_to_a_contest_is_read_on_the_own_page_only(
    house: House, ward: Ward
) -> None:
    async with signed_in(house, ward, "ana") as ana, signed_in(house, ward, "bob") as bob:
        assert (await contest(ana, ward, "Mon RIN est 9.")).status_code == 303
        page = words(await visit(ana, MINE))
        assert "En cours d'instruction" in page
        assert "Envoyer la réclamation" not in page
        twice = await contest(ana, ward, "Encore.")
        assert twice.status_code == 409
        async with ward.transaction() as connection:
            row = (await connection.exec_driver_sql("SELECT id FROM contests")).scalar_one()
            answer = Answer(accepted=True, text="C'est corrigé.")
            await contesting.answer_contest(connection, AGENT, ward.run, row, answer)
        page = words(await visit(ana, MINE))
        assert "Acceptée" in page
        assert "Réponse de l'ARS, le" in page
        assert "C'est corrigé." in page
        assert "C'est corrigé." not in words(await visit(bob, MINE))


async def test_until_it_is_published_again_the_page_shows_the_list_that_is_published(
    house: House, ward: Ward
) -> None:
    """A swap nobody has published yet, then a ranking done anew: the list says what the page says."""
    async with signed_in(house, ward, "ana") as ana:
        await contest(ana, ward, "Mon RIN est 9.")
        async with ward.transaction() as connection:
            await ranking.swap(connection, AGENT, ward.run, 1, "RIN corrigé")
        page = words(await visit(ana, MINE))
        assert "Rang d'appel 1 sur 4" in page
        assert "a échangé votre rang" not in page
        async with ward.transaction() as connection:
            await connection.exec_driver_sql("UPDATE ranking_runs SET late_movement = true")
            await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        page = words(await visit(ana, MINE))
        assert "L'ARS refait ce classement" in page
        assert "Rang d'appel 1 sur 4" in page
        assert "Mon RIN est 9." in page


async def test_the_way_to_the_own_line_leads_to_its_page_of_the_list(
    house: House, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(my_ranking, "LINES", 2)
    async with signed_in(house, ward, "yan") as yan:
        assert "?page=2#rank-4" in await visit(yan, MINE)
    async with signed_in(house, ward, "bob") as bob:
        assert "?page=" not in await visit(bob, MINE)


async def test_who_left_the_ranking_still_reads_the_contest_and_the_published_rank(
    house: House, ward: Ward
) -> None:
    async with signed_in(house, ward, "ana") as ana:
        await contest(ana, ward, "Je change de discipline.")
        async with ward.transaction() as connection:
            await connection.exec_driver_sql(
                "UPDATE interns SET discipline = 'Santé publique' WHERE person = $1",
                (ward.people["ana"],),
            )
            await connection.exec_driver_sql("UPDATE ranking_runs SET late_movement = true")
            await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        page = words(await visit(ana, MINE))
        assert "Rang d'appel 1 sur 4" in page
        assert "Je change de discipline." in page
