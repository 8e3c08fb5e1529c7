"""A thousand posts and a thousand interns: what one choice costs the page, measured by the page."""

from collections.abc import AsyncIterator
from statistics import median

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import band, enter
from tests.browser.town import Town

PICKS = 20
A_FRAME_MS = 16
MEASURED = """() => Object.fromEntries(["welcome", "event", "you"].map((name) => [name,
    performance.getEntriesByName(`amphi:${name}`).map(({ duration }) => duration)]))"""


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url, interns=1000) as founded:
        yield founded


async def test_a_choice_among_a_thousand_costs_less_than_a_frame_of_script(
    town: Town, page_at: PageAt
) -> None:
    await town.theatre.open()
    page = await enter(await page_at(), town, 1000)
    await expect(band(page)).to_contain_text("999 internes avant vous.")
    await page.get_by_label("Toutes").check()
    await page.get_by_text("Plus de filtres").click()
    await page.get_by_label("Éléments par page").select_option("Tous")
    await expect(page.locator("tr[data-post]")).to_have_count(1000 + Hospital.more_posts)
    await expect(page.locator("amphi-queue li")).to_have_count(1000)
    for rank, number in enumerate(_open_to_all(), start=1):
        await town.theatre.choose(rank, number)
    await expect(page.locator('amphi-queue li[data-word="served"]')).to_have_count(PICKS)
    await expect(page.locator('tr[data-state="filled"]')).to_have_count(PICKS)
    costs: dict[str, list[float]] = await page.evaluate(MEASURED)
    _tell(costs)
    assert len(costs["event"]) >= PICKS
    assert median(costs["event"]) <= A_FRAME_MS


def _open_to_all() -> list[str]:
    return [str(21870 + n) for n in range(2 * PICKS) if n % 7 != 6][:PICKS]


def _tell(costs: dict[str, list[float]]) -> None:
    for name, measured in costs.items():
        figures = f"{median(measured or [0]):.1f} ms, at most {max(measured or [0]):.1f}"
        print(f"{name}: {len(measured)} × {figures}")  # noqa: T201 - figures to read, run with -s
