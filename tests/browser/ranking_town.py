"""An ARS of its own with files to import; a worker that preranks; an agent at the ranking pages."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

from playwright.async_api import FilePayload, Page, expect

from amphi.actions import contesting, ranking
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import Actor
from amphi.http.passwords import Passwords
from amphi.http.wording import PARIS
from amphi.records.accounts import insert_account
from amphi.records.interns import ExamOf, exam_ids
from amphi.records.jobs import RANK
from amphi.records.work import work
from amphi.rules.ids import PersonId
from amphi.rules.ranking.calendar import number, numbered
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.import_reading import today_in
from amphi.rules.ranking.perimeters import Profession
from tests.browser.conftest import PageAt
from tests.browser.console_page import link_for
from tests.browser.town import PASSWORD, Town
from tests.records.interns_on_file import SEMESTER, a_perimeter, an_intern, on_file
from workers.ranking import Rankings


class Files(NamedTuple):
    """Three files about four interns: Ana, Bob, then Yan and Zed together; a fifth row is dirty.

    `semester`: the one chosen for. Nothing depends on the day on which the tests are run.
    """

    semester: str
    interns: str
    semesters: str
    ranks: str


def some_files() -> Files:
    """With INE that no other test has."""
    today = datetime.now(PARIS)
    present = number(today_in(today.year, today.month).semester)
    mark = uuid.uuid4().hex[:6]
    ana, bob, yan, zed = (f"{mark}{name}" for name in ("ana", "bob", "yan", "zed"))
    head = "intern;last_name;first_name;profession;discipline;des;regime;exam;cohort;entered"
    of = "médecine;Psychiatrie;DES PSYCHIATRIE;ancien régime"
    usual, earlier = present - 4, present - 6
    cohorts = {start: (start - 1) // 2 for start in (usual, earlier)}  # November of the exam's year
    names = (
        (ana, "ŒUVRARD", usual),
        (bob, "PETIT", usual),
        (yan, "YVON", usual),
        (zed, "ZOLA", earlier),
    )
    rows = [
        f"{ine};{name};{'Émile' if ine == ana else 'Camille'};{of};national;{cohorts[at]};{numbered(at)}"
        for ine, name, at in names
    ]
    dirty = f"{mark}dim;DIMANCHE;Léa;{of};lunaire;{cohorts[usual]};{numbered(usual)}"
    done = [f"{ine};{numbered(present - n)};validé" for ine, _, _ in names for n in range(5)]
    leave = [
        f"{zed};{numbered(earlier + n)};disponibilité pour convenances personnelles" for n in (0, 1)
    ]
    ranked = zip(
        (ana, bob, yan, zed), (10, 20, 30, 20), (usual, usual, usual, earlier), strict=True
    )
    ranks = [f"{ine};national;{cohorts[at]};{rank};{rank};" for ine, rank, at in ranked]
    return Files(
        numbered(present + 1),
        "\n".join([head, *rows[:2], dirty, *rows[2:]]),
        "\n".join(["intern;semester;kind", *done, *leave]),
        "\n".join(["intern;exam;cohort;rc;rin;ri3", *ranks]),
    )


@asynccontextmanager
async def a_worker(town: Town) -> AsyncIterator[None]:
    """Preranks what is asked for, for as long as the block runs."""
    stop = asyncio.Event()
    database = town.held.database
    running = asyncio.create_task(work(database.url, {RANK: Rankings(database).rank}, stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def agent_of(
    page_at: PageAt, town: Town, territory: str, path: str = "/admin/ranking"
) -> Page:
    """A page of an agent of that ARS, who came by a one-use link."""
    page = await page_at(await link_for(town, await town.agent("Agnès MARTIN", territory)))
    await page.get_by_role("button", name="Se connecter").click()
    await page.wait_for_url(f"{town.console}/admin/amphis")
    await page.goto(f"{town.console}{path}")
    return page


async def send(page: Page, kind: str, text: str, encoding: str = "utf-8") -> None:
    """A file by the form of the imports, which must be on the page."""
    file = FilePayload(name=f"{kind}.csv", mimeType="text/csv", buffer=text.encode(encoding))
    await page.get_by_label(kind, exact=True).check()
    await page.get_by_label("Fichier", exact=True).set_input_files(file)
    await page.get_by_role("button", name="Importer").click()
    await expect(page.get_by_role("heading", name="Rapport")).to_be_visible()


class Published(NamedTuple):
    """A list of Ana, Bob and Yan at the stage of contests; `ana` may sign in with PASSWORD."""

    territory: str
    run: str
    call_list: str
    ana: PersonId
    email: str


async def a_published_list(town: Town) -> Published:
    """Of an ARS of its own; the window is open."""
    actor = Actor("agent", f"ARS {uuid.uuid4().hex[:8]}")
    email = f"{uuid.uuid4().hex[:8]}@example.org"
    hashed = await Passwords().hashed(PASSWORD)
    async with town.held.database.transaction() as connection:
        perimeter = await a_perimeter(connection, territory=actor.territory)
        new = [an_intern(name, rin) for name, rin in (("ana", 10), ("bob", 20), ("yan", 30))]
        people = await on_file(connection, new, actor.territory)
        await insert_account(connection, people[0], email, hashed)
        ranked = await prerank_now(connection, actor, perimeter.id, SEMESTER)
        await ranking.validate_ties(connection, actor, ranked.run)
        await ranking.swap(connection, actor, ranked.run, 1, "Rang corrigé par le CNG")
        call_list = await ranking.publish(connection, actor, ranked.run)
        await contesting.open_contests(connection, actor, ranked.run)
    return Published(actor.territory, ranked.run, call_list, people[0], email)


async def a_foreigner(town: Town, territory: str) -> str:
    """A perimeter of that ARS; Pam, its only intern, came by the PET and has no ranks."""
    async with town.held.database.transaction() as connection:
        perimeter = await a_perimeter(connection, territory=territory)
        pet = ExamOf(Profession.MEDICINE, Exam.FOREIGN, 2024, "PET")
        exam = (await exam_ids(connection, {pet}))[pet]
        await on_file(connection, [an_intern("pam", None, exam=exam)], territory)
    return perimeter.id
