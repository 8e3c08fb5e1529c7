"""The home page and signing in, in a real browser."""

from typing import Any

import pytest

from tests.browser.conftest import PageAt
from tests.browser.town import Town


@pytest.mark.parametrize("width", [1280, 320])
async def test_anybody_sees_the_home_page(
    town: Town, page_at: PageAt, axe: Any, look: Any, overflow: Any, width: int
) -> None:
    page = await page_at("/", width)
    assert await page.title() == "Accueil — Amphi"
    assert await axe(page) == []
    assert await overflow(page) == 0
    await look(page, "home")


async def test_an_intern_signs_in_and_sees_the_card_of_the_amphi(
    town: Town, page_at: PageAt, axe: Any, look: Any
) -> None:
    page = await page_at()
    await town.sign_in(page, 1)
    card = page.locator(".card--mine")
    assert "Non validé" in await card.inner_text()
    assert await axe(page) == []
    await look(page, "home-signed-in")
