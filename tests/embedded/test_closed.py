"""Servers that nobody else can use: loopback, passwords, no secret in sight."""

import re
import socket
from pathlib import Path

import asyncpg
import pytest

from tests.embedded.holding import Holder


async def test_postgresql_wants_the_password(standing: Holder) -> None:
    wrong = re.sub(r":[^:@/]+@", ":wrong@", standing.said["database"])
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


def test_valkey_wants_the_password(standing: Holder) -> None:
    with socket.create_connection(("127.0.0.1", standing.said["ports"][1]), timeout=5) as line:
        line.sendall(b"PING\r\n")
        assert line.recv(100).startswith(b"-NOAUTH")


def test_both_servers_listen_on_loopback_only(standing: Holder) -> None:
    ports = {f"{port:04X}" for port in standing.said["ports"]}
    tables = [path for path in map(Path, ("/proc/net/tcp", "/proc/net/tcp6")) if path.exists()]
    lines = [line.split() for path in tables for line in path.read_text().splitlines()[1:]]
    places = [fields[1].split(":") for fields in lines if fields[3] == "0A"]  # listening
    assert [host for host, port in places if port in ports] == ["0100007F"] * 2


def test_no_process_shows_a_password(standing: Holder) -> None:
    secrets = re.findall(r":([^:@/]+)@", standing.said["database"] + standing.said["redis"])
    assert len(secrets) == 2
    for pid in standing.said["pids"]:
        seen = Path(f"/proc/{pid}/cmdline").read_text() + Path(f"/proc/{pid}/environ").read_text()
        assert not any(secret in seen for secret in secrets)


def test_no_server_runs_as_root(standing: Holder) -> None:
    assert 0 not in [Path(f"/proc/{pid}").stat().st_uid for pid in standing.said["pids"]]


async def test_the_cluster_is_as_the_design_says(standing: Holder) -> None:
    connection = await asyncpg.connect(standing.said["database"])
    try:
        shown = {
            name: await connection.fetchval(f"SHOW {name}")
            for name in ("data_checksums", "server_encoding", "dynamic_shared_memory_type")
        }
        locale = await connection.fetchrow(
            "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'amphi'"
        )
    finally:
        await connection.close()
    assert shown == {
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "dynamic_shared_memory_type": "mmap",
    }
    assert tuple(locale or ()) == ("b", "C.UTF-8")
