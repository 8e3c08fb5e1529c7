"""The servers a command works on: those of the environment, those that run, else our own for a while."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from amphi import embedded
from amphi.records.migrate import migrate
from amphi.settings import Settings, SettingsRefused, for_asyncpg, from_environment, values

DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Dossier des données, pour les serveurs embarqués.",
)


class Addresses(NamedTuple):
    database_url: str
    redis_url: str

    @property
    def environment(self) -> dict[str, str]:
        """For programs that shall work on the same."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    @property
    def settings(self) -> Settings:
        """For programs that shall run in this very process."""
        return from_environment(os.environ | self.environment, self.environment)


@contextmanager
def servers_at_hand(data: Path) -> Iterator[Addresses]:
    """ "With no DATABASE_URL/REDIS_URL set, every command that needs them uses the embedded servers"

    Those another process runs on `data` are used as they are; else ours are started, brought up to
    date, and stopped at the end. A database of the environment is left as it is: in production
    that is `amphi migrate`'s business. Raises ServersRefused.
    """
    theirs = _theirs()
    running = None if all(theirs.values()) else embedded.running(data)
    if running is not None and running.database_url and running.redis_url:
        yield Addresses(running.database_url, running.redis_url)
        return
    with servers_of_our_own(data, migrating=not theirs["DATABASE_URL"]) as addresses:
        yield addresses


@contextmanager
def servers_of_our_own(data: Path, *, migrating: bool = True) -> Iterator[Addresses]:
    """Started here, or those of the environment. Raises ServersRefused: `data` is somebody else's."""
    with embedded.start(data, environment=_theirs()) as servers:
        addresses = Addresses(for_asyncpg(servers.database_url), servers.redis_url)
        if migrating:
            asyncio.run(migrate(given("AMPHI_OWNER_DATABASE_URL") or addresses.database_url))
        yield addresses


def _theirs() -> dict[str, str]:
    return {name: given(name) for name in ("DATABASE_URL", "REDIS_URL")}


def given(name: str) -> str:
    """What the environment says, as NAME or in the file NAME_FILE; else empty. Raises SettingsRefused."""
    found, faults = values(os.environ)
    if faults:
        raise SettingsRefused("réglages à corriger :\n" + "\n".join(faults))
    return found[name]
