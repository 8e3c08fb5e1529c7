"""Growing delays for whoever tries sign-ins; never a hard lock-out: a rival would gain from it."""

from typing import Protocol

import msgspec

from amphi.live_store.rate_limits import RateLimit
from amphi.rules.ids import Millis
from amphi.rules.refusals import Refusal, Refused


class Limits(Protocol):
    """live_store's rate limits. May raise StoreUnavailable: then nobody signs in."""

    async def wait(self, limit: RateLimit, subject: str) -> Millis: ...


class Attempt(msgspec.Struct, frozen=True):
    """Where from, and which account is tried, whether it exists or not."""

    address: str
    account: str

    @property
    def pair(self) -> str:
        return f"{self.account.lower()} {self.address}"


# The longer somebody goes on, the longer the wait: 12 s after five, 3 min after twenty. A rival
# elsewhere delays an account at most by what the last line says.
_PAIR = (RateLimit("sign_in_pair", 5, 60), RateLimit("sign_in_pair_long", 20, 3600))
_ADDRESS = (RateLimit("sign_in_address", 300, 60),)  # a hospital is one address
_ACCOUNT = (RateLimit("sign_in_account", 60, 600),)


async def admit(limits: Limits, attempt: Attempt) -> None:
    """Raises Refused `too_many_attempts`, with the seconds to wait; StoreUnavailable."""
    for which, subject in (
        (_PAIR, attempt.pair),
        (_ADDRESS, attempt.address),
        (_ACCOUNT, attempt.account.lower()),
    ):
        for limit in which:
            if wait := await limits.wait(limit, subject):
                raise Refused(Refusal("too_many_attempts", {"retry_after": -(-wait // 1000)}))


# Of those who know the password: six digits must not be found by trying. Nobody else is delayed.
_CODES = RateLimit("sign_in_code", 5, 300)


async def admit_code(limits: Limits, account: str) -> None:
    """Raises Refused `too_many_attempts`; StoreUnavailable."""
    if wait := await limits.wait(_CODES, account.lower()):
        raise Refused(Refusal("too_many_attempts", {"retry_after": -(-wait // 1000)}))
