"""Every reference of docker-compose.yml leads somewhere, and nothing secret stands in it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from amphi.settings import MEANING
from tests.deploy.compose import (
    FILE,
    ROOT,
    VARIABLE,
    command,
    compose,
    environment,
    ours,
    services,
    words,
)

SETTINGS = re.compile(r"AMPHI_|DATABASE_|REDIS_")
EXAMPLE = ROOT / "deploy" / ".env.example"


def test_the_file_is_what_the_compose_specification_says() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, str(FILE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def variables() -> list[str]:
    lines = [line.partition(" #")[0] for line in FILE.read_text(encoding="utf-8").splitlines()]
    kept = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return [braced or bare for braced, bare in VARIABLE.findall(kept)]


def test_a_variable_without_a_value_stops_everything_with_a_sentence() -> None:
    assert len(variables()) >= 6
    for variable in variables():
        name, separator, sentence = variable.partition(":?")
        assert re.fullmatch(r"[A-Z_]+", name), variable
        assert separator, variable
        assert "manque" in sentence, variable


def test_the_example_gives_each_variable_and_no_other() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    given = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert given == {variable.partition(":?")[0] for variable in variables()}


@pytest.mark.parametrize("name", services())
def test_what_a_service_names_exists(name: str) -> None:
    service = services()[name]
    assert set(service.get("depends_on", {})) <= set(services())
    assert set(service.get("networks", ())) <= set(compose()["networks"])
    assert set(service.get("secrets", ())) <= set(compose()["secrets"])
    assert {one["source"] for one in service.get("configs", ())} <= set(compose()["configs"])
    assert {one.partition(":")[0] for one in service.get("volumes", ())} <= set(
        compose()["volumes"]
    )


@pytest.mark.parametrize("kind", ["networks", "volumes", "configs", "secrets"])
def test_what_is_declared_is_used(kind: str) -> None:
    used = str([service.get(kind, []) for service in services().values()])
    assert [name for name in compose()[kind] if f"'{name}" not in used] == []


def test_who_waits_for_health_waits_for_somebody_who_has_one() -> None:
    for service in services().values():
        for awaited, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services()[awaited]
            else:
                assert services()[awaited]["restart"] == "no"


def test_the_configuration_files_are_in_the_project() -> None:
    for configuration in compose()["configs"].values():
        assert (ROOT / configuration["file"]).is_file()


@pytest.mark.parametrize("name", ours())
def test_a_program_is_given_settings_that_are_known(name: str) -> None:
    given = {key for key in environment(name) if SETTINGS.match(key)}
    assert {key.removesuffix("_FILE") for key in given} <= set(MEANING)
    assert given, "every program needs some"


@pytest.mark.parametrize("name", services())
def test_a_secret_read_from_a_file_is_one_the_service_is_given(name: str) -> None:
    service = services()[name]
    read = set(re.findall(r"/run/secrets/(\w+)", str(service)))
    for one in service.get("configs", ()):
        text = (ROOT / compose()["configs"][one["source"]]["file"]).read_text(encoding="utf-8")
        read |= set(re.findall(r"/run/secrets/(\w+)", text))
    assert read == set(service.get("secrets", ()))


@pytest.mark.parametrize("name", ours())
def test_the_command_is_one_of_ours_and_accepts_its_options(name: str) -> None:
    known, (word, *options) = command(name), words(name)
    assert known is not None, f"amphi {word} is no command"
    known.make_context(word, options).close()


def written() -> list[Path]:
    """The files of this folder that are in the project."""
    found = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    return [FILE, *(path for path in found if not {"secrets", "__pycache__"} & set(path.parts))]


def test_nothing_secret_stands_in_the_files() -> None:
    """No value for a password or a key, no address with a password in it."""
    assigned = re.compile(r"(?i)(password|secret_key|passphrase)['\"]?\s*[:=]\s*['\"]?[\w-]{6,}")
    for path in written():
        if path.suffix == ".sql":  # `:'name'` there is a variable
            assert set(re.findall(r"PASSWORD (\S+?);", path.read_text(encoding="utf-8"))) == {
                ":'owner_password'",
                ":'programs_password'",
            }
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        text = "\n".join(re.split(r"(?:^|\s)#", line)[0] for line in lines)
        assert not re.search(r"://[^/\s:@$]*:[^/\s@$<…]+@", text), path
        assert not assigned.search(text), path
    for name in services():
        secret = [key for key in environment(name) if re.search("PASSWORD|SECRET|_URL|KEY", key)]
        assert [key for key in secret if not key.endswith("_FILE")] == []


def test_only_the_proxy_can_be_reached_and_the_mail_catcher_from_the_machine() -> None:
    published = {
        name: service["ports"] for name, service in services().items() if "ports" in service
    }
    assert set(published) == {"proxy", "mail"}
    assert services()["mail"]["profiles"] == ["trials"]
    assert all(port.startswith("127.0.0.1:") for port in published["mail"])
    inner = {name for name, network in compose()["networks"].items() if network.get("internal")}
    reached = {name for name, service in services().items() if set(service["networks"]) - inner}
    assert reached == {"proxy", "work", "mail"}
    assert "inside" not in services()["proxy"]["networks"]


@pytest.mark.parametrize("name", services())
def test_a_service_may_do_little_and_comes_back(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert "healthcheck" in service or name == "migrate"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service.get("user", "10001:10001"))


def test_the_images_of_others_have_pinned_tags() -> None:
    for name, service in services().items():
        if name not in ours():
            assert re.search(r":v?\d+\.\d+", service["image"]), service["image"]
    assert re.match(r"postgres:(1[7-9]|[2-9]\d)\.", services()["postgres"]["image"])


def test_gateways_have_time_to_take_leave() -> None:
    for name in ("serve-1", "serve-2"):
        assert services()[name]["stop_grace_period"] == "30s"
