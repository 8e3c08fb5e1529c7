"""The link is cut, the site restarts, the sign-in ends: nothing is lost, nothing stale is silent."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from amphi.gateway import closing_time
from amphi.rules.choosing.events import PostChosen
from tests.browser.conftest import Look, PageAt
from tests.browser.door import Door, a_door
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import (
    band,
    choose_button,
    confirm,
    enter,
    is_linked,
    post,
    recap,
    receipt,
)
from tests.browser.town import PASSWORD, Town, a_town
from tests.live.amphitheatre import conducted

AT_ONCE = "() => { Math.random = () => 0; }"  # no delay at the first attempt
SEEN = """() => [performance.getEntriesByName("amphi:welcome").length,
               performance.getEntriesByName("amphi:resumed").length]"""


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded, conducted(founded):
        yield founded


@pytest_asyncio.fixture(loop_scope="session")
async def door() -> AsyncIterator[Door]:
    async with a_door() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def urls(database_url: str, redis_url: str) -> tuple[str, str]:
    return database_url, redis_url


@pytest_asyncio.fixture(loop_scope="session")
async def town(theatre: Hospital, urls: tuple[str, str], door: Door) -> AsyncIterator[Town]:
    async with a_town(theatre, urls, conducting=False, AMPHI_SITE_ORIGIN=door.origin) as built:
        door.leads_to(built)
        yield built


async def test_a_cut_link_is_told_and_resumes_by_itself_with_all_that_was_missed(
    town: Town, door: Door, page_at: PageAt, look: Look
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 3)
    door.shut()
    await expect(page.locator("amphi-link")).to_contain_text("liaison perdue")
    await expect(page.locator("#lost")).to_contain_text("Liaison perdue. Ce que vous voyez date de")
    await look(page, "live-lost")
    await town.theatre.choose(1, "21870")
    await town.theatre.choose(2, "21871")
    await expect(post(page, "21870")).to_contain_text("Disponible")
    await door.open()
    await is_linked(page)
    await expect(page.locator("#lost")).to_be_hidden()
    await expect(post(page, "21870")).to_contain_text("Pourvu")
    await expect(post(page, "21871")).to_contain_text("Bilal B.")
    await expect(band(page)).to_contain_text("C’est votre tour !")
    assert await page.evaluate(SEEN) == [1, 1], "resumed, not welcomed anew"


async def test_a_choice_confirmed_while_the_link_is_cut_goes_out_when_it_is_back(
    town: Town, door: Door, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    await choose_button(page, "21871").click()
    yes = recap(page).get_by_role("button", name="Oui je confirme")
    # Pressed and cut in one breath: the frame is lost on the way.
    await page.evaluate(
        "() => { window.sent = WebSocket.prototype.send; WebSocket.prototype.send = () => {}; }"
    )
    await yes.click()
    door.shut()
    await expect(recap(page)).to_contain_text("La liaison est perdue : votre choix part")
    await page.evaluate("() => { WebSocket.prototype.send = window.sent; }")
    await door.open()
    await expect(receipt(page)).to_contain_text("21871")
    assert len(await town.theatre.events(PostChosen)) == 1


async def test_a_page_stays_open_over_a_restart_of_the_site(
    town: Town, door: Door, urls: tuple[str, str], page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 2)
    async with a_town(town.theatre, urls, conducting=False, AMPHI_SITE_ORIGIN=door.origin) as next_:
        door.leads_to(next_)
        await town.server._gateway._crowd.leave()  # what a stopping site does: 1012 to everybody
        await town.theatre.choose(1, "21870")
        await is_linked(page)
        await expect(post(page, "21870")).to_contain_text("Pourvu")
        await choose_button(page, "21871").click()
        await confirm(page)
        await expect(receipt(page)).to_contain_text("21871")


async def test_a_sign_in_that_ends_within_the_turn_is_told_and_the_selection_is_kept(
    town: Town, door: Door, urls: tuple[str, str], page_at: PageAt, look: Look
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    await choose_button(page, "21871").click()
    await page.context.clear_cookies()
    another = {
        "AMPHI_SITE_ORIGIN": door.origin,
        "AMPHI_SECRET_KEY": "over a night, all is another key",
    }
    async with a_town(town.theatre, urls, conducting=False, **another) as next_:
        door.leads_to(next_)
        door.cut()
        await expect(recap(page)).to_contain_text("Votre connexion a expiré")
        await look(page, "live-expired-recap")
        await page.keyboard.press("Escape")
        await expect(page.locator("#lost")).to_contain_text("Votre sélection est gardée.")
        await look(page, "live-expired")
        await page.get_by_role("link", name="Se reconnecter").click()
        await page.get_by_label("Identifiant").fill("i1@example.org")
        await page.get_by_label("Mot de passe").fill(PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await is_linked(page)
        await page.get_by_role("button", name="Reprendre ma sélection").click()
        await expect(recap(page)).to_contain_text("21871")
        await confirm(page)
        await expect(receipt(page)).to_contain_text("21871")


async def test_signing_out_elsewhere_ends_the_page_within_seconds_and_keeps_the_selection(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    await choose_button(page, "21871").click()
    other = await page.context.new_page()
    await other.goto(town.site)
    await other.get_by_role("button", name="Se déconnecter", exact=True).click()
    await expect(recap(page)).to_contain_text("Votre connexion a expiré", timeout=15_000)
    yes = recap(page).get_by_role("button", name="Oui je confirme")
    await expect(yes).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Escape")
    await expect(page.locator("#lost")).to_contain_text("Votre sélection est gardée.")
    assert await town.theatre.events(PostChosen) == []


async def test_long_after_the_amphi_is_closed_the_page_says_that_this_is_how_it_ended(
    town: Town, page_at: PageAt, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing_time, "LINGERS_S", 0.0)
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    for gesture in ("end_turn",) * len(town.theatre.entries[:4]):
        assert (await town.theatre.gesture(gesture)).code is None
    assert (await town.theatre.gesture("start")).code is None
    for gesture in (*("end_turn",) * len(town.theatre.entries[4:]), "close"):
        assert (await town.theatre.gesture(gesture)).code is None
    lost = page.locator("#lost")
    await expect(lost).to_contain_text("ce que vous voyez est son état final", timeout=20_000)
    await expect(page.locator("html")).to_have_attribute("data-link", "final")
    await look(page, "live-closed")
    await asyncio.sleep(3)  # longer than the first delay: it does not come back by itself
    await expect(page.locator("amphi-link")).to_have_attribute("data-link", "final")


async def test_a_fifth_window_ends_the_first_which_does_not_fight_for_its_place(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    first = await enter(await page_at(), town, 1)
    await first.evaluate(AT_ONCE)
    for _ in range(4):
        more = await first.context.new_page()
        await more.goto(f"{town.site}{town.live}")
        await is_linked(more)
    await expect(first.locator("#lost")).to_contain_text("plus de quatre fenêtres")
    await asyncio.sleep(0.5)  # nobody hesitates here before coming back
    await expect(first.locator("amphi-link")).to_have_attribute("data-link", "ended")
    await first.get_by_role("button", name="Reprendre ici").click()
    await is_linked(first)


async def test_a_silent_link_is_found_out(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    # The night: nothing is heard, no close is told, the machine wakes up.
    await page.evaluate("""() => {
        const now = performance.now.bind(performance);
        performance.now = () => now() + 8 * 3600 * 1000;
        window.dispatchEvent(new Event("focus"));
    }""")
    await expect(page.locator("amphi-link")).to_have_attribute("data-link", "lost")
    await is_linked(page)
    await expect(page.locator("amphi-clock [role=timer]")).to_have_text(
        re.compile(r"^[1-8]?[0-9] s$")
    )
    assert await page.evaluate(SEEN) == [1, 1]
