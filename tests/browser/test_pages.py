"""The site's pages in a real browser: sound for axe at both widths, in both themes; used by keyboard."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.browser.conftest import Look, PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.town import PASSWORD, Town
from tests.site.test_demo_mails import a_mail

ROUND_MS = 6_100  # refresh.js asks every 4 to 6 s
WAYS = [(1280, "light"), (320, "light"), (1280, "dark"), (320, "dark")]


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url, interns=8) as founded:
        yield founded


async def chosen(town: Town, *ranks: int) -> None:
    for rank in ranks:
        assert (await town.theatre.choose(rank, str(21869 + rank))).code is None


async def pages_of(town: Town) -> dict[str, str]:
    """Every page, by the name of its picture."""
    amphi = town.theatre.amphi
    return {
        "home": "/",
        "amphis": "/amphis",
        "sessions": f"/amphis/{amphi}/sessions",
        "call-list": f"/amphis/{amphi}/call-list",
        "posts-by-service": "/posts",
        "posts-by-post": "/posts?view=post&sort=establishment",
        "assignments": "/assignments",
        "assignments-none": "/assignments?first_name=nobody",
        "nowhere": "/nowhere",
    }


@pytest.mark.parametrize(("width", "scheme"), WAYS)
async def test_every_page_is_sound(
    town: Town, page_at: PageAt, axe: Any, look: Look, overflow: Any, width: int, scheme: str
) -> None:
    await town.theatre.open()
    await chosen(town, 1, 2)
    page = await page_at("", width, color_scheme=scheme)
    await page.goto(f"{town.site}/sign-in?next=/amphis")
    assert await axe(page) == []
    await look(page, f"sign-in-{scheme}")
    await town.sign_in(page, 4)
    for name, path in (await pages_of(town)).items():
        await page.goto(f"{town.site}{path}")
        if name == "posts-by-service":
            await page.locator(".service summary").first.click()
        assert await axe(page) == [], name
        assert await overflow(page) == 0, name
        await look(page, f"{name}-{scheme}")


async def test_signing_in_by_keyboard_after_a_mistake_and_going_back(
    town: Town, page_at: PageAt, axe: Any, look: Look
) -> None:
    email = await town.account(1)
    page = await page_at("/sign-in?next=/assignments")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    await page.keyboard.press("Enter")
    for word in (email, "not the password"):
        await page.keyboard.press("Tab")
        await page.keyboard.type(word)
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    assert await page.get_by_label("Identifiant").input_value() == email
    assert await axe(page) == []
    await look(page, "sign-in-refused")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{town.site}/assignments")
    await page.go_back()  # to the sign-in page, which leads on at once
    await page.wait_for_url(f"{town.site}/assignments")
    await page.get_by_role("button", name="Se déconnecter").first.click()
    await page.get_by_text("Vous êtes déconnecté.").wait_for()
    await page.go_back()
    await page.reload()
    assert await page.get_by_role("link", name="Connexion").count() > 0


async def test_a_double_click_signs_in_once(town: Town, page_at: PageAt) -> None:
    email = await town.account(1)
    page = await page_at("/sign-in")
    await page.get_by_label("Identifiant").fill(email)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").dblclick()
    await page.get_by_role("button", name="Se déconnecter", exact=True).wait_for()


async def test_new_assignments_appear_without_taking_the_focus(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await page_at()
    await page.clock.install()
    await page.goto(f"{town.site}/assignments")
    assert await page.get_by_text("Aucune affectation pour le moment.").is_visible()
    await chosen(town, 1)
    await asyncio.sleep(1.1)  # rows are at most a second old
    await page.clock.run_for(ROUND_MS)
    await page.locator("#rows tr").first.wait_for()
    box = page.get_by_label("Mise à jour automatique")
    await box.focus()
    await chosen(town, 2)
    await asyncio.sleep(1.1)
    await page.clock.run_for(ROUND_MS)
    await page.get_by_text("1 nouvelle affectation à").wait_for()
    await page.locator("#rows tr >> nth=1").wait_for()
    assert await box.evaluate("box => box === document.activeElement")
    posts = await page.locator("#rows td[data-label='Poste']").all_inner_texts()
    assert posts == ["21871", "21870"]
    await box.uncheck()
    await chosen(town, 3)
    await asyncio.sleep(1.1)
    await page.clock.run_for(2 * ROUND_MS)
    await asyncio.sleep(0.3)
    assert await page.locator("#rows tr").count() == 2


async def test_a_lost_link_is_said_and_mends_by_itself(town: Town, page_at: PageAt) -> None:
    page = await page_at()
    await page.clock.install()
    await page.goto(f"{town.site}/assignments")
    await page.context.set_offline(True)
    await page.clock.run_for(ROUND_MS)
    await page.get_by_text("Liaison perdue : la liste n'est plus à jour.").wait_for()
    await page.context.set_offline(False)
    await page.clock.run_for(ROUND_MS)
    await page.get_by_text("Liaison perdue").wait_for(state="detached")


async def test_at_twice_the_size_nothing_is_cut_off(
    town: Town, page_at: PageAt, overflow: Any
) -> None:
    """ "200 % zoom": a window of 1280 shows what fits into 640."""
    await town.theatre.open()
    page = await page_at("", 640, device_scale_factor=2)
    for path in (await pages_of(town)).values():
        await page.goto(f"{town.site}{path}")
        assert await overflow(page) == 0, path


@pytest.mark.parametrize("width", [1280, 320])
async def test_the_demonstrations_mails_are_read(
    town: Town, page_at: PageAt, axe: Any, look: Look, overflow: Any, width: int
) -> None:
    folder = town.mails
    for number in (1, 2, 3):
        to = f"marie-charlotte.de-la-villardiere{number}@internes.example"
        text = "Bonjour Ana ADAM,\n\nVous avez choisi pour stage\n\nN° Poste : 21870\n\n"
        a_mail(folder, number, to, f"{text}{town.site}/assignments\n")
    page = await page_at("/demo/mails", width)
    assert await page.locator("tbody tr").count() == 3
    assert await axe(page) == []
    assert await overflow(page) == 0
    await look(page, "mails")
    await page.get_by_role("link", name="Confirmation de votre choix").first.click()
    assert await axe(page) == []
    assert await overflow(page) == 0
    await look(page, "mail")
    await page.get_by_role("link", name="/assignments").last.click()
    await page.wait_for_url(f"{town.site}/assignments")
