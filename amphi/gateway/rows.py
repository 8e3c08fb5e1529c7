"""The gateway's ports over PostgreSQL: where an amphi is, whose cookie it is, holders' addresses."""

import hashlib
from collections.abc import Collection

from amphi.live_store.sign_ins import SignIn, SignIns
from amphi.records.accounts import signed_in
from amphi.records.database import Database
from amphi.records.lineage import epoch_of
from amphi.records.reads import holder_email, one_amphi
from amphi.rules.ids import AmphiId, OfferId


class Directory:
    """Both raise JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer_of(self, amphi: AmphiId) -> OfferId | None:
        async with self._database.connection() as connection:
            found = await one_amphi(connection, amphi)
        return None if found is None else found.offer

    async def epoch_of(self, offer: OfferId) -> str:
        async with self._database.connection() as connection:
            return await epoch_of(connection, offer)


class Holders:
    """Raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def emails(self, proxies: Collection[str]) -> dict[str, str]:
        async with self._database.connection() as connection:
            found = {proxy: await holder_email(connection, proxy) for proxy in proxies}
        return {proxy: email for proxy, email in found.items() if email is not None}


class Cookies:
    """Whose sign-in a cookie is: remembered for a minute, else read from its row.

    The cookie's value is the token; only its SHA-256 is stored. Raises StoreUnavailable,
    JournalUnavailable.
    """

    def __init__(self, database: Database, remembered: SignIns) -> None:
        self._database = database
        self._remembered = remembered

    async def who(self, cookie: str) -> SignIn | None:
        token_hash = hashlib.sha256(cookie.encode()).hexdigest()
        return await self._remembered.known(token_hash) or await self._read(token_hash)

    async def _read(self, token_hash: str) -> SignIn | None:
        async with self._database.connection() as connection:
            found = await signed_in(connection, token_hash)
        if found is None:
            return None
        sign_in = SignIn(found.person, found.kind)
        await self._remembered.remember(token_hash, sign_in)
        return sign_in
