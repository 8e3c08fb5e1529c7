"""The console as agents know it: by the words and roles on it."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from amphi.live_store.sign_in_links import SignInLinks
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.rules.ids import PersonId
from tests.browser.conftest import PageAt
from tests.browser.town import Town


async def link_for(town: Town, person: PersonId) -> str:
    """A one-use link."""
    token = await SignInLinks(town.held.redis).issue(person)
    return f"{town.console}/admin/sign-in?link={token}"


async def agent_at(
    page_at: PageAt, town: Town, path: str = "/admin/amphis", name: str = "Agnès MARTIN", **how: Any
) -> Page:
    """A page of an agent who came by a one-use link."""
    page = await page_at(await link_for(town, await town.agent(name)), **how)
    await page.get_by_role("button", name="Se connecter").click()
    await page.wait_for_url(f"{town.console}/admin/amphis")
    await page.goto(f"{town.console}{path}")
    return page


async def wall_of(page_at: PageAt, town: Town, name: str = "Agnès MARTIN", **how: Any) -> Page:
    """The wall of the amphi, linked, with names."""
    page = await agent_at(page_at, town, f"/admin/amphis/{town.theatre.amphi}", name, **how)
    await is_linked(page)
    return page


async def is_linked(page: Page) -> None:
    await expect(page.locator("html")).to_have_attribute("data-names", "here")
    await expect(page.locator("amphi-link")).to_have_attribute("data-link", "up")


def gesture(page: Page) -> Locator:
    """The dialog that says what a gesture will do."""
    return page.locator("dialog#gesture")


async def give(page: Page, label: str, **fields: str) -> None:
    """Presses a gesture's button, fills its dialog, confirms. Fields by their label's beginning."""
    await page.locator("wall-tools").get_by_role("button", name=label).click()
    await fill(page, **fields)
    await confirm(page, label)


async def fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        await gesture(page).get_by_label(label).fill(value)


async def confirm(page: Page, label: str) -> None:
    await gesture(page).get_by_role("button", name=label).click()
    await expect(gesture(page)).to_be_hidden()


def sheet(page: Page) -> Locator:
    """The dialog of one intern."""
    return page.locator("dialog#intern")


async def open_sheet(page: Page, name: str) -> Locator:
    await page.locator("wall-interns").get_by_role("button", name=name).click()
    await expect(sheet(page)).to_be_visible()
    return sheet(page)


async def intern_ticket(town: Town, rank: int) -> str:
    """For the wire client of an intern."""
    who = TicketFor(town.theatre.persons[rank - 1], "intern", town.theatre.amphi)
    return await Tickets(town.held.redis).issue(who)
