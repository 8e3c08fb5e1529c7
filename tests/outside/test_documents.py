"""The call list and the attendance sheet as files: tagged, complete, the same every time."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from amphi.outside.documents import (
    AttendanceLine,
    AttendancePart,
    CallLine,
    Cover,
    attendance_pdf,
    call_list_pdf,
)
from amphi.outside.workbooks import workbook

LONG = "D’HOKER-DE LA ROCHEFOUCAULD Marie-Françoise Élisabeth"


def a_cover(title: str) -> Cover:
    return Cover(
        title=title,
        territory="Île-de-France",
        perimeter="Médecine – Spécialités chirurgicales",
        version="Version 3, provisoire",
        made_at="06/10/2026 à 13 h 30",
        at=1_791_286_200,
        facts=(("Semestre", "Novembre 2026"), ("Internes", "43")),
    )


def a_line(rank: int, name: str = "ŒUVRARD Émile") -> CallLine:
    return CallLine(
        call_rank=rank,
        name=name,
        des="DES SANTÉ PUBLIQUE",
        seniority="7",
        cohort="2018",
        cohort_size="614",
        local_rank="466",
        theoretical_cohort="2019",
        theoretical_size="10",
        adjusted_rank="7,58",
        absence="Oui" if rank == 2 else "",
    )


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def tags_of(pdf: bytes) -> Counter[str]:
    """How many of each structure element, over the whole tree."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return Counter(_tags(root["/StructTreeRoot"]))


def _tags(node: Any) -> Iterator[str]:
    found = node.get_object()
    if isinstance(found, list):
        for each in found:
            yield from _tags(each)
    elif isinstance(found, dict):
        if "/S" in found:
            yield str(found["/S"])
        if "/K" in found:
            yield from _tags(found["/K"])


def test_the_call_list_is_a_tagged_french_pdf_ua() -> None:
    pdf = call_list_pdf(a_cover("Liste d'appel"), (a_line(1),))
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Liste d'appel – Médecine – Spécialités chirurgicales"
    said = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in said
    assert "pdfaid:part" in said


def test_every_cell_of_the_table_is_tagged_under_eleven_headings() -> None:
    tags = tags_of(call_list_pdf(a_cover("Liste d'appel"), tuple(map(a_line, range(1, 6)))))
    assert tags["/Table"] == 1
    assert tags["/TR"] == 6
    assert tags["/TH"] == 11
    assert tags["/TD"] == 55


def test_the_columns_of_the_manual_stand_in_it_with_accents_and_ligatures() -> None:
    lines = (a_line(1), a_line(2, LONG), a_line(3, "BÉRENGER-ÇAĞLAR Zoë"))
    text = " ".join(
        text_of(call_list_pdf(a_cover("Liste d'appel"), lines, "Une remarque."))[0].split()
    )
    for words in ("ŒUVRARD Émile", "Marie-Françoise Élisabeth", "BÉRENGER-ÇAĞLAR Zoë", "7,58"):
        assert words in text
    for words in ("Effectif promo théorique", "Absence prévue", "Oui", "Une remarque."):
        assert words in text


def test_nine_hundred_and_sixty_lines_repeat_the_headings_and_count_the_pages() -> None:
    pages = text_of(call_list_pdf(a_cover("Liste d'appel"), tuple(map(a_line, range(1, 961)))))
    for n, page in enumerate(pages, 1):
        words = " ".join(page.split())
        assert f"Page {n} / {len(pages)}" in words
        assert "Identité" in words
        assert "Île-de-France – Médecine – Spécialités chirurgicales" in words
        assert "Version 3, provisoire" in words
    assert "960" in pages[-1]


def test_an_attendance_sheet_has_a_page_and_a_heading_for_each_session() -> None:
    absent = AttendanceLine(call_rank=2, name=LONG, des="DES X", remark="Absence prévue")
    held = AttendanceLine(call_rank=31, name="GELLIE Victor", proxy="Jeanne LE GOFF")
    parts = (
        AttendancePart("Session 1 – rangs 1 à 30", (AttendanceLine(call_rank=1, name="A"), absent)),
        AttendancePart("Session 2 – rangs 31 à 43", (held,)),
    )
    pdf = attendance_pdf(a_cover("Feuille d'émargement"), parts)
    first, second = text_of(pdf)
    assert "Session 1 – rangs 1 à 30" in first
    assert "Absence prévue" in first
    assert "Procuration" in first
    assert "Signature" in first
    assert "Session 2" in second
    assert "Jeanne LE GOFF" in second
    assert tags_of(pdf)["/H1"] == 2


def test_names_are_never_read_as_a_language_of_documents() -> None:
    name = "#panic(1) *gras* $x$ <a> \\ «é»"
    assert name in text_of(call_list_pdf(a_cover("Liste"), (a_line(1, name),)))[0]


def test_a_list_of_nobody_is_a_document_too() -> None:
    assert "Liste d'appel" in text_of(call_list_pdf(a_cover("Liste d'appel"), ()))[0]
    assert text_of(attendance_pdf(a_cover("Feuille d'émargement"), ()))


def test_the_same_list_gives_the_same_bytes() -> None:
    one, two = (call_list_pdf(a_cover("Liste d'appel"), (a_line(1),)) for _ in range(2))
    assert one == two


# --- spreadsheets ---------------------------------------------------------------------------------


def test_a_workbook_keeps_numbers_as_numbers_and_text_as_text() -> None:
    heads = ("Rang", "Identité", "Rang actualisé")
    raw = workbook("Liste d'appel: 1/2", heads, [(1, "ŒUVRARD Émile", 7.58), (2, "12", None)])
    sheet = load_workbook(io.BytesIO(raw)).active
    assert sheet.title == "Liste d'appel  1 2"
    assert [cell.value for cell in sheet[1]] == list(heads)
    assert [cell.value for cell in sheet[2]] == [1, "ŒUVRARD Émile", 7.58]
    assert [cell.value for cell in sheet[3]] == [2, "12", None]
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("name", ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_would_run_is_made_harmless(name: str) -> None:
    sheet = load_workbook(io.BytesIO(workbook("L", ("Nom",), [(name,)]))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == f"'{name}"


def test_characters_that_no_workbook_can_hold_are_left_out() -> None:
    sheet = load_workbook(io.BytesIO(workbook("L", ("Nom",), [("A\x00\x1fB",)]))).active
    assert sheet["A2"].value == "AB"
