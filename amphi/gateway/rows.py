"""The gateway's ports over PostgreSQL: where an amphi is, holders' addresses, who may stay."""

from collections.abc import Collection
from datetime import timedelta

from amphi.records.database import Database
from amphi.records.endings import Ended, ended
from amphi.records.lineage import epoch_of
from amphi.records.reads import holder_email, one_amphi
from amphi.rules.ids import AmphiId, OfferId


class Directory:
    """Both raise JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer_of(self, amphi: AmphiId) -> OfferId | None:
        if "\0" in amphi:
            return None  # %00 in the address: PostgreSQL would refuse the very question
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


class Endings:
    """Raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ended(self, seconds: float) -> Ended:
        async with self._database.connection() as connection:
            return await ended(connection, timedelta(seconds=seconds))
