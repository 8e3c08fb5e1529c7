"""The demonstration's mail page: what its postbox has caught, readable as a person would read it.

Only when the demonstration runs (AMPHI_DEMO_MAILS): no other installation keeps anybody's mails.
"""

import asyncio
from datetime import datetime
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.asked import Here, Number, asked, leaf
from amphi.rules.refusals import Refusal, Refused
from amphi.site.pages.frame import Pages

MAILS = 30  # on one page


class CaughtMail(msgspec.Struct, frozen=True):
    """One file of the postbox; `number`: its name, in the order of arrival."""

    number: int
    sender: str
    to: str
    subject: str
    sent_at: datetime | None
    text: str


class Wanted(msgspec.Struct, frozen=True):
    """`to`: part of the address."""

    to: str | None = None
    page: Number = 1


class DemoMails(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """Newest first."""
        wanted = asked(request, Wanted)
        mails = await asyncio.to_thread(_all, self._folder, wanted.to)
        return await self.page(
            *(request, "demo_mails.html"),
            visitor=await self.services.visitors.who(request),
            wanted=wanted,
            here=Here(request),
            leaf=leaf(mails, wanted.page, MAILS),
        )

    async def one(self, request: Request) -> Response:
        """Raises Refused `unknown_address`."""
        path = self._folder / f"{request.path_params['number']:06}.eml"
        mail = await asyncio.to_thread(_read, path)
        if mail is None:
            raise Refused(Refusal("unknown_address"))
        return await self.page(
            *(request, "demo_mail.html"),
            visitor=await self.services.visitors.who(request),
            mail=mail,
        )

    @property
    def _folder(self) -> Path:
        if self.services.caught_mails is None:
            raise Refused(Refusal("unknown_address"))
        return self.services.caught_mails


def _all(folder: Path, to: str | None) -> list[CaughtMail]:
    paths = sorted(folder.glob("*.eml"), reverse=True)
    mails = [mail for path in paths if (mail := _read(path)) is not None]
    return [mail for mail in mails if to is None or to.casefold() in mail.to.casefold()]


def _read(path: Path) -> CaughtMail | None:
    """None: no such mail."""
    if not path.is_file() or not path.stem.isdecimal():
        return None
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    return CaughtMail(
        number=int(path.stem),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or "(sans objet)"),
        sent_at=_instant(str(message["Date"] or "")),
        text="" if body is None else str(body.get_content()),
    )


def _instant(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None
