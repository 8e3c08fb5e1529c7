"""The French text of each mail (DCI §6.1), from the templates of `amphi/web/mails`."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from amphi.http.wording import semester
from amphi.records.instants import moment
from amphi.records.mail_kinds import MailKind
from amphi.records.mails import Mail
from amphi.rules.ids import Millis
from workers.services import Services

PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@cache
def _templates() -> Environment:
    """Plain text: nothing to escape; a fact that is missing is an error, never a blank."""
    environment = Environment(  # noqa: S701 - no HTML is made here
        loader=PackageLoader("amphi.web", "mails"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["instant"] = in_words
    environment.filters["semester"] = semester
    return environment


def in_words(at: Millis) -> str:
    """`6 octobre 2026 à 13:30:05`, in Paris."""
    local = moment(at).astimezone(PARIS)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} à {local:%H:%M:%S}"


def letter(mail: Mail, services: Services, now: datetime) -> EmailMessage:
    """The message, the same each time it is sent, but for its Date.

    Raises KeyError, jinja2.UndefinedError for facts that lack something, ValueError for an address
    that is none.
    """
    text = _templates().get_template(f"{mail.kind}.txt").render(_facts(mail, services))
    subject, _, body = text.partition("\n\n")
    message = EmailMessage()
    message["Message-ID"] = f"<{mail.message_id}@{services.mail_from.rpartition('@')[2]}>"
    message["Date"] = format_datetime(now)
    message["From"] = services.mail_from
    message["To"] = mail.address
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"  # so that no holiday answers it (RFC 3834)
    message.set_content(body)
    return message


def _facts(mail: Mail, services: Services) -> dict[str, Any]:
    facts: dict[str, Any] = {"site": services.site, **mail.facts}
    if mail.kind is MailKind.PROXY_OFFERED:
        token = services.links.to_accept(mail.facts["proxy"], mail.address)
        facts["link"] = f"{services.site}/proxy/accept?link={token}"
    return facts
