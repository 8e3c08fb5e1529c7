"""A whole demonstration and a whole rehearsal, as somebody types them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from amphi import embedded
from tests.rules.load_files import (
    a_document,
    a_session_line,
    an_amphi_line,
    an_intern_line,
    encoded,
)

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def amphi(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amphi", *words],
        cwd=ROOT,
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Eight interns, turns of a second; one absence expected, nobody else misbehaves by plan."""
    lines = [an_intern_line(rank, expected_absence=rank == 4) for rank in range(1, 9)]
    path = tmp_path / "amphi.json"
    amphi_line = an_amphi_line(
        interns=lines,
        sessions=[a_session_line(1, 5), a_session_line(6, 8)],
        policy={"turn_seconds": 1},
    )
    document = a_document(amphi_line)
    document["offer"]["posts"] = [
        document["offer"]["posts"][0] | {"number": str(number)} for number in range(12)
    ]
    path.write_bytes(encoded(document))
    return path


def test_bots_play_a_file_to_its_end_and_the_check_agrees(
    file: Path, tmp_path: Path, database_url: str, redis_url: str
) -> None:
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    played = last_line(
        amphi(
            *("demo", "--file", str(file), "--data", str(tmp_path / "var")),
            *("--bots", "--exit-when-closed", "--json"),
            **servers,
        )
    )
    assert (played["amphis"], played["interns"]) == (1, 8)
    assert played["assigned"] + played["absent"] == 8
    assert played["assigned"] == 7
    assert played["verify"] == {"ok": True}
    again = last_line(amphi("verify", "--json", **servers))
    assert again["ok"] is True
    assert [each["assignments"] for each in again["offers"]] == [7]


def test_a_rehearsal_is_verified_and_leaves_nothing(
    file: Path, tmp_path: Path, database_url: str, redis_url: str, servers: embedded.Servers
) -> None:
    given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    amphi("load", str(file), **given)
    before = asyncio.run(databases(servers))
    data = ("--data", str(tmp_path / "var"))
    played = last_line(amphi("rehearse", "P01", "--json", *data, **given))
    assert (played["interns"], played["assigned"], played["absent"]) == (8, 7, 1)
    assert played["verify"] == {"ok": True}
    assert asyncio.run(databases(servers)) == before
    assert last_line(amphi("verify", "--json", **given))["offers"] == []


def test_a_rehearsal_that_is_kept_is_a_trial_of_its_own(
    file: Path, tmp_path: Path, database_url: str, redis_url: str
) -> None:
    given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    amphi("load", str(file), **given)
    data = ("--data", str(tmp_path / "var"))
    played = last_line(amphi("rehearse", "P01", "--keep", "--json", *data, **given))
    kept = last_line(amphi("verify", played["offer"], "--json", **given))
    assert [each["assignments"] for each in kept["offers"]] == [7]


def test_a_demonstration_stops_in_order_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """With servers of its own: refused beside the first, a later start finds its campaign."""
    data = tmp_path / "var"
    try:
        said = [stopped_when_ready(data) for _ in range(2)]
    finally:
        embedded.remove(data)
    assert "La campagne déjà présente" not in said[0]
    assert "La campagne déjà présente" in said[1]
    assert sign_in(said[0]) == sign_in(said[1])


def stopped_when_ready(data: Path) -> str:
    command = [sys.executable, "-m", "amphi", "demo", "--interns", "10", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        lines = []
        try:
            for line in demo.stdout:
                lines.append(line)
                if "ticket --help" in line:
                    assert "data_folder_in_use" in amphi("demo", "--data", str(data)).stderr
                    demo.send_signal(signal.SIGINT)
            assert demo.wait(60) == 130
        finally:
            demo.kill()
    return "".join(lines)


def sign_in(said: str) -> list[str]:
    return [line for line in said.splitlines() if "se connecte avec" in line]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--interns", "9"], "9 est hors des limites (de 10 à 2000)."),
        (["--interns", "2001"], "2001 est hors des limites (de 10 à 2000)."),
        (["--turn-seconds", "0"], "0 est hors des limites (de 1 à 3600)."),
        (["--file", "/nowhere.json"], "'/nowhere.json' n'existe pas."),
        (["--port", "99999"], "99999 est hors des limites (de 1 à 65534)."),
    ],
)
def test_a_wrong_option_is_a_sentence_and_status_2(words: list[str], sentence: str) -> None:
    done = amphi("demo", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


async def databases(servers: embedded.Servers) -> list[str]:
    connection = await asyncpg.connect(servers.postgres.url().replace("+asyncpg", ""))
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database ORDER BY datname")
    finally:
        await connection.close()
    return [row["datname"] for row in rows]
