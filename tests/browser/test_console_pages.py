"""The console's other pages in a real browser: the door, enrolment, agents, journal, checks."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from admin_api.second_factor import STEP_SECONDS
from amphi.actions.agents import NewAgent, appoint
from amphi.records.audit import COMMAND_LINE
from amphi.rules.ids import PersonId
from tests.browser.conftest import Look, PageAt
from tests.browser.console_page import agent_at, give, is_linked, link_for, wall_of
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.town import PASSWORD, Town

EMAIL = "agnes.martin@ars.example"
WINDOWS = (
    {"width": 1280, "color_scheme": "light"},
    {"width": 320, "color_scheme": "dark"},
)


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded:
        yield founded


async def an_account(town: Town, email: str = EMAIL, territory: str = "Île-de-France") -> PersonId:
    """Appointed, nothing chosen yet."""
    async with town.theatre.database.transaction() as connection:
        new = NewAgent("Agnès MARTIN", email, territory)
        return await appoint(connection, COMMAND_LINE, new)


async def enrol(page: Page) -> tuple[pyotp.TOTP, str]:
    """On the enrolment page: the phone, once it is enrolled, and the code that did it."""
    key = await page.locator("[data-secret]").inner_text()
    phone = pyotp.TOTP(key.replace(" ", ""))
    await page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    await page.get_by_label("Code à six chiffres").fill(code := phone.now())
    await page.get_by_role("button", name="Enregistrer").click()
    return phone, code


async def sign_in(page: Page, code: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Identifiant").fill(EMAIL)
    await page.get_by_label("Mot de passe").fill(password)
    await page.get_by_label("Code à six chiffres").fill(code)
    await page.get_by_role("button", name="Se connecter").click()


async def test_an_agent_enrols_by_the_link_and_then_signs_in_with_each_code_once(
    town: Town, page_at: PageAt, look: Look
) -> None:
    page = await page_at(await link_for(town, await an_account(town)))
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page).to_have_url(f"{town.console}/admin/enrolment")
    await page.goto(f"{town.console}/admin/amphis")  # nothing else before
    await expect(page).to_have_url(f"{town.console}/admin/enrolment")
    await expect(page.get_by_role("img", name="Code à scanner")).to_be_visible()
    await look(page, "console-enrolment")
    phone, enrolled_by = await enrol(page)
    await expect(page).to_have_url(re.compile(r"/admin/amphis\?done=enrolled$"))
    await expect(page.get_by_role("status").first).to_contain_text("sont enregistrés")

    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page).to_have_url(re.compile("/admin/sign-in"))
    await sign_in(page, enrolled_by)  # used up
    await expect(page.get_by_role("alert").filter(has_text="code")).to_be_visible()
    await look(page, "console-sign-in-refused")
    later = phone.at(int(time.time()) + STEP_SECONDS)
    await sign_in(page, later)
    await expect(page.get_by_role("heading", name="Amphithéâtres")).to_be_visible()

    other = await page_at(f"{town.console}/admin/sign-in")
    await sign_in(other, later)
    await expect(other.get_by_role("alert").filter(has_text="ne sert qu'une fois")).to_be_visible()


async def test_a_wrong_code_keeps_the_secret_on_the_page(town: Town, page_at: PageAt) -> None:
    page = await page_at(await link_for(town, await an_account(town)))
    await page.get_by_role("button", name="Se connecter").click()
    before = await page.locator("[data-secret]").inner_text()
    await page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    await page.get_by_label("Code à six chiffres").fill("000000")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("alert").filter(has_text="Ce code")).to_be_visible()
    assert await page.locator("[data-secret]").inner_text() == before
    await enrol(page)
    await expect(page.get_by_role("heading", name="Amphithéâtres")).to_be_visible()


async def test_a_colleague_helps_an_agent_back_in_with_a_reason(
    town: Town, page_at: PageAt, look: Look
) -> None:
    lost = await page_at(await link_for(town, await an_account(town)))
    await lost.get_by_role("button", name="Se connecter").click()
    await enrol(lost)
    page = await agent_at(page_at, town, "/admin/operators", "Bruno PETIT")
    await page.get_by_role("button", name="Rétablir l'accès de Agnès MARTIN").click()
    dialog = page.get_by_role("dialog", name="Rétablir l'accès de Agnès MARTIN")
    await dialog.get_by_label("Motif").fill("Téléphone perdu")
    await look(page, "console-operators")
    await dialog.get_by_role("button", name="Rétablir l'accès").click()
    link = await page.get_by_label("Lien à remettre").input_value()
    await look(page, "console-operator-link")
    await lost.goto(f"{town.console}/admin/amphis")
    await expect(lost).to_have_url(re.compile("/admin/sign-in"))
    await lost.goto(link)
    await lost.get_by_role("button", name="Se connecter").click()
    await expect(lost).to_have_url(f"{town.console}/admin/enrolment")
    await page.goto(f"{town.console}/admin/journal")
    await expect(page.get_by_role("table")).to_contain_text("Téléphone perdu")


async def test_another_ars_does_not_know_the_amphi_by_its_address(
    town: Town, page_at: PageAt
) -> None:
    page = await page_at(await link_for(town, await town.agent("Loin", "Bretagne")))
    await page.get_by_role("button", name="Se connecter").click()
    await expect(
        page.get_by_text("Aucun amphithéâtre n'est chargé pour votre ARS.")
    ).to_be_visible()
    for path in ("", "/readiness"):
        answer = await page.goto(f"{town.console}/admin/amphis/{town.theatre.amphi}{path}")
        assert answer is not None
        assert answer.status == 404
        await expect(page.get_by_role("main")).to_contain_text("Aucun amphithéâtre ne s'appelle")
    answer = await page.goto(f"{town.console}/admin/journal?amphi={town.theatre.amphi}")
    assert answer is not None
    assert answer.status == 404


async def test_an_expired_sign_in_leads_back_to_the_wall(town: Town, page_at: PageAt) -> None:
    wanted = f"/admin/amphis/{town.theatre.amphi}"
    page = await page_at(f"{town.console}{wanted}")
    await expect(page).to_have_url(re.compile(r"/admin/sign-in\?next="))
    await expect(page.get_by_text("vous reviendrez à la page demandée")).to_be_visible()


async def test_from_the_checks_to_the_first_turn_and_the_journal_as_a_file(
    town: Town, page_at: PageAt, look: Look
) -> None:
    page = await agent_at(page_at, town, f"/admin/amphis/{town.theatre.amphi}/readiness")
    await expect(page.get_by_text("Rien ne bloque le démarrage")).to_be_visible()
    await look(page, "console-readiness")
    await page.get_by_role("link", name="Conduire").click()
    await is_linked(page)
    await give(page, "Valider l'amphithéâtre")
    await give(page, "Déplacer les sessions", Motif="Salle occupée")
    await give(page, "Ouvrir aux internes")
    await page.locator("wall-tools").get_by_role("button", name="Démarrer la session").click()
    await expect(page.locator(".wall__checks")).to_contain_text("rien ne bloque le démarrage")
    await look(page, "console-start")
    await page.keyboard.press("Enter")
    await expect(page.locator("amphi-clock")).to_contain_text("#1 Ana ADAM")
    await page.get_by_role("link", name="Journal").last.click()
    await expect(page.get_by_role("table")).to_contain_text("Salle occupée")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Exporter (CSV)").click()
    path = await (await downloading.value).path()
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Date;Heure;Agent;Geste;Amphithéâtre;Concerne;Motif")
    assert any("Sessions déplacées;P01;;Salle occupée" in line for line in lines)


async def test_shortcuts_are_told_and_can_be_turned_off(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await wall_of(page_at, town)
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Raccourcis clavier")
    await expect(keys).to_contain_text("Mettre en pause")
    await keys.get_by_label("Raccourcis actifs").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await expect(page.locator("dialog#gesture")).to_be_hidden()
    await page.reload()
    await is_linked(page)
    await page.keyboard.press("p")
    await expect(page.locator("dialog#gesture")).to_be_hidden()


Eyes = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def eyes(
    axe: Callable[[Page], Awaitable[list[str]]],
    overflow: Callable[[Page], Awaitable[int]],
    look: Look,
) -> Eyes:
    """Nothing serious, nothing beyond the window, and a screenshot to look at."""

    async def seen(page: Page, name: str) -> None:
        assert await axe(page) == [], name
        assert await overflow(page) == 0, name
        await look(page, f"console-{name}")

    return seen


@pytest.mark.parametrize("how", WINDOWS, ids=lambda how: f"{how['color_scheme']}-{how['width']}")
async def test_pages_are_accessible_and_fit_their_window(
    town: Town, page_at: PageAt, eyes: Eyes, how: dict[str, Any]
) -> None:
    await town.theatre.open()
    await an_account(town)
    page = await agent_at(page_at, town, **how)
    for name in ("amphis", "journal", "operators", "account"):
        await page.goto(f"{town.console}/admin/{name}")
        await eyes(page, f"{name}-{how['color_scheme']}")
    await page.goto(f"{town.console}/admin/amphis/{town.theatre.amphi}/readiness")
    await eyes(page, f"readiness-{how['color_scheme']}")


@pytest.mark.parametrize("how", WINDOWS, ids=lambda how: f"{how['color_scheme']}-{how['width']}")
async def test_the_wall_is_accessible_and_fits_its_window(
    town: Town, page_at: PageAt, eyes: Eyes, how: dict[str, Any]
) -> None:
    await town.theatre.open()
    await town.theatre.gesture("pause", reason="Vérification")
    page = await wall_of(page_at, town, **how)
    await expect(page.locator("amphi-state")).to_contain_text("En pause")
    await eyes(page, f"the-wall-{how['color_scheme']}")
    await page.locator("wall-next").get_by_role("button", name="Bilal BENOÎT").click()
    await page.locator("dialog#intern").get_by_role("button", name="Absence prévue").click()
    await expect(page.locator("dialog#gesture")).to_be_visible()
    await eyes(page, f"dialog-{how['color_scheme']}")


@pytest.mark.parametrize("how", WINDOWS, ids=lambda how: f"{how['color_scheme']}-{how['width']}")
async def test_the_door_is_accessible_and_fits_its_window(
    town: Town, page_at: PageAt, eyes: Eyes, how: dict[str, Any]
) -> None:
    await eyes(await page_at(f"{town.console}/admin/sign-in", **how), f"door-{how['color_scheme']}")
    page = await page_at(await link_for(town, await an_account(town)), **how)
    await eyes(page, f"link-{how['color_scheme']}")
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_role("heading", name="Mot de passe et téléphone")).to_be_visible()
    await eyes(page, f"enrolment-{how['color_scheme']}")
