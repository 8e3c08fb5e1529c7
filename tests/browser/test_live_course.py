"""What happens around a turn: pauses, incidents, messages of the ARS, calls for help, watching."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import ConsoleMessage, Page, expect

from tests.browser.conftest import Look, PageAt
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
from tests.browser.town import Town, a_town
from tests.live.amphitheatre import conducted


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded:
        yield founded


@pytest_asyncio.fixture(loop_scope="session")
async def town(theatre: Hospital, database_url: str, redis_url: str) -> AsyncIterator[Town]:
    """Nobody conducts but whom the test appoints."""
    async with a_town(theatre, (database_url, redis_url), conducting=False) as built:
        yield built


def spoken(page: Page) -> list[str]:
    """Fills with what the live regions of the page say."""
    said: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        if line.text.startswith("said: "):
            said.append(line.text.removeprefix("said: "))

    page.on("console", hear)
    return said


async def heard(said: list[str], sentence: str) -> None:
    """Within 2 s: a sentence waits for the ones that follow it closely."""
    for _ in range(40):
        if any(sentence in each for each in said):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{sentence!r} was not said, but {said}")


LISTEN = """() => {
    const tell = (changes) => changes.forEach(({ target }) => {
        if (target.textContent) console.log("said: " + target.textContent);
    });
    for (const region of document.querySelectorAll("[data-say]")) {
        new MutationObserver(tell).observe(region, { childList: true });
    }
}"""


async def test_a_pause_keeps_the_selection_and_its_reason_is_shown(
    town: Town, page_at: PageAt, look: Look
) -> None:
    async with conducted(town.theatre):
        await town.theatre.open()
        page = await enter(await page_at(), town, 1)
        await choose_button(page, "21871").click()
        await town.theatre.gesture("pause", reason="Une question au téléphone.")
        await expect(recap(page)).to_contain_text("votre sélection est gardée")
        await expect(page.locator("#hold")).to_contain_text("Une question au téléphone.")
        await expect(page.locator("amphi-state")).to_contain_text("En pause")
        left = await page.locator("amphi-clock [role=timer]").inner_text()
        await look(page, "live-paused-recap")
        await page.wait_for_timeout(1300)
        assert await page.locator("amphi-clock [role=timer]").inner_text() == left
        await town.theatre.gesture("resume")
        await confirm(page)
        await expect(receipt(page)).to_contain_text("21871")


async def test_frozen_is_said_at_once_and_thawed_goes_on_with_the_same_turn(
    town: Town, page_at: PageAt, look: Look
) -> None:
    async with conducted(town.theatre, "first"):
        await town.theatre.open()
        page = await enter(await page_at(), town, 1)
        said = spoken(page)
        await page.evaluate(LISTEN)
        turn = (await town.theatre.turn()).id
        await expect(choose_button(page, "21871")).to_be_visible()
    # Nobody conducts any more: after 3 s of silence the gateway says so.
    await expect(page.locator("#hold")).to_contain_text("Temps suspendu, incident technique")
    await expect(page.locator("amphi-clock")).to_contain_text("temps suspendu")
    await look(page, "live-frozen")
    async with conducted(town.theatre, "second"):
        await expect(page.locator("#hold")).to_be_hidden(timeout=20_000)
        assert (await town.theatre.turn()).id == turn
        await choose_button(page, "21871").click()
        await confirm(page)
        await expect(receipt(page)).to_contain_text("21871")
    await heard(said, "Temps suspendu, incident technique. Personne n’y perd de temps.")
    await heard(said, "L’incident est terminé, les choix reprennent.")
    assert "Il vous reste" not in " ".join(said)


async def test_messages_ring_the_bell_and_a_call_for_help_raises_the_flag(
    town: Town, page_at: PageAt, look: Look
) -> None:
    async with conducted(town.theatre):
        await town.theatre.open()
        page = await enter(await page_at(), town, 2)
        to_all, to_me = {"to": "all"}, {"to": f"entry:{town.theatre.entries[1]}"}
        await town.theatre.gesture("notice", text="La session 2 commence à 14 h 30.", **to_all)
        await town.theatre.gesture("notice", text="Votre demande est bien reçue.", **to_me)
        bell = page.get_by_role("button", name="Messages de l’ARS, 2 nouveaux messages")
        await bell.click()
        await expect(page.locator("#notices li")).to_contain_text(
            ["Votre demande est bien reçue.", "La session 2 commence à 14 h 30."]
        )
        await look(page, "live-bell")
        await page.keyboard.press("Escape")
        await page.reload()
        await expect(page.get_by_role("button", name="aucun nouveau message")).to_be_visible()

        help_ = page.get_by_role("button", name="Appeler à l’aide")
        await help_.click()
        pressed = page.get_by_role("button", name="Aide demandée", pressed=True)
        await expect(pressed).to_be_visible()
        amphi = await town.theatre.now()
        assert amphi.entries[town.theatre.entries[1]].flag_since is not None
        await pressed.click()
        await expect(help_).to_have_attribute("aria-pressed", "false")


async def test_a_spectator_watches_and_is_offered_nothing(
    town: Town, page_at: PageAt, look: Look
) -> None:
    async with conducted(town.theatre):
        await town.theatre.open()
        page = await page_at(town.live)
        await is_linked(page)
        await expect(band(page)).to_contain_text("sans y participer")
        await town.theatre.choose(1, "21870")
        await expect(post(page, "21870")).to_contain_text("Pourvu")
        await expect(page.locator("amphi-clock")).to_contain_text("Tour de #2 Bilal B.")
        await expect(page.get_by_role("button", name="Choisir le poste")).to_have_count(0)
        await expect(page.get_by_role("button", name="Appeler à l’aide")).to_be_hidden()
        await page.get_by_label("Journal des choix des autres").check()
        await town.theatre.choose(2, "21871")
        await expect(page.get_by_role("log")).to_contain_text("Bilal B. a choisi 21871, BEAUJON")
        await look(page, "live-spectator")


async def test_an_amphi_not_open_yet_says_so(town: Town, page_at: PageAt) -> None:
    async with conducted(town.theatre):
        page = await page_at(town.live)
        await expect(page.get_by_role("main")).to_contain_text("n’est pas encore ouvert")
