"""The demonstration's mail page."""

from email.message import EmailMessage
from pathlib import Path

from tests.http.house import House
from tests.live.amphitheatre import Amphitheatre
from tests.site.reading_pages import rows, visit, words


def a_mail(folder: Path, number: int, to: str, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "amphi@localhost", to
    message["Subject"] = "Confirmation de votre choix : été"
    message["Date"] = "Sat, 26 Sep 2026 07:00:00 +0000"
    message.set_content(text)
    (folder / f"{number:06}.eml").write_bytes(message.as_bytes())


async def test_mails_are_listed_newest_first_and_read(
    theatre: Amphitheatre, tmp_path: Path
) -> None:
    a_mail(
        tmp_path, 1, "i1@example.org", "Bonjour,\n\n<b>Émile</b> https://example.org/x?a=1&b=2\n"
    )
    a_mail(tmp_path, 2, "i2@example.org", "Deux\n")
    async with House(theatre, caught_mails=tmp_path).at_the_site() as anybody:
        listed = await visit(anybody, "/demo/mails")
        assert [row[1] for row in rows(listed)] == ["i2@example.org", "i1@example.org"]
        assert rows(listed)[0][0] == "26/09/2026 09:00"
        assert len(rows(await visit(anybody, "/demo/mails?to=I1@"))) == 1
        read = await visit(anybody, "/demo/mails/1")
        assert "&lt;b&gt;Émile&lt;/b&gt;" in read
        assert 'href="https://example.org/x?a=1&amp;b=2"' in read
        assert "Confirmation de votre choix : été" in words(read)
        for unknown in ("3", "0", "99999999999"):
            await visit(anybody, f"/demo/mails/{unknown}", 404)
        assert 'href="/demo/mails"' in await visit(anybody, "/")


async def test_what_is_no_proper_mail_is_shown_all_the_same(
    theatre: Amphitheatre, tmp_path: Path
) -> None:
    (tmp_path / "000001.eml").write_bytes(b"Date: never\r\n\r\nhello")
    (tmp_path / "notes.eml").write_bytes(b"not ours")
    async with House(theatre, caught_mails=tmp_path).at_the_site() as anybody:
        assert rows(await visit(anybody, "/demo/mails")) == [["–", "", "(sans objet)"]]
        assert "hello" in words(await visit(anybody, "/demo/mails/1"))


async def test_before_the_first_mail_the_page_says_so(
    theatre: Amphitheatre, tmp_path: Path
) -> None:
    async with House(theatre, caught_mails=tmp_path / "none").at_the_site() as anybody:
        assert "Aucun courriel pour le moment." in words(await visit(anybody, "/demo/mails"))
