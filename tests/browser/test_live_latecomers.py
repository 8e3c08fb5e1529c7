"""Lateness (DCI §10.3), with turns of five seconds and nobody waited for."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from amphi.rules.choosing.policy import AmphiPolicy
from tests.browser.conftest import Look, PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import band, choose_button, confirm, enter, receipt
from tests.browser.town import Town

QUICK = AmphiPolicy(turn_seconds=5, absent_clock="SKIP")
A_TURN_MS = 15_000


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url, interns=2, policy=QUICK) as founded:
        yield founded


async def test_who_let_the_turn_pass_says_ready_and_who_comes_late_is_placed_by_coming(
    town: Town, page_at: PageAt, look: Look
) -> None:
    theatre = town.theatre
    for gesture in ("validate", "publish"):
        await theatre.gesture(gesture)
    ana = await enter(await page_at(), town, 1)
    await expect(band(ana)).to_contain_text("Personne avant vous.")
    await theatre.gesture("start")
    await expect(band(ana)).to_contain_text("Votre tour est passé sans choix.", timeout=A_TURN_MS)
    await look(ana, "live-missed")
    await theatre.gesture("start")
    await ana.get_by_role("button", name="Je suis prêt").click()
    await expect(band(ana)).to_contain_text("C’est votre tour !")

    bilal = await enter(await page_at(), town, 2)
    await expect(band(bilal)).to_contain_text("placé après l’interne en train de choisir")
    await expect(band(bilal)).to_contain_text("1 interne avant vous")
    await choose_button(ana, "21870").click()
    await confirm(ana)
    await expect(receipt(ana)).to_contain_text("21870")
    await expect(band(bilal)).to_contain_text("C’est votre tour !")
    await choose_button(bilal, "21871").click()
    await confirm(bilal)
    await expect(receipt(bilal)).to_contain_text("21871")

    await theatre.gesture("close")
    await expect(ana.locator("amphi-state")).to_contain_text("Terminé")
