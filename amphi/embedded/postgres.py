"""The PostgreSQL of a data folder: made once, started, stopped fast, never half-made."""

import shutil
import signal
from pathlib import Path

from amphi.embedded import refusals
from amphi.embedded.accounts import Account, give, make_private, run_as
from amphi.embedded.binaries import Postgres
from amphi.embedded.child import Child
from amphi.embedded.children import LINUX, Launch
from amphi.embedded.folder import Folder

OWNER = "amphi"
DATABASE = "amphi"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path too long or shared is one trouble less
    "max_connections": "200",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is 64 MB in containers
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "lc_messages": "C",
    "password_encryption": "scram-sha-256",
}


class PostgresServer(Child):
    """The running PostgreSQL of a data folder."""

    name = "PostgreSQL"
    preferred_port = 15432
    # SIGTERM would wait for every client to leave; SIGINT is the fast shutdown, and a clean one.
    farewell = signal.SIGINT
    patience = 60.0
    lost_port = ("could not create any TCP/IP sockets", "Address already in use")
    passing = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')

    def __init__(self, folder: Folder, programs: Postgres, account: Account) -> None:
        self._password = folder.passwords.postgres
        self._program, self._account = programs.bin / "postgres", account
        super().__init__(folder.home / "postgres", folder.log("postgres"))

    def url(self, database: str = DATABASE) -> str:
        """The owner's address of a database, password included, for SQLAlchemy with asyncpg."""
        place = f"127.0.0.1:{self.port}/{database}"
        return f"postgresql+asyncpg://{OWNER}:{self._password}@{place}"

    def _launch(self) -> Launch:
        """The command has every setting on it, so that an older folder gets today's.

        A lock file that is left over lies: nobody works in the folder, which we hold. Its pid may
        by now be some other program's, and PostgreSQL would refuse for ever.
        """
        if LINUX:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        command = [str(self._program), "-D", str(self.data), "-c", f"port={self.port}"]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        return Launch(command, self._account, self._log, self.data, self.farewell)

    def _answers(self) -> bool:
        return says_ready(self.data, self.pid)


def says_ready(data: Path, pid: int) -> bool:
    """What pg_ctl looks at: the eighth line of postmaster.pid, written by this very process."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def make_cluster(folder: Folder, programs: Postgres, account: Account) -> None:
    """Make the cluster beside its place and move it there when it is complete.

    Raises:
        ServersRefused: `server_does_not_start`, with what initdb said.
    """
    half, word = folder.home / "postgres.new", folder.home / "password.new"
    if half.exists():  # a first start was interrupted; nobody ever wrote in it
        shutil.rmtree(half)
    make_private(account, half)
    try:
        word.touch(mode=0o600)
        word.write_text(folder.passwords.postgres)
        give(account, word)
        done = run_as(account, initdb(programs, half / "data", word))
    finally:
        word.unlink(missing_ok=True)
    if done.returncode == 0:
        single = [str(programs.bin / "postgres"), "--single", "-D", str(half / "data"), "template1"]
        done = run_as(account, single, f"CREATE DATABASE {DATABASE} OWNER {OWNER}\n")
    folder.log("initdb").write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise refusals.does_not_start("initdb", folder.log("initdb"), done.stderr.strip())
    (half / "data").rename(folder.home / "postgres")
    half.rmdir()
    folder.marker.postgres = programs.major
    folder.save()


def initdb(programs: Postgres, data: Path, word: Path) -> list[str]:
    """The command that makes a cluster: no ICU in the wheels, so the builtin C.UTF-8."""
    return [
        *(str(programs.bin / "initdb"), "-D", str(data)),
        *("--username", OWNER, "--pwfile", str(word), "--auth", "scram-sha-256"),
        *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--locale", "C", "--data-checksums", "--no-instructions"),
        *("-c", "dynamic_shared_memory_type=mmap"),
    ]


def check_cluster(folder: Folder, programs: Postgres, account: Account) -> None:
    """Refuse a cluster that is missing, of another version or broken, before anything is written.

    Raises:
        ServersRefused: `data_folder_damaged`.
    """
    data = folder.home / "postgres"
    version = run_as(account, ["/bin/cat", str(data / "PG_VERSION")]).stdout.strip()
    if not version:
        raise refusals.damaged(folder.path, f"PostgreSQL n'est plus dans {data}")
    if version != str(programs.major):
        reason = f"elles viennent de PostgreSQL {version}, et voici PostgreSQL {programs.major}"
        raise refusals.damaged(folder.path, reason)
    told = run_as(account, [str(programs.bin / "pg_controldata"), "-D", str(data)])
    if told.returncode != 0 or "WARNING" in told.stdout + told.stderr:
        raise refusals.damaged(folder.path, f"{data}/global/pg_control est illisible")
