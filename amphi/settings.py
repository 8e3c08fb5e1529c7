"""What the environment says, read once: addresses, secrets, origins.

Every name may also be given as NAME_FILE, the path of a file with the value (Docker's secrets).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

SECRET_LENGTH = 32
EVERY_PROGRAM = ("DATABASE_URL", "REDIS_URL", "AMPHI_SITE_ORIGIN", "AMPHI_SECRET_KEY")
MEANING = {
    "DATABASE_URL": "l'adresse de PostgreSQL, postgresql://compte:mot-de-passe@hôte:5432/base",
    "AMPHI_OWNER_DATABASE_URL": "l'adresse de PostgreSQL pour le compte propriétaire des tables",
    "REDIS_URL": "l'adresse de Valkey ou Redis, redis://:mot-de-passe@hôte:6379/0",
    "AMPHI_SITE_ORIGIN": "l'origine du site, par exemple https://choix.ars.example",
    "AMPHI_ADMIN_ORIGIN": "l'origine de la console, par exemple https://console.ars.example",
    "AMPHI_SECRET_KEY": f"la clé des jetons signés, {SECRET_LENGTH} caractères au moins",
    "AMPHI_SMTP_URL": "l'adresse du serveur de courrier, smtp://hôte:25 ou smtps://compte:mot@hôte:465",
    "AMPHI_MAIL_FROM": "l'adresse d'expédition des courriels",
    "AMPHI_DEMO_MAILS": "le dossier des courriels gardés, pendant une démonstration seulement",
    "AMPHI_DATA": "le dossier de données des serveurs embarqués",
}
SCHEMES = {
    "DATABASE_URL": ("postgresql", "postgres", "postgresql+asyncpg"),
    "AMPHI_OWNER_DATABASE_URL": ("postgresql", "postgres", "postgresql+asyncpg"),
    "REDIS_URL": ("redis", "rediss"),
    "AMPHI_SITE_ORIGIN": ("http", "https"),
    "AMPHI_ADMIN_ORIGIN": ("http", "https"),
    "AMPHI_SMTP_URL": ("smtp", "smtps"),
}


class SettingsRefused(Exception):
    """The environment lacks something or says something wrong; one French line for each fault."""

    code = "settings_wrong"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The environment, checked.

    Attributes:
        database_url: for SQLAlchemy with asyncpg, the account the programs run under.
        owner_database_url: idem, the account that owns the tables and migrates them.
        redis_url: Valkey's address.
        site_origin: scheme, host and port of the site, the only Origin its sockets accept.
        admin_origin: idem for the console; empty when there is none.
        secret_key: signs resume tokens.
        smtp_url: where mails go; empty when none are sent.
        mail_from: the sender's address.
        demo_mails: the folder of caught mails; None unless a demonstration runs.
        data: the folder of the embedded servers.
    """

    database_url: str
    owner_database_url: str
    redis_url: str
    site_origin: str
    admin_origin: str
    secret_key: str
    smtp_url: str
    mail_from: str
    demo_mails: Path | None
    data: Path

    def __repr__(self) -> str:
        """Nothing secret in a log."""
        return f"Settings(site_origin={self.site_origin!r}, data={str(self.data)!r}, …)"


def from_environment(
    environment: Mapping[str, str], needed: Iterable[str] = EVERY_PROGRAM
) -> Settings:
    """Read and check the settings.

    Args:
        environment: usually `os.environ`.
        needed: the names without which the program cannot run; the others may be empty.

    Raises:
        SettingsRefused: with every fault, one a line.
    """
    found, faults = values(environment)
    faults += [f"{name} manque : {MEANING[name]}." for name in needed if not found[name]]
    faults += [fault for name, value in found.items() if value for fault in check(name, value)]
    if faults:
        raise SettingsRefused("réglages à corriger :\n" + "\n".join(faults))
    return Settings(
        database_url=for_asyncpg(found["DATABASE_URL"]),
        owner_database_url=for_asyncpg(found["AMPHI_OWNER_DATABASE_URL"] or found["DATABASE_URL"]),
        redis_url=found["REDIS_URL"],
        site_origin=found["AMPHI_SITE_ORIGIN"].rstrip("/"),
        admin_origin=found["AMPHI_ADMIN_ORIGIN"].rstrip("/"),
        secret_key=found["AMPHI_SECRET_KEY"],
        smtp_url=found["AMPHI_SMTP_URL"],
        mail_from=found["AMPHI_MAIL_FROM"] or "amphi@localhost",
        demo_mails=Path(found["AMPHI_DEMO_MAILS"]) if found["AMPHI_DEMO_MAILS"] else None,
        data=Path(found["AMPHI_DATA"] or ".amphi"),
    )


def values(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The raw value of every name (from NAME, else from the file NAME_FILE), and the faults."""
    found, faults = {}, []
    for name in MEANING:
        found[name] = environment.get(name, "").strip()
        place = environment.get(f"{name}_FILE", "")
        if place and not found[name]:
            try:
                found[name] = Path(place).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{name}_FILE : {place} ne se lit pas ({error}).")
    return found, faults


def check(name: str, value: str) -> list[str]:
    """The faults of one value, as sentences that never repeat a secret."""
    wrong = f"{name} n'est pas ce qui est attendu : {MEANING[name]}."
    if name == "AMPHI_SECRET_KEY":
        return [wrong] if len(value) < SECRET_LENGTH else []
    if name not in SCHEMES:
        return []
    try:
        parts = urlsplit(value)
        known = parts.scheme in SCHEMES[name] and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        return [wrong]
    if name.endswith("_ORIGIN") and (parts.path.strip("/") or parts.query or parts.username):
        return [wrong]
    return [] if known else [wrong]


def for_asyncpg(url: str) -> str:
    """The same address, naming the driver SQLAlchemy shall use."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+asyncpg://{rest}" if separator and "+" not in scheme else url
