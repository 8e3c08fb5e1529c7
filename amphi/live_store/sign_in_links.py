"""One-use sign-in links: 256 bits, of which only the SHA-256 is stored. Lost with Redis, on purpose."""

import secrets

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.rules.ids import PersonId


class SignInLinks:
    """Given out by the command line to operators, used up on the console. May raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def issue(self, person: PersonId, seconds: int = keys.SIGN_IN_LINK_SECONDS) -> str:
        """A new one, good once within `seconds`."""
        token = secrets.token_urlsafe(32)
        async with self._store.in_line():
            await self._store.call("SET", keys.sign_in_link(token), person, "EX", seconds)
        return token

    async def redeem(self, token: str) -> PersonId | None:
        """Whose it is, once; None: unknown, used or too old."""
        async with self._store.in_line():
            person = await self._store.call("GETDEL", keys.sign_in_link(token))
        return None if person is None else PersonId(person.decode())
