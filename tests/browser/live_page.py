"""The live page as its readers know it: by the words and roles on it."""

from playwright.async_api import Locator, Page, expect

from amphi.http.passwords import Passwords
from amphi.records import campaigns
from amphi.records.accounts import insert_account
from amphi.records.database import Connection
from amphi.records.people import NewProxy, insert_person, insert_proxy
from amphi.rules.ids import PersonId
from tests.browser.hospital import DES, Hospital
from tests.browser.town import PASSWORD, Town
from tests.live.amphitheatre import ORDINARY

HOLDER = "maude.holder@example.org"


async def is_linked(page: Page) -> None:
    """The socket is greeted, and names are there."""
    await expect(page.locator("html")).to_have_attribute("data-names", "here")
    await expect(page.locator("amphi-link")).to_have_attribute("data-link", "up")


async def enter(page: Page, town: Town, rank: int) -> Page:
    """Signed in as the intern of that rank, before the live page."""
    await town.sign_in(page, rank, town.live)
    await is_linked(page)
    return page


async def sign_in_as(page: Page, town: Town, email: str, to: str) -> None:
    await page.goto(f"{town.site}/sign-in?next={to}")
    await page.get_by_label("Identifiant").fill(email)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.wait_for_url(lambda address: "/sign-in" not in address)


def band(page: Page) -> Locator:
    """Where I stand."""
    return page.locator("amphi-band")


def post(page: Page, number: str) -> Locator:
    """The line of a post."""
    return page.locator(f'tr[data-post="{number}"]')


def choose_button(page: Page, number: str) -> Locator:
    return page.get_by_role("button", name=f"Choisir le poste {number}")


def recap(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Confirmer votre choix")


async def confirm(page: Page) -> None:
    await recap(page).get_by_role("button", name="Oui je confirme").click()


def receipt(page: Page) -> Locator:
    """The sheet of one's own post."""
    return page.locator("amphi-sheet")


async def a_proxy(hospital: Hospital, rank: int, *, elsewhere: bool = False) -> str:
    """Somebody not of this amphi holds the proxy of that rank; the address to sign in with.

    `elsewhere`: an intern of another amphi; else no intern at all.
    """
    hashed = await Passwords().hashed(PASSWORD)
    async with hospital.database.transaction() as connection:
        holder = await insert_person(connection, "Maude", "HOLDER", HOLDER)
        await insert_account(connection, holder, HOLDER, hashed)
        grant = NewProxy(email=HOLDER, holder=holder)
        await insert_proxy(connection, hospital.campaign, hospital.entries[rank - 1], grant)
        if elsewhere:
            await _is_called_elsewhere(connection, hospital, holder)
    return HOLDER


async def _is_called_elsewhere(
    connection: Connection, hospital: Hospital, person: PersonId
) -> None:
    """In an amphi of another offer, not validated yet."""
    offer = await campaigns.insert_offer(connection, hospital.campaign)
    new = campaigns.NewAmphi(
        code="C01", group="CHIRURGIE", regime="BASE", position=1, policy=ORDINARY
    )
    amphi = await campaigns.insert_amphi(connection, offer, new)
    entry = campaigns.NewEntry(person=person, call_rank=1, des=DES)
    await campaigns.insert_entries(connection, amphi, [entry])
