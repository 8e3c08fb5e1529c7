"""docker-compose.yml lived without docker: its scripts, files, commands and environments on this machine.

What a container would bring is put in its place: /run/secrets is a folder, a service's name is the
loopback, its port a free one. Everything else is taken from the files as they are.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from amphi import embedded
from amphi.embedded import binaries
from amphi.embedded.ports import free_port
from tests.deploy.compose import (
    ROOT,
    compose,
    environment,
    image_environment,
    option,
    services,
    words,
)

ORIGIN = "https://choix.ars.example"
GIVEN = {
    "AMPHI_SITE_ORIGIN": ORIGIN,
    "AMPHI_ADMIN_ORIGIN": f"{ORIGIN}:8443",
    "AMPHI_MAIL_FROM": "a@b.example",
}
PATIENCE_S = 30.0


class Installation:
    """One folder: secrets, PostgreSQL, Valkey, and the programs that were started."""

    def __init__(self, place: Path, servers: embedded.Servers) -> None:
        self.place, self.servers = place, servers
        self.secrets = place / "secrets"
        self.postgres_port = urlsplit(servers.postgres.url()).port or 0
        self.valkey_port = free_port(27000, explicit=False)

    # --- what the files say, here -------------------------------------------------------------

    def here(self, text: str) -> str:
        """The text with the places of a container replaced by ours."""
        places = {"/run/secrets": str(self.secrets), "/etc/valkey": str(self.place), "$$": "$"}
        for theirs, ours in places.items():
            text = text.replace(theirs, ours)
        return text

    def configuration(self, name: str) -> str:
        """A file of `configs:`."""
        path = ROOT / compose()["configs"][name]["file"]
        return self.here(path.read_text(encoding="utf-8"))

    def environment_of(self, name: str) -> dict[str, str]:
        """What the container would have in its environment, and nothing of ours but PATH."""
        image = image_environment() | {"PATH": os.environ["PATH"]}
        return image | {
            key: GIVEN[key] if key in GIVEN else self.here(value)
            for key, value in environment(name).items()
        }

    # --- making it ----------------------------------------------------------------------------

    def make_secrets(self) -> None:
        script = ROOT / "deploy" / "make-secrets.sh"
        line = ["sh", str(script), "smtp://127.0.0.1:1025", str(self.secrets)]
        subprocess.run(line, check=True, capture_output=True)
        addresses = {
            "postgres:5432": f"127.0.0.1:{self.postgres_port}",
            "valkey:6379": f"127.0.0.1:{self.valkey_port}",
        }
        for path in self.secrets.glob("*_url"):
            text = path.read_text()
            for theirs, ours in addresses.items():
                text = text.replace(f"@{theirs}", f"@{ours}")
            path.chmod(0o644)
            path.write_text(text)

    def make_accounts(self) -> None:
        """The script, by psql, as the superuser: what the image of PostgreSQL does.

        Our own launcher has made a database of that name, which the image has not.
        """
        self.psql(self.servers.postgres.url("postgres"), "-c", "DROP DATABASE amphi")
        script = self.configuration("postgres_accounts")
        done = self.psql(self.servers.postgres.url("postgres"), "-f", "-", text=script)
        assert done.returncode == 0, done.stderr

    def psql(self, url: str, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        address = url.replace("postgresql+asyncpg", "postgresql")
        program = [str(binaries.postgres().bin / "psql"), "--no-psqlrc", "-v", "ON_ERROR_STOP=1"]
        line = [*program, *words, address]
        return subprocess.run(line, input=text, capture_output=True, text=True, check=False)

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    # --- living -------------------------------------------------------------------------------

    @contextmanager
    def valkey(self) -> Iterator[None]:
        """Started by the service's own command."""
        (self.place / "valkey").mkdir()
        text = self.configuration("valkey").replace("bind * -::*", "bind 127.0.0.1")
        text = text.replace("port 6379", f"port {self.valkey_port}")
        text = text.replace("dir /data", f"dir {self.place / 'valkey'}")
        (self.place / "valkey.conf").write_text(text)
        line = [self.here(str(word)) for word in services()["valkey"]["command"]]
        path = f"{binaries.valkey().parent}{os.pathsep}{os.environ['PATH']}"
        with running(line, {"PATH": path}):
            yield

    @contextmanager
    def program(self, name: str) -> Iterator[tuple[subprocess.Popen[bytes], list[str]]]:
        """One of our services, and the command of its health check."""
        line = [sys.executable, "-m", "amphi", *words(name)]
        ports = {"5432": str(self.postgres_port), "6379": str(self.valkey_port)}
        if "--port" in line:
            ports[option(name, "--port")] = str(free_port(28000, explicit=False))
        line = [ports.get(word, word).replace("0.0.0.0", "127.0.0.1") for word in line]
        with running(line, self.environment_of(name)) as process:
            check = [str(word) for word in services()[name]["healthcheck"]["test"][1:]]
            yield process, [self._checked(word, ports, process.pid) for word in check]

    def _checked(self, word: str, ports: Mapping[str, str], pid: int) -> str:
        if word in ("python", "1"):
            return {"python": sys.executable, "1": str(pid)}[word]
        for theirs, ours in ports.items():
            word = word.replace(f"127.0.0.1:{theirs}/", f"127.0.0.1:{ours}/")
        return ports.get(word, word)

    def migrate(self) -> subprocess.CompletedProcess[str]:
        return self.command("migrate", *words("migrate"))

    def command(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """`docker compose run --rm SERVICE WORDS`."""
        line = [sys.executable, "-m", "amphi", *words]
        env = self.environment_of(name)
        return subprocess.run(line, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    def guided(self, program: str, stdin: bytes = b"") -> bytes:
        """What the guide makes one of PostgreSQL's programs do, done here; its output."""
        guide = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
        (line,) = re.findall(rf"exec -T postgres ({program} [^<>\n]*)", guide)
        _, *words = shlex.split(line)
        address = urlsplit(self.servers.postgres.url())
        env = {"PGHOST": "127.0.0.1", "PGPORT": str(address.port), "PGUSER": address.username or ""}
        env |= {"PGPASSWORD": address.password or ""}
        full = [str(binaries.postgres().bin / program), *words]
        return subprocess.run(full, env=env, input=stdin, stdout=subprocess.PIPE, check=True).stdout


@contextmanager
def running(line: list[str], env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is gone at the end, whatever happened."""
    process = subprocess.Popen(line, env=env, cwd=ROOT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def becomes_healthy(process: subprocess.Popen[bytes], check: list[str]) -> str:
    """Empty once the check succeeds; else what it said last, when the program ended or time is over."""
    end, said = time.monotonic() + PATIENCE_S, ""
    while time.monotonic() < end:
        done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return ""
        if process.poll() is not None:
            return f"ended with {process.returncode}"
        said = done.stderr
        time.sleep(0.2)
    return said or "never healthy"


@contextmanager
def installed(place: Path) -> Iterator[Installation]:
    """Secrets, accounts and schema made, Valkey running."""
    place.chmod(0o711)
    with ExitStack() as ending:
        ending.callback(lambda: embedded.remove(place / "data"))
        servers = ending.enter_context(embedded.start(place / "data", valkey=False, environment={}))
        here = Installation(place, servers)
        here.make_secrets()
        here.make_accounts()
        ending.enter_context(here.valkey())
        done = here.migrate()
        assert done.returncode == 0, done.stderr
        yield here
