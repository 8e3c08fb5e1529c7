"""Links that mails carry: signed, not stored; used up by what they do (a grant is accepted once)."""

import msgspec
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from amphi.rules.refusals import Refusal, Refused

PROXY_SECONDS = 60 * 24 * 3600  # until long after the last amphi of the campaign


class MailedLinks:
    """`secret`: the installation's; whoever has it, and nobody else, can make such a link.

    The worker signs when it writes the mail, so that no row of the database lets anybody in.
    """

    def __init__(self, secret: str) -> None:
        self._proxies = URLSafeTimedSerializer(secret, salt="proxy offered")

    def to_accept(self, proxy: str, email: str) -> str:
        """The token of the mail that offers a grant to its holder (DCI §6.2)."""
        return self._proxies.dumps([proxy, email])

    def offered(self, token: str) -> "Offered":
        """Which grant, to whom. Raises Refused `unknown_link`."""
        try:
            read = self._proxies.loads(token, max_age=PROXY_SECONDS)
            return msgspec.convert(read, Offered)
        except (BadSignature, SignatureExpired, msgspec.ValidationError) as fault:
            raise Refused(Refusal("unknown_link")) from fault


class Offered(msgspec.Struct, frozen=True, array_like=True):
    """Possession of the mailbox `email` is what the link proves."""

    proxy: str
    email: str
