"""A perimeter with ties ranked in a real browser, from the files to the frozen list and its PDF."""

import io
import uuid
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Look, PageAt
from tests.browser.ranking_town import (
    Files,
    a_foreigner,
    a_published_list,
    a_worker,
    agent_of,
    send,
    some_files,
)
from tests.browser.town import PASSWORD, Town

Eyes = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def eyes(
    axe: Callable[[Page], Awaitable[list[str]]],
    overflow: Callable[[Page], Awaitable[int]],
    look: Look,
) -> Eyes:
    """At 1280 and at 320 pixels: nothing serious, nothing beyond the window, a picture to look at."""

    async def seen(page: Page, name: str) -> None:
        for width in (320, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await axe(page) == [], f"{name} {width}"
            assert await overflow(page) == 0, f"{name} {width}"
            await look(page, f"ranking-{name}")

    return seen


async def test_a_perimeter_with_ties_is_ranked_from_the_files_to_the_frozen_list(
    town: Town, page_at: PageAt, eyes: Eyes
) -> None:
    files, territory = some_files(), f"ARS {uuid.uuid4().hex[:8]}"
    page = await agent_of(page_at, town, territory)
    await _imports(page, files, eyes)
    await _founds(page, files, eyes)
    async with a_worker(town):
        await page.get_by_role("button", name="Effectuer le pré-classement").click()
        await expect(page.get_by_text("4 internes classés, 1 groupe d'ex aequo")).to_be_visible(
            timeout=30_000
        )
    await page.get_by_role("link", name="Ouvrir le classement").click()
    await _breaks_ties(page, eyes)
    await _publishes(page, eyes)
    await _plans_and_downloads(page, eyes)


async def test_an_intern_reads_how_the_rank_came_about_contests_it_and_is_answered(
    town: Town, page_at: PageAt, eyes: Eyes
) -> None:
    made = await a_published_list(town)
    page = await page_at("/sign-in?next=/me/ranking")
    await page.get_by_label("Identifiant").fill(made.email)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_text("Rang d'appel 2 sur 3.")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("elle vous en dira le motif")
    await expect(page.get_by_role("main")).not_to_contain_text("Rang corrigé par le CNG")
    await page.get_by_text("Comment ce rang est calculé").click()
    await expect(page.get_by_role("main")).to_contain_text("1 / 3 × 3 = 1")
    await page.get_by_label("Ce qui vous paraît faux").fill("Mon RIN est 9, pas 10.")
    await eyes(page, "mine")
    await page.get_by_role("button", name="Envoyer la réclamation").click()
    await expect(page.get_by_text("Votre réclamation est envoyée")).to_be_visible()
    await expect(page.get_by_role("button", name="Envoyer la réclamation")).to_have_count(0)
    agent = await agent_of(page_at, town, made.territory, f"/admin/ranking/runs/{made.run}")
    await agent.get_by_label("Réponse à ANA Zoé").fill("Le CNG confirme 10.")
    await eyes(agent, "contests")
    await agent.get_by_role("button", name="Rejeter").click()
    await expect(agent.locator("#contests")).to_contain_text("Rejetée")
    await page.reload()
    await expect(page.get_by_role("main")).to_contain_text("Le CNG confirme 10.")
    await page.get_by_role("link", name="Voir la liste d'appel").click()
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Zoé B.")
    await expect(page.get_by_role("row").nth(2)).to_contain_text("ANA Zoé (vous)")
    await eyes(page, "published")
    pages = await _pdf(page, "Liste d'appel (PDF)")
    assert "Zoé A." in pages[0]
    assert "ANA" not in pages[0]
    await page.goto(f"{town.site}/call-lists")
    await eyes(page, "published-lists")


async def test_ranks_of_a_foreign_exam_are_entered_by_hand(
    town: Town, page_at: PageAt, eyes: Eyes
) -> None:
    territory = f"ARS {uuid.uuid4().hex[:8]}"
    perimeter = await a_foreigner(town, territory)
    page = await agent_of(page_at, town, territory, f"/admin/ranking/perimeters/{perimeter}")
    await page.get_by_role("link", name="Internes", exact=True).click()
    await expect(page.get_by_role("row", name="PAM Zoé")).to_contain_text("manquant")
    await eyes(page, "interns")
    await page.get_by_role("link", name="PAM Zoé").click()
    await page.get_by_label("Rang RIN").fill("120")
    await page.get_by_label("Motif de la saisie").fill("Relevé du CNG")
    await page.get_by_role("button", name="Enregistrer les rangs").click()
    await expect(page.locator("#log")).to_contain_text("RC –, RIN 120, RI3 –")
    for form in ("Corriger les semestres", "Prévoir un stage hors discipline", "Droit au remords"):
        await page.get_by_text(form, exact=True).click()
    await eyes(page, "intern")
    await (
        page.get_by_role("group", name="Mai 2026")
        .get_by_label("Nature")
        .select_option("Non validé")
    )
    await page.get_by_label("Motif de la correction").fill("Stage interrompu")
    await page.get_by_role("button", name="Enregistrer les semestres").click()
    await expect(page.locator("#semesters")).to_contain_text("Non validé")
    await expect(page.locator("#log")).to_contain_text("Stage interrompu")
    await page.get_by_role("link", name="Effectuer le pré-classement").click()
    await expect(page.get_by_role("heading", name="Pré-classement")).to_be_visible()


async def _imports(page: Page, files: Files, eyes: Eyes) -> None:
    """Windows-1252 with Œ; the dirty row waits, is corrected, and set aside in the end."""
    await page.get_by_role("link", name="Importer").click()
    await send(page, "Internes", files.interns, "cp1252")
    await expect(page.get_by_text("5 lignes lues : 4 ajoutées")).to_be_visible()
    await expect(page.get_by_role("table", name="Lignes rejetées")).to_contain_text("unknown_exam")
    await eyes(page, "report")
    await send(page, "Semestres", files.semesters)
    await send(page, "Rangs du CNG", files.ranks)
    await expect(page.get_by_text("4 lignes lues : 4 ajoutées")).to_be_visible()
    await page.goto(page.url.replace("/imports", "/quarantine"))
    await page.get_by_label("Promotion").fill("1920")
    await page.get_by_role("button", name="Reprendre la ligne 4").click()
    await expect(page.get_by_text("La ligne attend encore")).to_be_visible()
    await expect(page.locator(".faults")).to_contain_text("La promotion 1920 est trop ancienne")
    await eyes(page, "quarantine")
    await page.get_by_text("Écarter la ligne 4").first.click()
    await page.get_by_label("Motif").fill("N'a pas pris son poste")
    await page.get_by_role("button", name="Écarter la ligne 4").click()
    await expect(page.get_by_text("Aucune ligne n'attend.")).to_be_visible()


async def _founds(page: Page, files: Files, eyes: Eyes) -> None:
    await page.get_by_role("link", name="Classements").first.click()
    await eyes(page, "none")
    await page.get_by_label("Nom du périmètre").fill("Psychiatrie")
    await page.get_by_role("button", name="Créer le périmètre").click()
    await expect(page.get_by_role("heading", name="Psychiatrie")).to_be_visible()
    await page.goto(f"{page.url.split('?')[0]}?semester={files.semester}")
    await expect(page.get_by_role("button", name="Effectuer le pré-classement")).to_have_count(0)
    await page.get_by_label("Motif").fill("Choix faits dans l'ancienne application")
    await page.get_by_role("button", name="Valider les choix").click()
    await eyes(page, "perimeter")


async def _breaks_ties(page: Page, eyes: Eyes) -> None:
    """The suggestion puts Zola first; the arrows put Yvon first, the keyboard Zola again."""
    await expect(page.locator("tr.tied")).to_have_count(2)
    await expect(page.get_by_role("button", name="Valider la levée")).to_have_count(0)
    await eyes(page, "ties")
    await page.get_by_role("link", name="Traiter le groupe du rang 3").click()
    lines = page.locator(".order__line strong")
    await expect(lines).to_have_text(["ZOLA Camille", "YVON Camille"])
    await page.get_by_role("button", name="Monter YVON Camille").click()
    await expect(lines).to_have_text(["YVON Camille", "ZOLA Camille"])
    await expect(page.locator("[data-moved]")).to_have_text("YVON Camille : rang 3, 1 sur 2.")
    await page.get_by_role("button", name="Déplacer ZOLA Camille").press("ArrowUp")
    await expect(lines).to_have_text(["ZOLA Camille", "YVON Camille"])
    upper, lower = page.locator(".order__line").first, page.locator(".order__line").last
    height = (await lower.bounding_box() or {"height": 0})["height"]
    await upper.drag_to(lower, target_position={"x": 200, "y": height - 4})
    await expect(lines).to_have_text(["YVON Camille", "ZOLA Camille"])
    await eyes(page, "group")
    await page.get_by_role("button", name="Valider ce groupe").click()
    await expect(page.get_by_text("Le groupe d'ex aequo est traité.")).to_be_visible()
    await page.get_by_role("button", name="Valider la levée des ex aequo").click()
    await expect(page.get_by_role("heading", name="Classement final")).to_be_visible()


async def _publishes(page: Page, eyes: Eyes) -> None:
    """A swap with its reason, then provisional, contests, frozen; out of time nothing is offered."""
    await page.get_by_role("link", name="Modifier le classement final").click()
    await page.get_by_label("Motif des échanges").fill("Erreur de saisie")
    await eyes(page, "swaps")
    await page.get_by_role("button", name="Descendre ŒUVRARD Émile, rang 1").click()
    await expect(page.locator("tbody tr").filter(has_text="ŒUVRARD").first).to_contain_text("2")
    await page.get_by_role("button", name="Monter ŒUVRARD Émile, rang 2").click()
    await page.get_by_role("link", name="Terminer les échanges").click()
    await page.get_by_role("link", name="Expliquer ŒUVRARD Émile").click()
    await expect(page.get_by_role("main")).to_contain_text("1 / 3 × 4")
    await eyes(page, "explained")
    await page.go_back()
    await page.get_by_role("button", name="Publier la liste provisoire").click()
    await page.get_by_role("button", name="Ouvrir les réclamations").click()
    await expect(page.get_by_role("button", name="Figer la liste")).to_have_count(0)
    await page.get_by_role("button", name="Fermer les réclamations").click()
    await page.get_by_role("button", name="Figer la liste").click()
    await expect(page.get_by_text("La liste est figée.", exact=True)).to_be_visible()
    await page.get_by_text("Journal de ce classement").first.click()
    await expect(page.locator("#log")).to_contain_text("Deux rangs d'appel échangés")
    await expect(page.locator("#log")).to_contain_text("Erreur de saisie")
    await eyes(page, "frozen")


async def _plans_and_downloads(page: Page, eyes: Eyes) -> None:
    await page.get_by_role("link", name="Voir la version 2").click()
    await page.get_by_label("Début de la première session").fill("2026-12-01T13:30")
    await page.get_by_label("Internes par session").fill("3")
    await page.get_by_role("button", name="Planifier").click()
    sessions = page.get_by_role("table", name="Sessions prévues")
    await expect(sessions.get_by_role("row").nth(1)).to_contain_text("1 à 3")
    await expect(sessions.get_by_role("row").nth(2)).to_contain_text("4 à 4")
    await eyes(page, "list")
    pages = await _pdf(page, "Liste d'appel (PDF)")
    assert "ŒUVRARD Émile" in pages[0]
    assert "Version 2, figée" in pages[0]
    assert all(figure in pages[0] for figure in ("1,33", "2,66", "4,00"))
    first, second = await _pdf(page, "Émargement (PDF)")
    assert "rangs 1 à 3" in first
    assert "ZOLA" in second


async def _pdf(page: Page, name: str) -> list[str]:
    """The text of each page of a file downloaded by its link."""
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=name).click()
    path = await (await downloading.value).path()
    raw = path.read_bytes()
    assert raw.startswith(b"%PDF-")
    return [each.extract_text() for each in PdfReader(io.BytesIO(raw)).pages]
