"""Health check of the programs that listen to nobody: `connected.py PID PORT…`.

0 when the process holds an open connection to each of the (remote) ports, else 1 with a sentence. That is all it says: a conductor that hangs while connected is found by the others,
who take its offers when its lease is over. Standard library only; IPv4 and IPv6; Linux.
"""

import sys
from pathlib import Path

ESTABLISHED = "01"
SOCKET = "socket:["


def connected_to(pid: int) -> set[int]:
    """The remote ports of the process's open TCP connections.

    Raises:
        OSError: there is no such process, or it is somebody else's.
    """
    sockets = sockets_of(pid)
    return {port for inode, port in open_connections(pid) if inode in sockets}


def sockets_of(pid: int) -> set[str]:
    """The inodes of the sockets the process holds."""
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:  # closed while we looked
            continue
        if target.startswith(SOCKET):
            found.add(target.removeprefix(SOCKET).removesuffix("]"))
    return found


def open_connections(pid: int) -> set[tuple[str, int]]:
    """Inode and remote port of every open connection the process could see (proc(5))."""
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        if (path := Path(f"/proc/{pid}/net/{table}")).is_file()
        for line in path.read_text().splitlines()[1:]
    ]
    return {(row[9], int(row[2].rpartition(":")[2], 16)) for row in rows if row[3] == ESTABLISHED}


def main(arguments: list[str]) -> int:
    """The exit status."""
    pid, *ports = (int(word) for word in arguments)
    missing = sorted(set(ports) - connected_to(pid))
    if missing:
        sys.stderr.write(f"pas de connexion ouverte vers : {', '.join(map(str, missing))}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
