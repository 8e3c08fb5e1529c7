"""The site's pages as HTML: lists, filters, whose line is marked (DCI §7, §8, §9.1, §11)."""

from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import update

from amphi.live_store.connection import Store
from amphi.live_store.hot import HotState
from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import posts
from tests.http.house import House
from tests.live.amphitheatre import Amphitheatre
from tests.site.reading_pages import AS_A_BROWSER, rows, visit, words

OPENING = datetime(2026, 9, 26, 7, 0, tzinfo=UTC)


async def opened(theatre: Amphitheatre) -> None:
    for name in ("validate", "publish"):
        assert (await theatre.gesture(name)).code is None


async def card(client: httpx2.AsyncClient) -> str:
    html = await visit(client, "/")
    return words("<main>" + html.partition("card--mine")[2].partition("</section>")[0] + "</main>")


async def test_the_card_tells_each_state_of_my_amphi(lively: House) -> None:
    theatre = lively.theatre
    async with lively.intern(2) as me:
        assert "n'est pas encore validé par l'ARS" in await card(me)
        assert (await theatre.gesture("validate")).code is None
        assert "sa date d'ouverture n'est pas encore fixée" in await card(me)
        async with theatre.database.transaction() as connection:
            await connection.execute(update(amphis).values(opens_at=OPENING))
        assert "il ouvrira le samedi 26 septembre 2026 à 09:00" in await card(me)
        assert (await theatre.gesture("publish")).code is None
        assert "L'amphithéâtre est ouvert. Votre session de choix débutera le" in await card(me)
        assert (await theatre.gesture("start")).code is None
        assert "en cours : session 1, la vôtre." in await card(me)
        assert (await theatre.gesture("pause", reason="Une question")).code is None
        assert "en pause : le temps ne court pas" in await card(me)
        assert (await theatre.gesture("resume")).code is None
        assert (await theatre.choose(1, "P1")).code is None
        assert (await theatre.choose(2, "P2")).code is None
        assert "Votre choix est enregistré : poste P2." in await card(me)
        for _ in range(2):
            assert (await theatre.gesture("end_turn", reason="essai")).code is None
        assert (await theatre.gesture("close")).code is None
        assert "Terminé" in await card(me)


async def test_who_chose_nothing_is_told_whom_to_ask(lively: House) -> None:
    theatre = lively.theatre
    await theatre.open()
    for _ in range(4):
        assert (await theatre.gesture("end_turn", reason="essai")).code is None
    assert (await theatre.gesture("close")).code is None
    async with lively.intern(2) as me:
        assert "Contactez l'ARS pour choisir sur les postes disponibles." in await card(me)


async def test_without_redis_the_card_tells_what_the_rows_know(lively: House) -> None:
    await opened(lively.theatre)
    async with Store.at("redis://127.0.0.1:1/0") as nowhere:
        house = House(lively.theatre, hot=HotState(nowhere))
        async with house.intern(1) as me:
            assert "L'amphithéâtre est ouvert." in await card(me)


async def test_the_public_sees_what_runs_now(lively: House) -> None:
    await lively.theatre.open()
    assert (await lively.theatre.choose(1, "P1")).code is None
    async with lively.at_the_site() as anybody:
        said = words(await visit(anybody, "/"))
    assert "En ce moment P01 – PHARMACIE Phase socle En cours 1 choix fait sur 4 internes" in said
    assert "Connectez-vous pour voir votre place" in said


async def test_the_list_of_amphis_is_filtered(house: House) -> None:
    async with house.at_the_site() as anybody:
        (line,) = rows(await visit(anybody, "/amphis"))
        assert line[:4] == ["P01", "PHARMACIE", "Phase socle", "Non validé"]
        assert line[5:] == ["01/01/1970 01:00", "–", "4", "Sessions de P01"]
        assert len(rows(await visit(anybody, "/amphis?regime=BASE&group=&amphi=P01"))) == 1
        assert rows(await visit(anybody, "/amphis?regime=OLD")) == []


async def test_sessions_are_told_and_mine_is_marked(house: House) -> None:
    address = f"/amphis/{house.theatre.amphi}/sessions"
    async with house.at_the_site() as anybody:
        html = await visit(anybody, address)
        assert rows(html) == [["1", "01/01/1970 01:00", "–", "1 à 4", "Prévue"]]
        assert "Les horaires indiqués sont prévisionnels." in words(html)
    async with house.intern(1) as me:
        assert rows(await visit(me, address))[0][0] == "1 (votre session)"


async def test_the_call_list_is_shown_from_the_opening_on_with_my_line_marked(
    lively: House,
) -> None:
    address = f"/amphis/{lively.theatre.amphi}/call-list"
    async with lively.intern(2) as me, lively.at_the_site() as anybody:
        closed = await visit(anybody, address, 409)
        assert "Impossible en l'état" in words(closed)
        await opened(lively.theatre)
        async with lively.theatre.database.transaction() as connection:
            absent = update(call_list_entries).where(call_list_entries.c.call_rank == 3)
            await connection.execute(absent.values(expected_absence=True))
        public, mine = await visit(anybody, address), await visit(me, address)
    assert rows(public)[0] == ["1", "Prénom1 N.", "P117", "1", ""]
    assert rows(public)[2][4] == "Oui"
    assert "mine" not in public
    assert rows(mine)[1][1] == "Prénom2 NOM2 (vous)"
    assert rows(mine)[0][1] == "Prénom1 N."
    assert mine.count('class="mine"') == 1
    assert "Vous avez le rang d'appel 2 , session 1" in words(mine)


async def test_a_name_is_found_without_accents_and_only_as_far_as_it_is_shown(
    lively: House,
) -> None:
    await opened(lively.theatre)
    address = f"/amphis/{lively.theatre.amphi}/call-list"
    async with lively.at_the_site() as anybody:
        assert len(rows(await visit(anybody, f"{address}?name=PRENOM3"))) == 1
        assert rows(await visit(anybody, f"{address}?name=PRENOM3NOM")) == []
        assert len(rows(await visit(anybody, f"{address}?page=99"))) == 4


async def test_posts_are_shown_from_the_opening_on_by_service_or_one_by_one(lively: House) -> None:
    async with lively.theatre.database.transaction() as connection:
        first = update(posts).where(posts.c.number == "P1")
        values = {"establishment": "HÔTEL-DIEU", "reserved_for": ["P118"], "department": "75"}
        await connection.execute(first.values(**values))
    async with lively.at_the_site() as anybody:
        assert "Aucun poste ne correspond." in words(await visit(anybody, "/posts"))
        await lively.theatre.open()
        assert (await lively.theatre.choose(1, "P2")).code is None
        services = words(await visit(anybody, "/posts"))
        assert "4 postes, 3 disponibles" in services
        assert "75 HÔTEL-DIEU 1 poste – 1 disponible" in services
        every = rows(await visit(anybody, "/posts?view=post&sort=number&order=down"))
        assert [row[6] for row in every] == ["P4", "P3", "P2", "P1"]
        assert [row[0] for row in every] == ["Disponible", "Disponible", "Pourvu", "Disponible"]
        assert every[3][8] == "Réservé ( P118 )".replace("( P118 )", "(P118)")
        filled = rows(await visit(anybody, "/posts?view=post&state=filled"))
        assert [row[6] for row in filled] == ["P2"]
        found = rows(await visit(anybody, "/posts?view=post&establishment=hotel%20dieu,nowhere"))
        assert [row[6] for row in found] == ["P1"]
        assert rows(await visit(anybody, "/posts?view=post&amphi=unknown")) == []
        assert (
            len(rows(await visit(anybody, f"/posts?view=post&amphi={lively.theatre.amphi}"))) == 4
        )


@pytest.mark.parametrize(
    "address",
    ["/posts?page=0", "/posts?state=taken", "/assignments?cursor=!", f"/amphis?regime={'a' * 300}"],
)
async def test_an_address_that_asks_for_nothing_sensible_is_refused(
    house: House, address: str
) -> None:
    async with house.at_the_site() as anybody:
        assert "Demande mal formée" in words(await visit(anybody, address, 400))


async def test_assignments_are_listed_newest_first_page_by_page_and_filtered(
    lively: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amphi.site.pages.assignments.LINES", 2)
    async with lively.at_the_site() as anybody:
        assert "Aucune affectation pour le moment." in words(await visit(anybody, "/assignments"))
        await lively.theatre.open()
        for rank in (1, 2, 3):
            assert (await lively.theatre.choose(rank, f"P{rank}")).code is None
        html = await visit(anybody, "/assignments")
        assert [row[7] for row in rows(html)] == ["P3", "P2"]
        assert [row[8] for row in rows(html)] == ["Prénom3 N.", "Prénom2 N."]
        assert rows(html)[0][1:3] == ["Novembre 2026", "P117"]
        (after,) = [
            part.partition('"')[0] for part in html.split('href="')[1:] if "cursor=" in part
        ]
        assert [row[7] for row in rows(await visit(anybody, after.replace("&amp;", "&")))] == ["P1"]
        named = await visit(anybody, "/assignments?first_name=PRENOM1&des=P117&regime=BASE")
        assert [row[7] for row in rows(named)] == ["P1"]
        assert rows(await visit(anybody, "/assignments?first_name=NOM1N")) == []
        assert rows(await visit(anybody, "/assignments?establishment=%25")) != []
        assert rows(await visit(anybody, "/assignments?intern_des=P118")) == []


async def test_the_rows_alone_are_asked_for_again_and_again_at_little_cost(lively: House) -> None:
    await lively.theatre.open()
    async with lively.at_the_site() as anybody:
        first = await anybody.get("/assignments/rows")
        same = {"if-none-match": first.headers["etag"]}
        assert (await anybody.get("/assignments/rows", headers=same)).status_code == 304
        assert (await lively.theatre.choose(1, "P1")).code is None
        again = await anybody.get("/assignments/rows", headers=same)
    assert again.status_code == 200
    assert [row[7] for row in rows(again.text)] == ["P1"]


@pytest.mark.parametrize("name", ["unknown", "%00", "a" * 300])
async def test_an_amphi_that_does_not_exist_is_said_so_on_a_page(house: House, name: str) -> None:
    async with house.at_the_site() as anybody:
        for page in ("sessions", "call-list"):
            assert "Introuvable" in words(await visit(anybody, f"/amphis/{name}/{page}", 404))


async def test_the_mail_page_is_the_demonstrations_alone(house: House) -> None:
    async with house.at_the_site() as anybody:
        for address in ("/demo/mails", "/demo/mails/1"):
            answer = await anybody.get(address, headers=AS_A_BROWSER)
            assert answer.status_code == 404
        assert "/demo/mails" not in (await anybody.get("/")).text
