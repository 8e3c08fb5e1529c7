"""The README's picture is the live page as it is: `AMPHI_PICTURES=1` takes it anew."""

import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import band, choose_button, enter
from tests.browser.town import Town

ROOT = Path(__file__).parents[2]
PICTURE = Path(__file__).parent / "pictures" / "live-page.png"
WIDTH, HEIGHT = 1280, 900


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded:
        yield founded


async def test_the_readme_shows_the_live_page_as_it_is(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    await town.theatre.choose(1, "21870")
    page = await enter(await page_at("", WIDTH), town, 2)
    await expect(band(page)).to_contain_text("C’est votre tour !")
    await expect(choose_button(page, "21871")).to_be_visible()
    taken = await page.screenshot()
    if os.environ.get("AMPHI_PICTURES"):
        PICTURE.write_bytes(taken)
    assert size_of(taken) == size_of(PICTURE.read_bytes()) == (WIDTH, HEIGHT)
    assert str(PICTURE.relative_to(ROOT)) in (ROOT / "README.md").read_text(encoding="utf-8")


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, from the header of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height
