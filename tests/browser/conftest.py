"""A real Chromium before a real town. All browser tests share one event loop, and one browser."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.town import Town, a_town
from tests.live.amphitheatre import Amphitheatre, an_amphitheatre

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
)
HEIGHT = 900
BAD = {"serious", "critical"}
expect.set_options(timeout=15_000)  # a machine that has much else to do is no fault of a page

PageAt = Callable[..., Awaitable[Page]]
Look = Callable[[Page, str], Awaitable[Path]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every asynchronous test of this folder runs in the browser's loop, and is marked `browser`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Debian's. In CI a test that is left out is a failure."""
    found = next(
        (path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None
    )
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium manque : apt-get install chromium", pytrace=False)
    if found is None:
        pytest.skip("Chromium n'est pas installé : ce test du navigateur est laissé de côté")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """One browser for all tests; each page has cookies of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Amphitheatre]:
    """Four interns, posts P1 to P4; nothing validated yet."""
    async with an_amphitheatre(database_url, redis_url) as founded:
        yield founded


@pytest_asyncio.fixture(loop_scope="session")
async def town(
    theatre: Amphitheatre, database_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[Town]:
    """Site, gateway, console, conductor. `await town.theatre.open()`: the first has the turn."""
    async with a_town(theatre, (database_url, redis_url), AMPHI_DEMO_MAILS=str(tmp_path)) as built:
        yield built


@pytest_asyncio.fixture(loop_scope="session")
async def page_at(chromium: Browser, town: Town) -> AsyncIterator[PageAt]:
    """`await page_at("/amphis", 320)`: a page of a new visitor, at that width; "" stays blank.

    A path is the site's, an address is itself; more words go to the browser's context
    (`color_scheme="dark"`, `reduced_motion="reduce"`). What the page logs as an error fails the test.
    """
    faults: list[str] = []
    async with AsyncExitStack() as opened:

        async def opening(path: str = "", width: int = 1280, **context: Any) -> Page:
            made = await chromium.new_context(
                viewport={"width": width, "height": HEIGHT}, locale="fr-FR", **context
            )
            opened.push_async_callback(made.close)
            page = await made.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda said: faults.append(said.text) if _is_ours(said) else None)
            if path:
                await page.goto(path if "://" in path else f"{town.site}{path}")
            return page

        yield opening
    assert faults == []


STICKING_OUT = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const out = [scrollWidth - clientWidth];
  for (const sheet of document.querySelectorAll(".card, .table tbody tr")) {
    if (getComputedStyle(sheet).display === "table-row") continue; // its table scrolls
    const edge = sheet.getBoundingClientRect().right;
    for (const each of sheet.querySelectorAll("*")) out.push(each.getBoundingClientRect().right - edge);
  }
  return Math.ceil(Math.max(0, ...out) - 0.5);
}"""


def _is_ours(said: Any) -> bool:
    """An answer of 4xx is a fact of the test, and a socket cut is too."""
    noise = ("Failed to load resource", "WebSocket connection to")
    return said.type == "error" and not said.text.startswith(noise)


@pytest.fixture
def axe() -> Callable[[Page], Awaitable[list[str]]]:
    """`assert await axe(page) == []`: what axe-core finds serious or critical."""

    async def found(page: Page) -> list[str]:
        results = await Axe().run(page)
        return [
            f"{each['impact']} {each['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for each in results.response["violations"]
            if each["impact"] in BAD
            for node in each["nodes"]
        ]

    return found


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """`await look(page, "home")`: a screenshot to look at, in $AMPHI_SCREENSHOTS when it is set."""
    folder = Path(os.environ.get("AMPHI_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    async def shot(page: Page, name: str) -> Path:
        width = (page.viewport_size or {"width": 0})["width"]
        path = folder / f"{re.sub('[^a-z0-9-]+', '-', name.lower())}-{width}.png"
        await page.screenshot(path=path, full_page=True)
        return path

    return shot


@pytest.fixture
def overflow() -> Callable[[Page], Awaitable[int]]:
    """`assert await overflow(page) == 0`: how many pixels stick out of the window, or of a small sheet."""

    async def wider(page: Page) -> int:
        return int(await page.evaluate(STICKING_OUT))

    return wider
