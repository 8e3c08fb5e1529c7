"""The signed resume token: who is coming back, without asking any database (protocol.md §1).

A bearer token for one amphi, good for 10 minutes. While a client stays connected its `pong` brings
a younger one, so that the 10 minutes count from the cut and not from the sign-in.
"""

import hashlib
import time

import msgspec
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from amphi.gateway.messages.server import Role
from amphi.rules.ids import AmphiId, PersonId

GOOD_FOR_S = 600
RENEW_AFTER_S = 300.0


class Who(msgspec.Struct, frozen=True):
    """Somebody at the door. `person` None: an anonymous spectator.

    `sign_in`: which of the person's sign-ins let them in, None for a ticket of the command line.
    `as_proxy`: the ticket was for a proxy holder, who looks at the grantor's line unless hello says
    otherwise; a resume token remembers it.
    """

    person: PersonId | None = None
    operator: bool = False
    as_proxy: bool = False
    sign_in: str | None = None


ANYBODY = Who()


class Bearer(msgspec.Struct, frozen=True):
    """What a token says: who, where, and in which role the view was held."""

    who: Who
    amphi: AmphiId
    role: Role


class Stale(msgspec.Struct, frozen=True):
    """Not to be trusted. `anybody`: it was ours, too old, and held by somebody not signed in."""

    anybody: bool


class ResumeTokens:
    """Signs and reads; one secret for all gateways of an installation."""

    def __init__(self, secret: str, good_for_s: int = GOOD_FOR_S) -> None:
        self._signer = URLSafeTimedSerializer(
            secret, salt="amphi.resume.v1", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._good_for_s = good_for_s
        self._second, self._anybodys = 0, dict[AmphiId, str]()

    def issue(self, bearer: Bearer) -> str:
        """A new token, its 10 minutes starting now; for nobody in particular, the same all second."""
        if bearer.who != ANYBODY:  # nobody in particular is always a spectator
            return self._signed(bearer)
        second = int(time.time())
        if second != self._second:
            self._second, self._anybodys = second, {}
        if bearer.amphi not in self._anybodys:
            self._anybodys[bearer.amphi] = self._signed(bearer)
        return self._anybodys[bearer.amphi]

    def _signed(self, bearer: Bearer) -> str:
        return str(self._signer.dumps(msgspec.to_builtins(bearer)))

    def read(self, token: str) -> Bearer | Stale:
        """Who bears it, or why it counts for nothing."""
        try:
            content = self._signer.loads(token, max_age=self._good_for_s)
        except SignatureExpired:
            return Stale(anybody=self._was_anybody(token))
        except BadSignature:
            return Stale(anybody=False)
        return msgspec.convert(content, Bearer)

    def _was_anybody(self, token: str) -> bool:
        content = self._signer.loads(token)  # the signature was good, only old
        return msgspec.convert(content, Bearer).who == ANYBODY
