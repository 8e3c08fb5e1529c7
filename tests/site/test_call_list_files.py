"""An amphi's call list as a file, by Accept and by its links (protocol.md §2, intern-space.md)."""

import io

import httpx2
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from amphi.site.call_list_files import BY_TYPE
from tests.http.house import House
from tests.site.reading_pages import rows, visit

PDF, CSV, XLSX = BY_TYPE


async def opened(house: House) -> str:
    for name in ("validate", "publish"):
        assert (await house.theatre.gesture(name)).code is None
    return f"/amphis/{house.theatre.amphi}/call-list"


def text_of(answer: httpx2.Response) -> str:
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_the_list_comes_as_what_accept_asks_for(lively: House) -> None:
    path = f"/api{await opened(lively)}"
    async with lively.at_the_site() as client:
        pdf = await client.get(path, headers={"accept": PDF})
        assert pdf.headers["content-type"] == PDF
        assert "Prénom1 N." in text_of(pdf)
        assert "NOM1" not in text_of(pdf)
        csv = await client.get(path, headers={"accept": f"{CSV};q=0.9, application/json;q=0.1"})
        lines = csv.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("Rang d'appel;Identité;DES;Ancienneté")
        assert lines[1].startswith("1;Prénom1 N.;")
        xlsx = await client.get(path, headers={"accept": XLSX})
        sheet = load_workbook(io.BytesIO(xlsx.content)).active
        assert [cell.value for cell in sheet["A"]][1:] == [1, 2, 3, 4]
        json = await client.get(path, headers={"accept": f"application/json, {PDF}"})
        assert json.headers["content-type"] == "application/json"


async def test_the_page_offers_the_files_and_they_have_names(lively: House) -> None:
    path = await opened(lively)
    async with lively.at_the_site() as client:
        html = await visit(client, path)
        assert len(rows(html)) == 4
        for file in ("pdf", "csv", "xlsx"):
            assert f'href="{path}/call-list.{file}" download' in html
            answer = await client.get(f"{path}/call-list.{file}")
            assert answer.status_code == 200
            said = answer.headers["content-disposition"]
            assert said.startswith("attachment; filename*=UTF-8''liste-d-appel-p01-")
            assert said.endswith(f"-2026-11.{file}")


@pytest.mark.parametrize("file", ["call-list.pdf", "call-list.csv"])
async def test_before_the_opening_there_is_no_list_to_download(house: House, file: str) -> None:
    async with house.at_the_site() as client:
        answer = await client.get(f"/amphis/{house.theatre.amphi}/call-list/{file}")
        assert (answer.status_code, answer.json()["code"]) == (409, "amphi_not_open")


async def test_another_file_is_unknown(lively: House) -> None:
    path = await opened(lively)
    async with lively.at_the_site() as client:
        for file in ("attendance.pdf", "call-list.exe", "call-list"):
            answer = await client.get(f"{path}/{file}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_address")
