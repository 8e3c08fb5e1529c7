"""The offer on the live page: filters, sorting, services, pages; every reader, every theme."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from amphi.rules.choosing.facts import ChoiceStatus
from tests.browser.conftest import Look, PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import band, choose_button, enter, is_linked, post, recap
from tests.browser.town import Town


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url, interns=40) as founded:
        yield founded


class Reader(NamedTuple):
    """Somebody whom axe-core and a narrow window must not put out."""

    at: PageAt
    axe: Callable[[Page], Awaitable[list[str]]]
    overflow: Callable[[Page], Awaitable[int]]

    async def is_content_with(self, page: Page) -> None:
        assert await self.axe(page) == []
        assert await self.overflow(page) == 0


@pytest.fixture
def reader(page_at: PageAt, axe: Any, overflow: Any) -> Reader:
    return Reader(page_at, axe, overflow)


async def test_posts_are_found_by_text_state_and_place(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    await town.theatre.choose(1, "21870")
    page = await page_at(town.live)
    await is_linked(page)
    await expect(post(page, "21870")).to_contain_text("Pourvu")
    await page.get_by_text("Plus de filtres").click()
    count = page.locator("amphi-posts > [data-slot=count]")
    await page.get_by_label("Rechercher un poste").fill("pitie salpetriere")
    await expect(count).to_contain_text("6 postes affichés")
    await page.get_by_label("Rechercher un poste").fill("21872")
    await expect(page.locator("tr[data-post]")).to_have_count(1)
    await page.get_by_role("button", name="Effacer les filtres").click()
    await page.get_by_label("Pourvus", exact=True).check()
    await expect(page.locator("tr[data-post]")).to_have_count(1)
    await town.theatre.choose(2, "21873")
    await expect(page.locator("tr[data-post]")).to_have_count(2)
    await page.get_by_label("Non pourvus").check()
    await expect(count).to_contain_text("42 postes affichés")
    await page.get_by_role("button", name="Effacer les filtres").click()
    await page.get_by_label("Département").select_option("77")
    await expect(count).to_contain_text("6 postes affichés")


async def test_posts_are_sorted_by_a_column_and_shown_page_by_page(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await page_at(town.live)
    await is_linked(page)
    await page.get_by_label("par poste").check()
    await expect(page.locator("tr[data-post]")).to_have_count(30)
    await page.get_by_role("button", name="Suivante").click()
    await expect(page.locator("tr[data-post]")).to_have_count(14)
    await page.get_by_role("button", name="Établissement").click()
    heading = page.get_by_role("columnheader", name="Établissement")
    await expect(heading).to_have_attribute("aria-sort", "ascending")
    await expect(page.locator("tr[data-post]").first).to_contain_text("BEAUJON")
    await page.get_by_role("button", name="Établissement").click()
    await expect(heading).to_have_attribute("aria-sort", "descending")
    await expect(page.locator("tr[data-post]").first).to_contain_text("PITIÉ")


async def test_a_service_folds_and_counts_what_is_left(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await page_at(town.live)
    await is_linked(page)
    body = page.locator("tbody", has=post(page, "21870"))
    await expect(body).to_contain_text("3 disponibles – 3 postes")
    await town.theatre.choose(1, "21870")
    await expect(body).to_contain_text("2 disponibles – 3 postes")
    fold = body.get_by_role("button", name="BEAUJON")
    await fold.click()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await expect(post(page, "21871")).to_be_hidden()


async def test_every_state_of_a_post_is_a_word(
    town: Town, theatre: Hospital, page_at: PageAt, look: Look
) -> None:
    await theatre.surnombre(3, ChoiceStatus.SURNOMBRE_NON_VALIDANT)
    await theatre.open()
    await theatre.choose(1, "21870")
    await theatre.choose(2, "21871")
    await theatre.gesture("pause", reason="Un poste fermé.")
    await theatre.gesture("withdraw_post", post="21873", reason="Service fermé.")
    page = await enter(await page_at(), town, 3)
    await expect(post(page, "21870")).to_contain_text("Pourvu")
    await expect(post(page, "21873")).to_contain_text("Retiré")
    await expect(post(page, "21876")).to_contain_text("Réservé (autre DES)")
    await expect(post(page, "21872")).to_contain_text("Disponible")
    await theatre.gesture("resume")
    await expect(post(page, "21870")).to_contain_text("Surnombre possible")
    await look(page, "live-states")
    await choose_button(page, "21870").click()
    await expect(recap(page)).to_be_visible()


async def test_my_session_or_everybody_and_the_current_one_is_followed(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 12)
    await expect(band(page)).to_contain_text("11 internes avant vous.")
    items = page.locator("amphi-queue li")
    await expect(items).to_have_count(20)
    for rank in range(1, 11):
        await town.theatre.choose(rank, str(21870 + rank + (1 if rank >= 6 else 0)))
    await expect(items.nth(10)).to_have_attribute("aria-current", "true")
    await expect(items.nth(10)).to_be_in_viewport()
    await page.get_by_label("Suivi auto.").uncheck()
    await page.locator("ol.queue").evaluate("list => list.scrollTop = 0")
    await page.get_by_role("button", name="Voir courant").click()
    await expect(items.nth(10)).to_be_in_viewport()
    await page.get_by_label("Toutes").check()
    await expect(items).to_have_count(40)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "dark")])
async def test_nothing_serious_for_axe_and_nothing_too_wide(
    town: Town, reader: Reader, look: Look, width: int, scheme: str
) -> None:
    await town.theatre.open()
    await town.theatre.choose(1, "21870")
    page = await reader.at("", width, color_scheme=scheme, reduced_motion="reduce")
    await enter(page, town, 2)
    await expect(band(page)).to_contain_text("C’est votre tour !")
    await reader.is_content_with(page)
    await look(page, f"live-{scheme}")
    await choose_button(page, "21871").click()
    await reader.is_content_with(page)
    await look(page, f"live-{scheme}-recap")
