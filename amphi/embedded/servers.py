"""Starting, finding and stopping the servers of a data folder."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from amphi.embedded import folder as folders
from amphi.embedded import lodging, postgres, valkey
from amphi.embedded.accounts import Account, server_account
from amphi.embedded.folder import Folder
from amphi.embedded.refusals import not_writable


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the servers of a data folder answer, passwords included.

    Attributes:
        database_url: `postgresql+asyncpg://…`, empty when there is none.
        redis_url: `redis://…`, empty when there is none.
        pid: the process that runs them.
    """

    database_url: str
    redis_url: str
    pid: int


class Servers:
    """The servers of a data folder; leaving the context stops those that are ours."""

    def __init__(self, given: Mapping[str, str], folder: Folder | None) -> None:
        self._given = given
        self._folder = folder
        self._postgres: postgres.PostgresServer | None = None
        self._valkey: valkey.ValkeyServer | None = None

    @property
    def postgres(self) -> postgres.PostgresServer:
        """Our PostgreSQL.

        Raises:
            LookupError: it is not ours (DATABASE_URL), or was not asked for.
        """
        if self._postgres is None:
            raise LookupError("no PostgreSQL of ours runs here")
        return self._postgres

    @property
    def valkey(self) -> valkey.ValkeyServer:
        """Our Valkey.

        Raises:
            LookupError: it is not ours (REDIS_URL), or was not asked for.
        """
        if self._valkey is None:
            raise LookupError("no Valkey of ours runs here")
        return self._valkey

    @property
    def database_url(self) -> str:
        """The owner's address of the database `amphi`, for SQLAlchemy with asyncpg."""
        return self._given.get("DATABASE_URL") or self.postgres.url()

    @property
    def redis_url(self) -> str:
        """The address of Valkey."""
        return self._given.get("REDIS_URL") or self.valkey.url()

    def stop(self) -> None:
        """Stop ours, in order, and give the folder back; again changes nothing."""
        with contextlib.ExitStack() as afterwards:
            if self._folder:
                afterwards.callback(self._folder.release)
            for server in (self._postgres, self._valkey):
                if server:
                    afterwards.callback(server.stop)
        self._folder = self._postgres = self._valkey = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, folder: Folder, account: Account, wanted: lodging.Programs) -> None:
        """Start what is wanted; everything is looked at before anything is started."""
        check(folder, account, wanted)
        if wanted.postgres:
            if not folder.marker.postgres:
                postgres.make_cluster(folder, wanted.postgres, account)
            self._postgres = postgres.PostgresServer(folder, wanted.postgres, account)
        if wanted.valkey:
            valkey.make_store(folder, account)
            self._valkey = valkey.ValkeyServer(folder, wanted.valkey, account)
        self._announce(folder)

    def _announce(self, folder: Folder) -> None:
        """Write the addresses for other commands on the same folder."""
        addresses = Addresses(
            database_url=self._postgres.url() if self._postgres else "",
            redis_url=self._valkey.url() if self._valkey else "",
            pid=os.getpid(),
        )
        folders.write(folder.path / "running.json", msgspec.json.encode(addresses))


def start(
    data: Path,
    *,
    postgres: bool = True,
    valkey: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Servers:
    """Start the servers of the data folder, made first when there is none; they are ready on return.

    Call it from the main thread: the servers die with the thread that started them. DATABASE_URL
    and REDIS_URL in `environment` are taken instead of servers of ours.

    Args:
        data: the folder; made when missing, refused when it is not ours.
        postgres: whether PostgreSQL is wanted.
        valkey: whether Valkey is wanted.
        environment: where the two addresses may be given.

    Raises:
        ServersRefused: `data_folder_in_use`, `data_folder_foreign`, `data_folder_damaged`,
            `data_folder_not_writable`, `account_unknown`, `server_missing`,
            `server_does_not_start`.
    """
    given = {name: environment.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    want_postgres = postgres and not given["DATABASE_URL"]
    want_valkey = valkey and not given["REDIS_URL"]
    if not (want_postgres or want_valkey):
        return Servers(given, None)
    account = server_account()
    folder = folders.claim(data)
    servers = Servers(given, folder)
    try:
        lodging.choose_home(folder, account)
        found = lodging.programs(folder, account, postgres=want_postgres, valkey=want_valkey)
        servers._run(folder, account, found)  # noqa: SLF001 - the constructor's second half
    except OSError as error:  # a disk that fills up, a /var/lib one may not write in
        servers.stop()
        raise not_writable(folder.home, error) from error
    except BaseException:
        servers.stop()
        raise
    return servers


def check(folder: Folder, account: Account, wanted: lodging.Programs) -> None:
    """Look at the data of what will be started.

    Raises:
        ServersRefused: `data_folder_damaged`.
    """
    if wanted.postgres and folder.marker.postgres:
        postgres.check_cluster(folder, wanted.postgres, account)
    if wanted.valkey and folder.marker.valkey:
        valkey.check_store(folder, account)


def running(data: Path) -> Addresses | None:
    """The addresses of the servers that another process runs on the folder; None when none does."""
    place = data.expanduser().resolve()
    if not folders.is_held(place) or not (place / "running.json").exists():
        return None
    return folders.read(place / "running.json", Addresses)
