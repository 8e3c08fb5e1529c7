import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from amphi.rules.choosing.events import PostChosen
from tests.browser.conftest import Look, PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import (
    HOLDER,
    a_proxy,
    band,
    choose_button,
    confirm,
    enter,
    is_linked,
    post,
    recap,
    receipt,
    sign_in_as,
)
from tests.browser.town import Town

KEYSTROKES = 10  # "a whole choice in fewer than 10 keystrokes" (experience.md)


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded:
        yield founded


async def test_an_intern_watches_gets_the_turn_and_chooses_by_mouse(
    town: Town, page_at: PageAt, look: Look
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 2)
    await expect(band(page)).to_contain_text("C’est bientôt votre tour (1)")
    await expect(page).to_have_title("C’est bientôt votre tour (1) — Amphithéâtre P01 — Amphi")
    await expect(choose_button(page, "21871")).to_be_hidden()

    await town.theatre.choose(1, "21870")
    await expect(post(page, "21870")).to_contain_text("Pourvu")
    await expect(post(page, "21870")).to_contain_text("Ana A.")
    await expect(page.locator("amphi-queue li").first).to_contain_text("a choisi 21870 – BEAUJON")
    await expect(band(page)).to_contain_text("C’est votre tour !")
    await expect(choose_button(page, "21870")).to_be_hidden()
    await look(page, "live-my-turn")

    await choose_button(page, "21871").click()
    await expect(recap(page)).to_contain_text("BEAUJON (AP-HP)")
    await expect(recap(page)).to_contain_text("Chimiothérapies")
    await look(page, "live-recap")
    await recap(page).get_by_role("button", name="Oui je confirme").dblclick()
    await expect(recap(page)).to_be_hidden()
    await expect(band(page)).to_contain_text("Votre choix est fait : poste 21871.")
    [_, chosen] = await town.theatre.events(PostChosen)
    state = (await town.theatre.now()).entries[town.theatre.entries[1]].standing
    await expect(receipt(page)).to_contain_text(getattr(state, "receipt", "none"))
    assert (chosen.post, chosen.by) == ("21871", "intern")
    await expect(receipt(page).get_by_role("heading")).to_be_focused()
    await expect(page.locator('.live > [data-say="alert"]')).to_be_empty()
    await look(page, "live-served")


async def test_a_whole_choice_takes_fewer_than_ten_keystrokes(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    await expect(band(page)).to_contain_text("C’est votre tour !")
    assert await page.evaluate("document.activeElement === document.body"), "the focus was taken"
    pressed = 0
    for key in ("Tab", "Enter", "Tab", "Enter", "ArrowDown", "Enter", "Tab", "Enter"):
        await page.keyboard.press(key)
        pressed += 1
    await expect(receipt(page)).to_be_visible()
    assert pressed < KEYSTROKES
    assert len(await town.theatre.events(PostChosen)) == 1


async def test_escape_closes_the_recap_and_gives_the_focus_back(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    await choose_button(page, "21871").focus()
    await page.keyboard.press("Enter")
    await expect(recap(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(recap(page)).to_be_hidden()
    await expect(choose_button(page, "21871")).to_be_focused()
    assert await town.theatre.events(PostChosen) == []


async def test_a_proxy_holder_chooses_while_the_grantor_is_told_who_does(
    town: Town, theatre: Hospital, page_at: PageAt
) -> None:
    await a_proxy(theatre, 1)
    await theatre.open()
    grantor = await enter(await page_at(), town, 1)
    await expect(band(grantor)).to_contain_text(f"C’est votre tour : {HOLDER} choisit pour vous.")
    await expect(choose_button(grantor, "21871")).to_be_hidden()

    page = await page_at()
    await sign_in_as(page, town, HOLDER, f"{town.live}?as=proxy")
    await is_linked(page)
    await expect(band(page)).to_contain_text("C’est votre tour de choisir pour Ana A. !")
    await choose_button(page, "21871").click()
    await confirm(page)
    await expect(receipt(page)).to_contain_text("21871")
    await expect(receipt(grantor)).to_contain_text("21871")
    [chosen] = await theatre.events(PostChosen)
    assert chosen.by == "proxy"


async def test_an_intern_of_another_amphi_chooses_for_the_grantor(
    town: Town, theatre: Hospital, page_at: PageAt, look: Look
) -> None:
    await a_proxy(theatre, 1, elsewhere=True)
    await theatre.open()
    page = await page_at()
    await sign_in_as(page, town, HOLDER, "/")
    await expect(page.locator(".card--mine")).to_have_count(2)
    await look(page, "home-two-roles")
    await page.locator(f"#amphi-proxy-{theatre.amphi}").get_by_role("link", name="Accéder").click()
    await is_linked(page)
    await expect(band(page)).to_contain_text("C’est votre tour de choisir pour Ana A. !")
    await choose_button(page, "21871").click()
    await confirm(page)
    await expect(receipt(page)).to_contain_text("21871")
    [chosen] = await theatre.events(PostChosen)
    assert (chosen.by, chosen.entry) == ("proxy", theatre.entries[0])


async def test_two_tabs_choosing_at_once_make_one_choice(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    one = await enter(await page_at(), town, 1)
    other = await one.context.new_page()
    await other.goto(f"{town.site}{town.live}")
    await is_linked(other)
    await choose_button(one, "21871").click()
    await choose_button(other, "21872").click()
    await asyncio.gather(confirm(one), confirm(other))
    for page in (one, other):
        await expect(receipt(page)).to_be_visible()
        await expect(recap(page)).to_be_hidden()
    [chosen] = await town.theatre.events(PostChosen)
    for page in (one, other):
        await expect(band(page)).to_contain_text(f"Votre choix est fait : poste {chosen.post}.")
    loser = other if chosen.post == "21871" else one
    await expect(loser.locator("#toasts")).to_contain_text("Le choix est déjà fait")


async def test_back_and_forward_again_find_the_choice_that_was_made(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1)
    await choose_button(page, "21871").click()
    await page.go_back()
    await page.go_forward()
    await is_linked(page)
    await page.get_by_role("button", name="Reprendre ma sélection").click()
    await expect(recap(page)).to_contain_text("21871")
    await confirm(page)
    await expect(receipt(page)).to_contain_text("21871")
    await page.go_back()
    await page.go_forward()
    await expect(receipt(page)).to_contain_text("21871")
    assert len(await town.theatre.events(PostChosen)) == 1
