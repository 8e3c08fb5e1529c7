"""One ground for all: the run's servers, one conductor, one gateway, one console."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from amphi import embedded
from amphi.cli import run
from loadtests.ground import Failed, Ground
from loadtests.playing import Cast, cast
from tests.servers import a_database, numbers


class Nearby(Ground):
    """Commands are run in this process, one at a time: starting Python again and again takes longer."""

    lock = threading.Lock()

    def amphi(self, *words: str, **_: Any) -> str:
        written = io.BytesIO()
        said = io.TextIOWrapper(written, encoding="utf-8", write_through=True)
        with self.lock, pytest.MonkeyPatch.context() as patched, redirect_stdout(said):
            for name in ("DATABASE_URL", "REDIS_URL"):
                patched.setenv(name, self.environment[name])
            status = run(list(words))
        if status:
            raise Failed(f"{words}: {written.getvalue().decode()}")
        return written.getvalue().decode()


@pytest.fixture(scope="package")
def ground(
    servers: embedded.Servers, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    databases = a_database(servers, template)
    theirs = {
        "DATABASE_URL": next(databases),
        "REDIS_URL": servers.valkey.url(next(numbers) % 16),
        "AMPHI_NO_BOOTSTRAP": "1",
    }
    made = Nearby(tmp_path_factory.mktemp("ground"), dict(os.environ) | theirs)
    yield made
    made.stop()
    next(databases, None)


@pytest.fixture(scope="package")
def programs(ground: Ground) -> Cast:
    return cast(ground)


@pytest.fixture(scope="package")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Any machine, however busy: only that everything happened and nothing failed."""
    path = tmp_path_factory.mktemp("budgets") / "lenient.toml"
    path.write_text(
        'all.failures = 0.0\nall."WS welcome" = {at_least = 8, p99 = 60000}\n'
        'all."WS push" = {at_least = 3, p99 = 60000}\nall."WS choose" = {at_least = 2}\n'
        'mass-reconnect."WS resume" = {at_least = 2}\ndeploy."WS resume" = {at_least = 2}\n'
        'reading-crowd."WS welcome" = {at_least = 4}\n'
        'reading-crowd."GET /api/amphis/[id]/posts" = {at_least = 1}\n'
        'choosing."POST /admin/api/amphis/[id]/commands/notice" = {at_least = 1}\n'
    )
    return path
