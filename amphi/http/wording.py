"""How pages write instants, numbers and words of the glossary in French."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from amphi.records.instants import moment as instant

# "`.ics` in `Europe/Paris`" (experience.md): people's appointments are there, wherever the server is.
PARIS = ZoneInfo("Europe/Paris")

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
REGIMES = {
    "OLD": "Ancien régime",
    "BASE": "Phase socle",
    "ADVANCED": "Phase d'approfondissement",
    "CONSOLIDATION": "Phase de consolidation",
}
# What DCI §9.1 and §10 show as the state of an amphi.
PHASES = {
    "PLANNED": "Non validé",
    "VALIDATED": "Validé",
    "OPEN": "Ouvert",
    "RUNNING": "En cours",
    "PAUSED": "En pause",
    "BETWEEN_SESSIONS": "Entre deux sessions",
    "CATCH_UP": "Rattrapage des retards",
    "CLOSED": "Terminé",
}
STATUSES = {
    "STANDARD": "Classique",
    "SURNOMBRE_VALIDANT": "Surnombre validant",
    "SURNOMBRE_NON_VALIDANT": "Surnombre non validant",
}
SESSION_STATES = {"planned": "Prévue", "running": "En cours", "ended": "Terminée"}


def day(at: datetime) -> str:
    """`26/09/2026`."""
    return f"{at.astimezone(PARIS):%d/%m/%Y}"


def hour(at: datetime) -> str:
    """`09:00`."""
    return f"{at.astimezone(PARIS):%H:%M}"


def moment(at: datetime) -> str:
    """`26/09/2026 09:00`, for tables."""
    return f"{day(at)} {hour(at)}"


def spoken(at: datetime) -> str:
    """`samedi 26 septembre 2026 à 09:00`, for sentences."""
    there = at.astimezone(PARIS)
    date = f"{'1er' if there.day == 1 else there.day} {MONTHS[there.month - 1]} {there.year}"
    return f"{DAYS[there.weekday()]} {date} à {hour(at)}"


def machine(at: datetime) -> str:
    """For the `datetime` attribute of `<time>`."""
    return at.astimezone(PARIS).isoformat(timespec="seconds")


def semester(written: str) -> str:
    """`Novembre 2026` for `2026-11`; anything else is left as it is."""
    year, _, month = written.partition("-")
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        return written
    return f"{MONTHS[int(month) - 1].capitalize()} {year}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 interne`, `2 internes`, `0 interne`: French plurals begin at two."""
    return f"{number} {one if number < 2 else many or f'{one}s'}"


def _of(words: dict[str, str]) -> Callable[[str], str]:
    """A code that nobody translated is shown as it is."""
    return lambda code: words.get(str(code), str(code))


def named(value: str, words: str = "") -> tuple[str, str]:
    """An option of a choice: what is sent, and what is read (`words`: a filter of this page)."""
    return value, FILTERS[words](value) if words else value


def amphi_named(row: Any) -> tuple[str, str]:
    """An amphi as an option."""
    return row.id, f"{row.code} – {row.group} – {REGIMES.get(row.regime, row.regime)}"


FILTERS: dict[str, Callable[..., Any]] = {
    "instant": instant,
    "day": day,
    "hour": hour,
    "moment": moment,
    "spoken": spoken,
    "machine": machine,
    "semester": semester,
    "counted": counted,
    "named": named,
    "amphi_named": amphi_named,
    "regime": _of(REGIMES),
    "phase": _of(PHASES),
    "choice_status": _of(STATUSES),
    "session_state": _of(SESSION_STATES),
}
