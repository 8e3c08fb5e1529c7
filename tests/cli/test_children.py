"""Programs as children: started again when they die, told to stop in order, gone when we are."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from amphi.cli.children import Children, Program, ProgramFails, listening
from amphi.embedded import free_port


def children(tmp_path: Path, database_url: str, redis_url: str, said: list[str]) -> Children:
    environment = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "AMPHI_SITE_ORIGIN": "http://127.0.0.1:1",
        "AMPHI_SECRET_KEY": "x" * 40,
    }
    return Children(environment, tmp_path / "logs", said.append)


def lives(pid: int) -> bool:
    """A zombie that nobody has reaped yet does not."""
    return Path(f"/proc/{pid}/exe").exists()


async def until_told(said: list[str]) -> None:
    async with asyncio.timeout(20):
        while not said:  # noqa: ASYNC110 - somebody else's list
            await asyncio.sleep(0.05)


async def test_a_killed_program_is_started_again_and_stopped_at_the_end(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    said: list[str] = []
    port = free_port(8300, explicit=False)
    programs = children(tmp_path, database_url, redis_url, said)
    programs.start(Program("serve", ("--port", str(port))))
    async with programs.kept():
        await listening(port)
        first = programs.pids["serve"]
        os.kill(first, signal.SIGKILL)
        await until_told(said)
        await listening(port)
        second = programs.pids["serve"]
    assert said == ["Le programme « serve » s'est arrêté (-9), il est relancé."]
    for pid in (first, second):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_program_that_cannot_run_is_named_with_its_log(tmp_path: Path) -> None:
    programs = Children({"DATABASE_URL": "", "REDIS_URL": ""}, tmp_path, lambda _: None)
    programs.start(Program("conduct"))
    with pytest.RaisesGroup(ProgramFails) as failed:
        async with programs.kept():
            await asyncio.sleep(120)
    assert "conduct.log" in str(failed.value.exceptions[0])
    assert "DATABASE_URL" in (tmp_path / "conduct.log").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own signal is Linux's")
async def test_children_die_with_a_parent_that_is_killed(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from amphi.cli.children import Children, Program\n"
        "made = Children({}, Path(sys.argv[1]), print); made.start(Program('conduct'))\n"
        "print(made.pids['conduct'], flush=True); time.sleep(60)\n"
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script, str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
        env=dict(os.environ) | {"DATABASE_URL": database_url, "REDIS_URL": redis_url},
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(20):
        while lives(child):  # noqa: ASYNC110 - not a child of ours
            await asyncio.sleep(0.05)
