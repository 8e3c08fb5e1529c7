"""Files sent to the console: reports, refusals, the quarantine, and what is too much."""

import html
import io

import httpx2
import pytest
from openpyxl import Workbook

from admin_api.imports import LARGEST
from tests.http.house import House
from tests.site.reading_pages import AS_A_BROWSER, rows, visit, words

IMPORTS, QUARANTINE = "/admin/ranking/imports", "/admin/ranking/quarantine"
HEAD = "intern;last_name;first_name;profession;discipline;regime;exam;cohort\n"
ANA = "a1;ŒUVRARD;Émile;médecine;Psychiatrie;ancien régime;national;2024\n"
WRONG = "b2;PETIT;Bob;médecine;Psychiatrie;ancien régime;lunaire;2024\n"


async def send(
    client: httpx2.AsyncClient, raw: bytes, kind: str = "interns", **fields: str
) -> httpx2.Response:
    files = {"file": ("C:\\dossier\\internes.csv", raw, "text/csv")}
    return await client.post(
        IMPORTS, data={"kind": kind} | fields, files=files, headers=AS_A_BROWSER
    )


def read(answer: httpx2.Response) -> str:
    return words(answer.text)


async def row_of(client: httpx2.AsyncClient) -> str:
    """The address of the one row that waits."""
    page = await visit(client, QUARANTINE)
    assert page.count("/replay") == 1
    return page.partition(f'action="{QUARANTINE}/')[2].partition("/")[0]


async def test_a_file_is_brought_in_with_a_report_and_its_rejects_as_a_file(house: House) -> None:
    async with house.operator() as agent:
        answer = await send(agent, (HEAD + ANA + WRONG).encode("cp1252"))
        assert answer.status_code == 200
        assert "Rapport : internes.csv (Internes)" in read(answer)
        assert "2 lignes lues : 1 ajoutée, 0 modifiée, 0 inchangée, 1 rejetée" in read(answer)
        assert rows(answer.text)[0][0::3] == ["3", "unknown_exam"]
        made = answer.text.partition(f"{IMPORTS}/")[2].partition("/rejects.csv")[0]
        rejects = await agent.get(f"{IMPORTS}/{made}/rejects.csv")
        assert "PETIT;Bob" in rejects.content.decode("utf-8-sig")
        assert "1 ligne de fichier attend" in words(await visit(agent, "/admin/ranking"))
        again = await send(agent, rejects.content.replace(b"lunaire", b"national"))
        assert "1 ligne lue : 1 ajoutée" in read(again)
    async with house.operator(territory="Bretagne") as stranger:
        assert (await stranger.get(f"{IMPORTS}/{made}/rejects.csv")).status_code == 404
        assert "internes.csv" not in await visit(stranger, IMPORTS)


async def test_a_workbook_is_brought_in_like_a_csv_file(house: House) -> None:
    book = Workbook()
    for line in (HEAD, ANA):
        book.active.append(line.strip().split(";"))
    out = io.BytesIO()
    book.save(out)
    async with house.operator() as agent:
        assert "1 ligne lue : 1 ajoutée" in read(await send(agent, out.getvalue()))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Le fichier est vide."),
        (b"\xef\xbb\xbf", "Le fichier est vide."),
        (b"\x7fELF\x00", "Ce n'est pas un tableau CSV ou XLSX."),
        (b"PK\x03\x04\x00", "Ce n'est pas un tableau CSV ou XLSX."),
        (b"intern;last_name\n", "La colonne « first_name » manque."),
        (HEAD.encode(), "Le fichier n'a aucune ligne sous l'en-tête."),
    ],
)
async def test_a_file_that_is_none_is_refused_whole(house: House, raw: bytes, said: str) -> None:
    async with house.operator() as agent:
        answer = await send(agent, raw)
        assert answer.status_code == 422
        assert "rien n'a été importé" in read(answer)
        assert said in read(answer)
        assert "Aucun fichier n'a encore été importé." in words(await visit(agent, IMPORTS))


async def test_a_dry_run_tells_and_writes_nothing(house: House) -> None:
    async with house.operator() as agent:
        answer = await send(agent, (HEAD + ANA + WRONG).encode(), dry_run="1")
        assert "Vérification seule : rien n'a été enregistré" in read(answer)
        assert "Aucun fichier n'a encore été importé." in read(answer)
        assert "Aucune ligne n'attend." in words(await visit(agent, QUARANTINE))


async def test_no_file_another_kind_another_form_are_refused(house: House) -> None:
    async with house.operator() as agent:
        none = await agent.post(IMPORTS, data={"kind": "interns"}, headers=AS_A_BROWSER)
        assert (none.status_code, "Choisissez d'abord un fichier." in read(none)) == (422, True)
        odd = await send(agent, HEAD.encode(), kind="aliens")
        assert odd.status_code in {400, 422}
        cut = await agent.post(
            IMPORTS,
            content=b"--x\r\nContent-Disposition: nothing",
            headers=AS_A_BROWSER | {"content-type": "multipart/form-data"},
        )
        assert cut.status_code in {400, 422}


async def test_a_file_beyond_the_limit_is_refused_unread(house: House) -> None:
    async with house.operator() as agent:
        answer = await send(agent, b"x" * (LARGEST + 1))
        assert answer.status_code == 413


async def test_a_waiting_row_is_corrected_or_set_aside_by_its_own_ars(house: House) -> None:
    async with house.operator() as agent, house.operator(territory="Bretagne") as stranger:
        await send(agent, (HEAD + WRONG).encode())
        path = f"{QUARANTINE}/{await row_of(agent)}"
        for gesture in ("replay", "discard"):
            refused = await stranger.post(
                f"{path}/{gesture}", data={"why": "x"}, headers=AS_A_BROWSER
            )
            assert refused.status_code == 404
        wrong = await agent.post(
            f"{path}/replay",
            data={"cell-cohort": "", "cell-exam": "national"},
            headers=AS_A_BROWSER,
        )
        assert wrong.status_code == 422
        assert "La ligne attend encore" in read(wrong)
        assert "Promotion : Cette valeur manque." in html.unescape(read(wrong))
        silent = await agent.post(f"{path}/discard", data={"why": " "}, headers=AS_A_BROWSER)
        assert silent.status_code == 422
        done = await agent.post(
            f"{path}/replay", data={"cell-cohort": "2024"}, headers=AS_A_BROWSER
        )
        assert done.status_code == 303
        late = await agent.post(f"{path}/discard", data={"why": "x"}, headers=AS_A_BROWSER)
        assert late.status_code == 409


async def test_empty_files_with_the_columns_are_offered(house: House) -> None:
    async with house.operator() as agent:
        for kind in ("interns", "semesters", "cng-ranks"):
            template = await agent.get(f"{IMPORTS}/templates/{kind}.csv")
            assert template.content.decode("utf-8-sig").startswith("intern;")
        assert (await agent.get(f"{IMPORTS}/templates/aliens.csv")).status_code == 404
        page = words(await visit(agent, IMPORTS))
        for word in ("médecine", "phase socle", "étranger", "surnombre non validant", "2026-11"):
            assert word in page, "what may be written is said before it is refused"
