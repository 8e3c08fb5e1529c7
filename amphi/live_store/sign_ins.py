"""A cache of sign-ins, so that a page costs no database query; what is revoked is known at once."""

import msgspec

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.rules.ids import PersonId

_REVOKED = b"revoked"


class SignIn(msgspec.Struct, frozen=True):
    """Who is signed in, and as what kind of account."""

    person: PersonId
    kind: str


_encode = msgspec.json.encode
_sign_in = msgspec.json.Decoder(SignIn)


class SignIns:
    """By the hash of the token, for 60 s; the rows in PostgreSQL decide. May raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def remember(self, token_hash: str, sign_in: SignIn) -> None:
        """After it was read from its row. A revocation made meanwhile stands."""
        key = keys.sign_in(token_hash)
        words = ("SET", key, _encode(sign_in), "EX", keys.SIGN_IN_SECONDS, "NX")
        async with self._store.in_line():
            await self._store.call(*words)

    async def known(self, token_hash: str) -> SignIn | None:
        """None: not remembered, or revoked: read its row."""
        async with self._store.in_line():
            text = await self._store.call("GET", keys.sign_in(token_hash))
        return None if text in (None, _REVOKED) else _sign_in.decode(text)

    async def revoke(self, *token_hashes: str) -> None:
        """After their rows were: leaves a mark, so that a slow reader of the row cannot bring it back."""
        await self._store.call_all(
            [
                ("SET", keys.sign_in(token_hash), _REVOKED, "EX", keys.SIGN_IN_SECONDS)
                for token_hash in token_hashes
            ]
        )
