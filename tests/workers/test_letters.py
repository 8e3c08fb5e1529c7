"""The French text of each mail (DCI §6.1)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from jinja2 import UndefinedError

from amphi.http.mailed_links import MailedLinks
from amphi.records.database import Database
from amphi.records.mail_kinds import MailKind
from amphi.records.mails import Mail
from tests.workers.postoffice import SECRET, SITE
from workers.letters import in_words, letter
from workers.services import Services

NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
POST = {
    "number": "1239",
    "des": "ONC18",
    "establishment": "HENRI MONDOR (AP-HP)",
    "finess": "940100027",
    "service": "ONCOLOGIE",
    "supervisor": "BAUDELAIRE CHARLES",
    "department": "94",
    "earmark": "Contrôle",
    "reserved": True,
}
CHOICE = {
    "post": POST,
    "amphi": "a",
    "seq": 812,
    "receipt": "ab" * 32,
    "at": 1_791_270_000_000,
    "by": "intern",
    "choice_status": "SURNOMBRE_VALIDANT",
}
FACTS: dict[MailKind, dict[str, Any]] = {
    MailKind.ASSIGNMENT: CHOICE,
    MailKind.ASSIGNMENT_TO_HOLDER: CHOICE | {"by": "proxy"},
    MailKind.RECTIFICATION: CHOICE | {"former_post": "7", "taken_back": False},
    MailKind.STATUS_DECIDED: {"accepted": True, "choice_status": "STANDARD"},
    MailKind.PROXY_SENT: {"proxy": "p1", "holder_email": "marcel.proust@example.org"},
    MailKind.PROXY_OFFERED: {"proxy": "p1", "holder_email": "marcel.proust@example.org"},
    MailKind.PROXY_CANCELLED: {"proxy": "p1"},
    MailKind.CONTEST_ANSWERED: {
        "perimeter": "Psychiatrie",
        "semester": "2027-05",
        "accepted": False,
    },
}


@pytest.fixture
async def services() -> Any:
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nowhere")
    yield Services(
        database=database,
        server=None,
        mail_from="amphi@ars.example.org",
        site=SITE,
        links=MailedLinks(SECRET),
    )
    await database.close()


def a_mail(kind: MailKind, **facts: Any) -> Mail:
    intern = {"intern": {"first_name": "Emile", "last_name": "ZOLA"}}
    return Mail(
        id=1,
        message_id=f"offer.812.{kind}",
        kind=kind,
        person=None,
        address="emile.zola@example.org",
        facts=intern | FACTS[kind] | facts,
        attempts=1,
    )


def text(kind: MailKind, services: Services, **facts: Any) -> str:
    return str(letter(a_mail(kind, **facts), services, NOW).get_content())


def test_the_confirmation_says_what_the_manual_shows(services: Services) -> None:
    """ "Vous avez choisi pour stage …" (DCI §6.1)"""
    message = letter(a_mail(MailKind.ASSIGNMENT), services, NOW)
    said = message.get_content()
    assert "Bonjour Emile ZOLA," in said
    assert (
        "Vous avez choisi pour stage\n\n"
        "Spécialité : ONC18\n"
        "Établissement : HENRI MONDOR (AP-HP)\n"
        "Service : ONCOLOGIE\n"
        "Chef de service : BAUDELAIRE CHARLES\n"
        "N° Poste : 1239 - Réservé\n"
        "Fléchage : Contrôle\n"
    ) in said
    assert "ab" * 32 in said
    assert "6 octobre 2026 à 09:00:00" in said
    assert "sous le numéro 812" in said
    assert f"Accès au site : {SITE}" in said
    assert message["Subject"] == "Votre affectation : poste 1239, HENRI MONDOR (AP-HP)"


def test_a_post_that_is_not_reserved_is_not_said_to_be(services: Services) -> None:
    assert "N° Poste : 1239\n" in text(
        MailKind.ASSIGNMENT, services, post=POST | {"reserved": False}
    )


def test_who_chose_is_said_when_it_was_not_the_intern(services: Services) -> None:
    assert "mandataire" not in text(MailKind.ASSIGNMENT, services)
    assert "par votre mandataire" in text(MailKind.ASSIGNMENT, services, by="proxy")
    assert "par un agent de l'ARS" in text(MailKind.ASSIGNMENT, services, by="operator")


def test_the_holder_never_reads_the_grantors_type_of_choice(services: Services) -> None:
    said = text(MailKind.ASSIGNMENT_TO_HOLDER, services)
    assert "SURNOMBRE" not in said
    assert "surnombre" not in said


@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_of_mail_is_a_whole_french_letter(kind: MailKind, services: Services) -> None:
    message = letter(a_mail(kind), services, NOW)
    said = message.get_content()
    assert said.startswith("Bonjour")
    assert "Cordialement," in said
    assert "ne pas y répondre" in said
    assert "\n\n\n" not in said
    assert "{" not in said
    assert message["Subject"]
    assert message["To"] == "emile.zola@example.org"
    assert message["From"] == "amphi@ars.example.org"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("kind", MailKind)
def test_the_same_mail_has_one_message_id_for_ever(kind: MailKind, services: Services) -> None:
    first, later = (letter(a_mail(kind), services, at) for at in (NOW, NOW.replace(hour=15)))
    assert first["Message-ID"] == later["Message-ID"] == f"<offer.812.{kind}@ars.example.org>"
    assert first["Date"] != later["Date"]


def test_the_offer_of_a_proxy_brings_a_link_that_the_site_understands(services: Services) -> None:
    said = text(MailKind.PROXY_OFFERED, services)
    token = next(line for line in said.splitlines() if "link=" in line).partition("link=")[2]
    offered = MailedLinks(SECRET).offered(token)
    assert (offered.proxy, offered.email) == ("p1", "emile.zola@example.org")


def test_a_fact_that_is_missing_is_an_error_and_never_a_blank(services: Services) -> None:
    mail = a_mail(MailKind.ASSIGNMENT)
    del mail.facts["receipt"]
    with pytest.raises(UndefinedError, match="receipt"):
        letter(mail, services, NOW)


def test_whoever_contested_reads_where_the_answer_is_and_whether_it_was_accepted(
    services: Services,
) -> None:
    refused = text(MailKind.CONTEST_ANSWERED, services)
    assert "n'a pas accepté votre réclamation sur le classement Psychiatrie" in refused
    assert "choix de mai 2027" in refused
    assert f"{SITE}/me/ranking" in refused
    accepted = text(MailKind.CONTEST_ANSWERED, services, accepted=True)
    assert "L'ARS a accepté votre réclamation" in accepted


def test_no_header_hides_in_a_name(services: Services) -> None:
    post = POST | {"establishment": "A\nBcc: x@example.org"}
    message = letter(a_mail(MailKind.ASSIGNMENT, post=post), services, NOW)
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (1_791_270_000_000, "6 octobre 2026 à 09:00:00"),
        (1_798_761_599_000, "1 janvier 2027 à 00:59:59"),
    ],
)
def test_instants_are_those_of_paris(at: int, words: str) -> None:
    assert in_words(at) == words
