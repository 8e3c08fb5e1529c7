"""The environment is read once, with every fault named in French."""

from pathlib import Path

import pytest

from amphi.settings import EVERY_PROGRAM, SettingsRefused, from_environment

GOOD = {
    "DATABASE_URL": "postgresql://amphi_app:secret@db:5432/amphi",
    "REDIS_URL": "redis://:secret@valkey:6379/0",
    "AMPHI_SITE_ORIGIN": "https://choix.ars.example/",
    "AMPHI_SECRET_KEY": "k" * 32,
}


def test_a_whole_environment_is_read() -> None:
    settings = from_environment(GOOD)
    assert settings.database_url == "postgresql+asyncpg://amphi_app:secret@db:5432/amphi"
    assert settings.owner_database_url == settings.database_url
    assert settings.site_origin == "https://choix.ars.example"
    assert (settings.smtp_url, settings.data) == ("", Path(".amphi"))


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsRefused) as caught:
        from_environment({})
    for name in EVERY_PROGRAM:
        assert f"{name} manque" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/amphi"),
        ("DATABASE_URL", "postgresql://db:no-number/amphi"),
        ("REDIS_URL", "valkey:6379"),
        ("AMPHI_SITE_ORIGIN", "stages.ars.example"),
        ("AMPHI_SITE_ORIGIN", "https://choix.ars.example/page"),
        ("AMPHI_SITE_ORIGIN", "https://[::1"),
        ("AMPHI_SMTP_URL", "http://mail"),
        ("AMPHI_SECRET_KEY", "too short"),
    ],
)
def test_a_wrong_value_is_named_and_never_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsRefused) as caught:
        from_environment(GOOD | {name: value})
    assert f"{name} n'est pas ce qui est attendu" in str(caught.value)
    assert value not in str(caught.value)


def test_a_program_that_needs_less_asks_for_less() -> None:
    settings = from_environment({"DATABASE_URL": GOOD["DATABASE_URL"]}, needed=["DATABASE_URL"])
    assert settings.redis_url == ""


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 40 + "\n")
    environment = GOOD | {"AMPHI_SECRET_KEY": "", "AMPHI_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert from_environment(environment).secret_key == "f" * 40


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    environment = GOOD | {"REDIS_URL": "", "REDIS_URL_FILE": str(tmp_path / "missing")}
    with pytest.raises(SettingsRefused, match="REDIS_URL_FILE"):
        from_environment(environment)


def test_nothing_secret_is_shown() -> None:
    assert "secret" not in repr(from_environment(GOOD))
    assert "kkk" not in repr(from_environment(GOOD))
