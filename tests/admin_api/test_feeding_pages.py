"""A frozen list given to an amphi by its page, and what everybody then reads of it (DCI §7)."""

import html
import io

from pypdf import PdfReader

from amphi.http.sentences import sentence
from amphi.rules.refusals import Refusal
from tests.actions.ward import a_ward, frozen
from tests.http.house import House
from tests.records.interns_on_file import SEMESTER
from tests.site.reading_pages import AS_A_BROWSER, rows, visit, words


async def prepared(house: House) -> str:
    """A frozen list, and the theatre's amphi of its semester, without lines of its own."""
    made = await frozen(await a_ward(house.theatre.database))
    async with house.theatre.database.transaction() as connection:
        await connection.exec_driver_sql(f"UPDATE campaigns SET semester = '{SEMESTER}'")
        await connection.exec_driver_sql("UPDATE amphis SET regime = 'OLD'")
        await connection.exec_driver_sql("DELETE FROM call_list_entries")
    return f"/admin/ranking/lists/{made}"


async def test_an_amphi_takes_a_frozen_list_and_shows_its_figures(lively: House) -> None:
    path, amphi = await prepared(lively), lively.theatre.amphi
    async with lively.operator() as agent:
        assert "Planifiez d'abord les sessions" in words(await visit(agent, path))
        early = await agent.post(f"{path}/feed", data={"amphi": amphi}, headers=AS_A_BROWSER)
        told = sentence(Refusal("sessions_not_planned"))
        assert (early.status_code, told in html.unescape(early.text)) == (409, True)
        plan = {"starts_at": "2027-04-06T09:00", "session_size": "3"}
        assert (await agent.post(f"{path}/sessions", data=plan)).status_code == 303
        assert (await agent.post(f"{path}/feed", data={"amphi": amphi})).status_code == 303
        assert "Amphithéâtre P01 – Non validé" in words(await visit(agent, path))
        for name in ("validate", "publish"):
            assert (await lively.theatre.gesture(name)).code is None
        again = {"amphi": amphi, "why": "Relue"}
        assert (await agent.post(f"{path}/feed", data=again)).status_code == 303
        unknown = await agent.post(f"{path}/feed", data={"amphi": "none"}, headers=AS_A_BROWSER)
        assert unknown.status_code == 404
        sheet = await agent.get(f"{path}/attendance.pdf")
        assert len(PdfReader(io.BytesIO(sheet.content)).pages) == 2
    async with lively.at_the_site() as anybody:
        page = await visit(anybody, f"/amphis/{amphi}/call-list")
        first = rows(page)[0]
        assert first == [
            "1",
            "Zoé A.",
            "Psychiatrie",
            "5",
            "2024",
            "3",
            "1",
            "2024",
            "4",
            "1,33",
            "1",
            "",
        ]
        pdf = await anybody.get(f"/amphis/{amphi}/call-list/call-list.pdf")
        text = PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
        assert "1,33" in text


async def test_only_the_newest_version_is_public(house: House) -> None:
    ward = await a_ward(house.theatre.database)
    made = await frozen(ward)
    async with house.at_the_site() as anybody:
        listed = await visit(anybody, "/call-lists")
        assert f'href="/call-lists/{made}"' in listed
        assert listed.count("call-list.pdf") == 1
        page = await visit(anybody, f"/call-lists/{made}?name=z")
        assert [row[1] for row in rows(page)] == ["Zoé A.", "Zoé B.", "Zoé Z.", "Zoé Y."]
        assert (await anybody.get("/call-lists/unknown")).status_code == 404
        assert (await anybody.get(f"/call-lists/{made}/attendance.pdf")).status_code == 404
        csv = await anybody.get(f"/call-lists/{made}/call-list.csv")
        assert "ZED" not in csv.content.decode("utf-8-sig")
        mine = await anybody.get("/me/ranking", headers=AS_A_BROWSER)
        assert (mine.status_code, mine.headers["location"]) == (
            303,
            "/sign-in?next=%2Fme%2Franking",
        )
        filed = await anybody.post(f"/me/ranking/{ward.run}/contests", data={"says": "x"})
        assert filed.status_code == 401
    async with house.operator() as agent:
        older = await visit(agent, f"/admin/ranking/runs/{ward.run}")
        first = older.rpartition("/admin/ranking/lists/")[0].rpartition("/admin/ranking/lists/")[2]
        provisional = first.partition('"')[0].partition("/")[0]
    assert provisional != made
    async with house.at_the_site() as anybody:
        old = await anybody.get(f"/call-lists/{provisional}", headers=AS_A_BROWSER)
    assert old.status_code == 404
    assert "une version plus récente l'a remplacée" in words(old.text)
