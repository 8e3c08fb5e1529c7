"""The wall of one amphi in a real browser, while interns look on over the wire."""

import re
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import func, update

from amphi.records.tables.amphis import choice_sessions
from amphi.rules.choosing.events import ChoiceRectified, Paused, PostChosen, TurnChanged
from tests.browser.conftest import Look, PageAt
from tests.browser.console_page import (
    confirm,
    fill,
    gesture,
    give,
    intern_ticket,
    open_sheet,
    sheet,
    wall_of,
)
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.town import Town
from tests.wire.client import connected


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    """Its sessions are planned for about now."""
    async with a_hospital(database_url, redis_url, interns=14) as founded:
        async with founded.database.transaction() as connection:
            hours = func.make_interval(0, 0, 0, 0, choice_sessions.c.n - 1)
            await connection.execute(
                update(choice_sessions).values(starts_at=func.clock_timestamp() + hours)
            )
        yield founded


async def test_an_agent_pauses_with_a_reason_adds_time_and_resumes_while_an_intern_looks(
    town: Town, page_at: PageAt, look: Look
) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    wire = town.site.replace("http", "ws")
    async with connected(wire, town.theatre.amphi, ticket=await intern_ticket(town, 1)) as intern:
        await intern.hello()
        await expect(page.locator("wall-turn")).to_contain_text("connecté")
        await expect(page.locator("amphi-clock")).to_contain_text("#1 Ana ADAM")
        await expect(page.locator("wall-figures")).to_contain_text("1 sur 14")
        await look(page, "console-wall")

        await page.keyboard.press("p")
        await expect(gesture(page)).to_contain_text("personne ne peut choisir avant la reprise")
        await gesture(page).get_by_role("button", name="Mettre en pause").click()
        await expect(gesture(page)).to_be_visible()  # without a reason nothing is given
        await fill(page, Motif="Alarme incendie")
        await look(page, "console-pause")
        await page.keyboard.press("Enter")
        await expect(gesture(page)).to_be_hidden()
        await intern.until_view(lambda view: view.get("paused") is not None)
        assert intern.view["paused"]["reason"] == "Alarme incendie"
        await expect(page.locator("amphi-state")).to_contain_text("En pause")
        await expect(page.locator("wall-log")).to_contain_text("Agnès MARTIN : « Alarme incendie »")

        remaining = intern.view["turn"]["remaining_ms"]
        await give(page, "Ajouter du temps", Secondes="45", Motif="Connexion")
        await intern.until_view(lambda view: view["turn"]["remaining_ms"] != remaining)
        assert intern.view["turn"]["remaining_ms"] == remaining + 45_000

        await give(page, "Reprendre")
        await intern.until_view(lambda view: view.get("paused") is None)
        assert intern.view["turn"].get("deadline")
    assert [each.reason for each in await town.theatre.events(Paused)] == ["Alarme incendie"]
    (more,) = await town.theatre.events(TurnChanged)
    assert (more.cause, more.reason) == ("time_added", "Connexion")


async def test_an_agent_passes_an_intern_places_them_again_and_chooses_for_them(
    town: Town, page_at: PageAt, look: Look
) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    wire = town.site.replace("http", "ws")
    async with connected(wire, town.theatre.amphi, ticket=await intern_ticket(town, 2)) as intern:
        await intern.hello()
        await page.keyboard.press("s")
        await expect(gesture(page)).to_contain_text("Interne concerné : #1 Ana ADAM.")
        await page.keyboard.type("Ne répond pas")
        await page.keyboard.press("Enter")
        await intern.until_you(lambda you: you.get("turn") is not None)
        await expect(page.locator("amphi-clock")).to_contain_text("#2 Bilal BENOÎT")
        await expect(page.locator("wall-turns")).to_contain_text("passé par un agent")
        await expect(page.locator("wall-log")).to_contain_text("« Ne répond pas »")

        await (await open_sheet(page, "Ana ADAM")).get_by_role("button", name="Replacer").click()
        await fill(page, Motif="A rappelé l'ARS")
        await confirm(page, "Replacer dans la file")
        await intern.until_view(lambda view: view["late"] == [town.theatre.entries[0]])
        await look(page, "console-intern")
        await sheet(page).get_by_role("button", name="Fermer").click()
        await expect(page.locator("wall-next li").first).to_contain_text("Ana ADAM")

        await give(page, "Choisir à sa place", Poste="21871", Motif="Au téléphone")
        await intern.until_you(lambda you: you.get("assignment") is not None)
        assert intern.you is not None
        assert intern.you["assignment"]["post"] == "21871"
        await expect(page.locator("amphi-clock")).to_contain_text("#1 Ana ADAM")
        await expect(page.locator("wall-log")).to_contain_text("Poste 21871 choisi à sa place")
    (chosen,) = await town.theatre.events(PostChosen)
    assert (chosen.by, chosen.reason) == ("operator", "Au téléphone")


async def test_a_refusal_is_said_in_the_dialog_and_nothing_is_lost(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    tools = page.locator("wall-tools")
    await tools.get_by_role("button", name="Choisir à sa place").click()
    await fill(page, Poste="99999", Motif="Au téléphone")
    await gesture(page).get_by_role("button", name="Choisir à sa place").click()
    await expect(gesture(page).get_by_role("alert").first).to_have_text(
        "Ce poste n'existe pas dans l'offre de cet amphithéâtre."
    )
    await expect(gesture(page).get_by_label("Poste")).to_have_value("99999")


async def test_two_agents_see_each_others_gestures(town: Town, page_at: PageAt, look: Look) -> None:
    await town.theatre.open()
    one, two = await wall_of(page_at, town), await wall_of(page_at, town, "Bruno PETIT")
    await two.keyboard.press("s")
    await expect(gesture(two)).to_contain_text("Interne concerné : #1")
    await give(one, "Envoyer un message", Message="Salle rouverte à 14 h")
    await expect(two.locator("wall-log")).to_contain_text("Message : Salle rouverte à 14 h")
    await expect(two.locator("wall-log")).to_contain_text("Agnès MARTIN")
    await fill(two, Motif="Ne répond pas")
    await give(one, "Passer au suivant", Motif="À sa demande")
    await expect(gesture(two)).to_contain_text("Le tour a changé")
    await two.keyboard.press("Enter")
    await look(two, "console-stale")
    await expect(one.locator("amphi-clock")).to_contain_text("#2 Bilal BENOÎT")
    await gesture(two).get_by_role("button", name="Annuler").click()
    await give(two, "Mettre en pause", Motif="Vérification")
    await expect(one.locator("wall-log")).to_contain_text("Bruno PETIT : « Vérification »")
    await expect(one.locator("amphi-state")).to_contain_text("En pause")


async def test_a_flag_is_raised_seen_and_lowered(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    wire = town.site.replace("http", "ws")
    async with connected(wire, town.theatre.amphi, ticket=await intern_ticket(town, 3)) as intern:
        await intern.hello()
        await intern.ask({"type": "help"})
        flags = page.locator("wall-flags")
        await expect(flags).to_contain_text("#3 Chloé CARON")
        await flags.get_by_role("button", name="Baisser").click()
        await confirm(page, "Baisser la demande d'aide")
        await expect(flags).to_contain_text("Personne ne demande d’aide.")


async def test_gestures_pass_over_http_while_the_socket_is_away(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    await page.route("**/admin/api/tickets", lambda route: route.abort())
    for connection in tuple(town.server.server_state.connections):
        connection.shutdown()
    await expect(page.locator("amphi-link")).to_have_attribute("data-link", "lost")
    await expect(page.locator("#lost")).to_contain_text("Liaison perdue")
    await give(page, "Mettre en pause", Motif="Sans liaison")
    await town.theatre.until(lambda amphi: amphi.paused is not None)
    await page.unroute("**/admin/api/tickets")
    await page.locator("#lost").get_by_role("button", name="Réessayer maintenant").click()
    await expect(page.locator("amphi-state")).to_contain_text("En pause")


async def test_a_rectification_takes_two_agents(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    await town.theatre.choose(1, "21870")
    one, two = await wall_of(page_at, town), await wall_of(page_at, town, "Bruno PETIT")
    await (await open_sheet(one, "Ana ADAM")).get_by_role("button", name="rectification").click()
    await gesture(one).get_by_label("Nouveau poste").fill("21874")
    await fill(one, Motif="Erreur de l'ARS")
    await confirm(one, "Demander une rectification")
    await sheet(one).get_by_role("button", name="Fermer").click()
    for page in (one, two):
        await page.locator("wall-flags").get_by_role("button", name="Approuver").click()
        await gesture(page).get_by_role("button", name="Approuver la rectification").click()
        if page is one:
            refusal = gesture(page).get_by_text("doit être approuvée par un autre agent")
            await expect(refusal).to_be_visible()
    await expect(gesture(two)).to_be_hidden()
    (rectified,) = await town.theatre.events(ChoiceRectified)
    assert (rectified.former_post, rectified.post) == ("21870", "21874")
    await expect(two.locator("wall-log")).to_contain_text("Choix rectifié : 21870 → 21874")


async def test_a_sign_in_that_is_over_is_said_and_leads_back_here(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    await page.context.clear_cookies()
    for connection in tuple(town.server.server_state.connections):
        connection.shutdown()
    lost = page.locator("#lost")
    await expect(lost).to_contain_text("Votre connexion a expiré", timeout=15_000)
    await lost.get_by_role("link", name="Se reconnecter").click()
    await expect(page).to_have_url(re.compile(rf"sign-in\?next=/admin/amphis/{town.theatre.amphi}"))
