"""The files of a production installation, lived as far as that goes without docker."""

import json
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.deploy.compose import ROOT, ours, services
from tests.deploy.installation import Installation, becomes_healthy, installed
from tests.rules.load_files import a_document, an_amphi_line

ALIKE = ("migrate", "serve-2")  # the one ends by itself, the other is serve-1 again
PROGRAMS = [name for name in ours() if name not in ALIKE]


@pytest.fixture(scope="module")
def here() -> Iterator[Installation]:
    with (
        tempfile.TemporaryDirectory(prefix="amphi-deploy-") as made,
        installed(Path(made)) as made_one,
    ):
        yield made_one


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_lives_on_what_the_file_gives_it_and_leaves_when_told(
    here: Installation, name: str
) -> None:
    with here.program(name) as (process, check):
        assert becomes_healthy(process, check) == ""
        process.send_signal(signal.SIGTERM)
        seconds = float(services()[name]["stop_grace_period"].removesuffix("s"))
        assert process.wait(seconds) in (0, -signal.SIGTERM)


def test_the_health_check_sees_who_has_lost_its_servers(here: Installation) -> None:
    with here.program("conduct") as (process, check):
        assert becomes_healthy(process, check) == ""
        elsewhere = [*check[:-1], "1"]
        done = subprocess.run(elsewhere, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, "vers : 1\n" in done.stderr) == (1, True)


def test_migrating_again_changes_nothing(here: Installation) -> None:
    done = here.migrate()
    assert (done.returncode, done.stderr) == (0, "")


def refused(here: Installation, account: str, statement: str) -> str:
    """What PostgreSQL answers; empty when it did as told."""
    return here.psql(here.secret(account), "-qAt", "-c", statement).stderr


def test_the_programs_account_may_only_become_the_application_role(here: Installation) -> None:
    assert "permission denied" in refused(here, "database_url", "SELECT * FROM journal")
    assert refused(here, "database_url", "SET ROLE amphi_app; SELECT * FROM journal") == ""
    assert "permission denied" in refused(here, "database_url", "SET ROLE amphi_owner")
    assert "permission denied" in refused(here, "database_url", "CREATE TABLE mine (n int)")


def test_not_even_as_that_role_is_the_journal_written_over(here: Installation) -> None:
    for verb in ("DELETE FROM", "TRUNCATE", "DROP TABLE"):
        said = refused(here, "database_url", f"SET ROLE amphi_app; {verb} journal")
        assert "permission denied" in said or "must be owner" in said, verb


def test_valkey_wants_the_password_and_refuses_when_full_rather_than_forget(
    here: Installation,
) -> None:
    stranger = redis.Redis(port=here.valkey_port)
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()
    stranger.close()
    with redis.Redis.from_url(here.secret("redis_url")) as client:
        wanted = {
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "maxmemory": str(512 << 20),
        }
        assert wanted.items() <= client.config_get(*wanted).items()


def test_the_password_of_valkey_is_in_no_command_line(here: Installation) -> None:
    password = here.secret("valkey_password")
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(password.encode() in line for line in lines)


def verified(here: Installation) -> str:
    """What `amphi verify` says, found all right."""
    done = here.command("conduct", "verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_the_guide_saves_can_be_restored_as_the_guide_says(
    here: Installation, tmp_path: Path
) -> None:
    """The journal, who owns it and who may not touch it; and a new epoch for everybody."""
    file = tmp_path / "essai.json"
    file.write_text(json.dumps(a_document(an_amphi_line())))
    loaded = here.command("conduct", "load", str(file), "--publish")
    assert loaded.returncode == 0, loaded.stderr
    before, epoch = verified(here), epochs(here)
    assert '"events":2,' in before

    saved = here.guided("pg_dump")
    assert refused(here, "owner_database_url", "DROP TABLE journal CASCADE") == ""
    here.guided("pg_restore", stdin=saved)
    here.guided("psql")

    assert verified(here) == before
    assert epochs(here) != epoch
    test_not_even_as_that_role_is_the_journal_written_over(here)
    test_the_programs_account_may_only_become_the_application_role(here)


def epochs(here: Installation) -> str:
    return here.psql(
        here.secret("owner_database_url"), "-qAt", "-c", "SELECT epoch FROM offers"
    ).stdout


def test_secrets_are_long_each_its_own_and_never_made_twice(
    here: Installation, tmp_path: Path
) -> None:
    names = [
        "valkey_password",
        "secret_key",
        *(f"postgres_{who}_password" for who in ("superuser", "owner", "programs")),
    ]
    assert len({here.secret(name) for name in names}) == len(names)
    assert all(len(here.secret(name)) == 64 for name in names)
    before = here.secret("secret_key")
    again = ["sh", str(ROOT / "deploy/make-secrets.sh"), "smtp://x:25", str(here.secrets)]
    done = subprocess.run(again, capture_output=True, text=True, check=False)
    assert (done.returncode, "gardé : secret_key" in done.stdout) == (0, True)
    assert here.secret("secret_key") == before


def test_secrets_are_not_made_without_a_mail_server(tmp_path: Path) -> None:
    line = ["sh", str(ROOT / "deploy/make-secrets.sh"), "", str(tmp_path / "secrets")]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "serveur de courrier" in done.stderr
    assert not (tmp_path / "secrets").exists()
