"""The oracle against a database that somebody has changed by hand."""

import asyncio
import shlex
from pathlib import Path

import asyncpg
import pytest

from loadtests import oracle
from loadtests.campaign import Morning
from loadtests.ground import Ground
from loadtests.playing import OWN_COMMAND, Cast, half_play
from loadtests.swarm.crowd import Crowd

pytestmark = pytest.mark.timeout(900)


def test_a_line_changed_in_the_database_is_found(
    ground: Ground, programs: Cast, tmp_path: Path
) -> None:
    amphi = ground.load(Morning("ORACLE", 10, turn_seconds=600), "--publish")
    with Crowd(ground.site) as crowd:
        half_play(crowd, ground, amphi, 3)
        crowd.leave()
    nothing_noted = tmp_path / "nothing.jsonl"
    command = shlex.split(OWN_COMMAND)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("DATABASE_URL", "REDIS_URL", "AMPHI_NO_BOOTSTRAP"):
            patched.setenv(name, ground.environment[name])
        assert oracle.findings(command, amphi.offer, nothing_noted) == []
        asyncio.run(doctored(ground.environment["DATABASE_URL"], amphi.offer))
        found = oracle.findings(command, amphi.offer, nothing_noted)
    assert any("empreinte" in each for each in found)


async def doctored(url: str, offer: str) -> None:
    """As somebody with the owner's password and bad intentions would."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("ALTER TABLE journal DISABLE TRIGGER ALL")
        done = await connection.execute(
            "UPDATE journal SET text = replace(text, '20001', '20002') WHERE offer = $1"
            " AND text LIKE '%PostChosen%20001%'",
            offer,
        )
        assert done == "UPDATE 1"
    finally:
        await connection.close()
