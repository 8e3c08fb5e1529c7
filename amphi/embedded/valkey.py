"""The Valkey of a data folder: configured on its standard input, so no secret in its arguments."""

import signal
import socket
from pathlib import Path

from amphi.embedded import refusals
from amphi.embedded.accounts import Account, make_private, run_as
from amphi.embedded.child import Child
from amphi.embedded.children import Launch
from amphi.embedded.folder import Folder

# Nothing here is newer than Redis 7.0: a system's redis-server reads it too.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
save ""
databases 16
daemonize no
tcp-backlog 511
"""


class ValkeyServer(Child):
    """The running Valkey of a data folder."""

    name = "Valkey"
    preferred_port = 16379
    farewell = signal.SIGTERM
    patience = 30.0
    lost_port = ("Failed listening on port", "Address already in use")

    def __init__(self, folder: Folder, program: Path, account: Account) -> None:
        self._password = folder.passwords.valkey
        self._program, self._account = program, account
        super().__init__(folder.home / "valkey", folder.log("valkey"))

    def url(self, database: int = 0) -> str:
        """The address of a logical database (0-15), password included."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def _launch(self) -> Launch:
        """The configuration goes to the standard input."""
        text = CONFIGURATION.format(port=self.port, password=self._password, folder=self.data)
        command = [str(self._program), "-"]
        return Launch(command, self._account, self._log, self.data, self.farewell, text)

    def _answers(self) -> bool:
        said = hear(self.port, self._password)
        return f"process_id:{self.pid}\r\n" in said and "\r\nloading:0\r\n" in said


def make_store(folder: Folder, account: Account) -> None:
    """An empty place for the append-only files."""
    if not (folder.home / "valkey").exists():
        make_private(account, folder.home / "valkey")
    folder.marker.valkey = True
    folder.save()


def check_store(folder: Folder, account: Account) -> None:
    """Refuse a store that is gone, or that its account may no longer read.

    Raises:
        ServersRefused: `data_folder_damaged`.
    """
    place = folder.home / "valkey"
    if run_as(
        account, ["/bin/sh", "-c", 'cd "$0" && test -r . && test -w .', str(place)]
    ).returncode:
        raise refusals.damaged(folder.path, f"Valkey n'est plus dans {place}")


def hear(port: int, password: str) -> str:
    """What the server there says of itself, once it takes our password; also while it loads."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(f"AUTH {password}\r\nINFO server\r\nINFO persistence\r\nQUIT\r\n".encode())
            heard = b"".join(iter(lambda: line.recv(4096), b""))
    except OSError:
        return ""
    return heard.decode(errors="replace")
