"""Sign-ins: opaque tokens of 256 bits, of which only the SHA-256 is stored, and revocable."""

import hashlib
import secrets
from datetime import timedelta
from typing import Protocol

import msgspec
import structlog

from amphi.live.ports import StoreUnavailable
from amphi.live_store.sign_ins import SignIn
from amphi.records import accounts
from amphi.records.database import Connection, Database
from amphi.rules.ids import PersonId

LIFETIME = timedelta(hours=12)  # a working day: nobody is asked again during a morning of choices
TOKEN_BYTES = 32

log = structlog.get_logger()


class Remembered(Protocol):
    """live_store's cache of sign-ins. Each method may raise StoreUnavailable."""

    async def remember(self, token_hash: str, sign_in: SignIn) -> None: ...

    async def known(self, token_hash: str) -> SignIn | None: ...

    async def revoke(self, *token_hashes: str) -> None: ...


class Visitor(msgspec.Struct, frozen=True):
    """Who is signed in, and whether as an intern (or proxy holder) or as an operator.

    `sign_in` says which of the person's sign-ins: the hash of its token.
    """

    person: PersonId
    role: accounts.Kind
    sign_in: str


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


async def open_session(connection: Connection, person: PersonId, role: accounts.Kind) -> str:
    """The token of a new sign-in, for the cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    who = accounts.SignedIn(person, role)
    await accounts.open_session(connection, token_hash(token), who, LIFETIME)
    return token


class SignIns:
    """Reads and ends sign-ins. The rows decide; the cache spares them, and may be away."""

    def __init__(self, database: Database, remembered: Remembered) -> None:
        self._database = database
        self._remembered = remembered

    async def who(self, token: str) -> Visitor | None:
        """Whose token it is; None: unknown, expired or revoked. Raises JournalUnavailable."""
        hashed = token_hash(token)
        known = await self._known(hashed)
        if known is None:
            return await self._read(hashed)
        row = {"person": known.person, "role": known.kind, "sign_in": hashed}
        return msgspec.convert(row, Visitor)

    async def end(self, token: str) -> None:
        """Signs out: the row first, then the cache. Raises JournalUnavailable."""
        hashed = token_hash(token)
        async with self._database.transaction() as connection:
            await accounts.revoke(connection, hashed)
        await self.forget(hashed)

    async def end_all(self, person: PersonId) -> None:
        """Signs a person out everywhere. Raises JournalUnavailable."""
        async with self._database.transaction() as connection:
            ended = await accounts.revoke_all(connection, person)
        await self.forget(*ended)

    async def _read(self, hashed: str) -> Visitor | None:
        async with self._database.connection() as connection:
            found = await accounts.signed_in(connection, hashed)
        if found is None:
            return None
        await self._remember(hashed, SignIn(found.person, found.kind))
        return Visitor(found.person, found.kind, hashed)

    # A cache that is away costs a query, not a sign-in.

    async def _known(self, hashed: str) -> SignIn | None:
        try:
            return await self._remembered.known(hashed)
        except StoreUnavailable as away:
            log.warning("sign_ins_not_remembered", why=repr(away))
            return None

    async def _remember(self, hashed: str, sign_in: SignIn) -> None:
        try:
            await self._remembered.remember(hashed, sign_in)
        except StoreUnavailable as away:
            log.warning("sign_ins_not_remembered", why=repr(away))

    async def forget(self, *hashed: str) -> None:
        """After their rows were revoked; with the cache away nothing is remembered for more than 60 s."""
        try:
            await self._remembered.revoke(*hashed)
        except StoreUnavailable as away:
            log.warning("revocation_not_spread", why=repr(away))
