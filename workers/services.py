"""What the worker stands on; wiring brings it."""

import msgspec

from amphi.http.mailed_links import MailedLinks
from amphi.outside.mail import SmtpServer
from amphi.records.database import Database


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """`server` None: no mail server is set, mails wait. `site`: the origin that mails link to."""

    database: Database
    server: SmtpServer | None
    mail_from: str
    site: str
    links: MailedLinks
