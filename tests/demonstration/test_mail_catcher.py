"""The postbox of the demonstration keeps what a real SMTP client hands it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from amphi.demonstration.mail_catcher import MailCatcher


def a_mail(subject: str, text: str = "Bonjour\n.\nPoint seul au-dessus") -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "ars@amphi.example", "a@internes.example", subject
    mail.set_content(text)
    return mail


async def test_mails_are_kept_in_order_with_their_text(tmp_path: Path) -> None:
    catcher = MailCatcher(tmp_path)
    async with catcher.listening() as port:
        for subject in ("Votre affectation", "Procuration"):
            await aiosmtplib.send(
                a_mail(subject), hostname="127.0.0.1", port=port, start_tls=False, use_tls=False
            )
    kept = [
        message_from_bytes(each.read_bytes(), policy=policy.default) for each in _mails(tmp_path)
    ]
    assert [mail["Subject"] for mail in kept] == ["Votre affectation", "Procuration"]
    assert "Point seul" in kept[0].get_content()
    assert catcher.caught == 2


async def test_nobody_else_of_this_machine_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir(mode=0o755)
    async with MailCatcher(folder).listening() as port:
        await aiosmtplib.send(
            a_mail("Secret"), hostname="127.0.0.1", port=port, start_tls=False, use_tls=False
        )
    (mail,) = _mails(folder)
    assert (folder.stat().st_mode & 0o777, mail.stat().st_mode & 0o777) == (0o700, 0o600)


async def test_a_second_start_numbers_on(tmp_path: Path) -> None:
    (tmp_path / "000001.eml").write_text("")
    async with MailCatcher(tmp_path).listening() as port:
        await aiosmtplib.send(
            a_mail("Encore"), hostname="127.0.0.1", port=port, start_tls=False, use_tls=False
        )
    assert [each.name for each in _mails(tmp_path)] == ["000001.eml", "000002.eml"]


def _mails(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))
