"""One JSON object of a load file, read field by field: every fault is noted, reading goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from amphi.rules.accounts import is_email
from amphi.rules.campaign_faults import Fault
from amphi.rules.ids import Millis

LONGEST = 300  # characters of a name, an address, an earmark
FIRST_YEAR, LAST_YEAR = 1970, 2999
_KINDS: dict[type, str] = {
    str: "un texte",
    int: "un nombre entier",
    float: "un nombre",
    bool: "vrai ou faux",
    list: "une liste",
    dict: "un objet",
    type(None): "null",
}


class Findings:
    """What was found so far; nothing is loaded when there are faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, path: str, code: str, **facts: Any) -> None:
        self.faults.append(Fault(path, code, facts))

    def warn(self, path: str, code: str, **facts: Any) -> None:
        self.warnings.append(Fault(path, code, facts))


_Line = TypeVar("_Line")
_Read_co = TypeVar("_Read_co", covariant=True)


class Reads(Protocol[_Read_co]):
    """Reads one JSON value that stands at `path`."""

    def __call__(self, value: object, path: str, findings: Findings) -> _Read_co: ...


class Fields:
    """One object at `path`. A faulty field reads as None (hence Any): `done` says if all is well."""

    def __init__(self, value: object, path: str, findings: Findings) -> None:
        self.path = path
        self._findings = findings
        self._before = len(findings.faults)
        self._known: set[str] = set()
        self._is_object = isinstance(value, dict)
        self._values: dict[str, Any] = value if isinstance(value, dict) else {}
        if not self._is_object:
            findings.fault(path, "wrong_type", **_expected(dict, value))

    def __contains__(self, name: str) -> bool:
        self._known.add(name)
        return name in self._values

    def has(self, name: str) -> bool:
        """Present and not null: null and absent are the same thing."""
        self._known.add(name)
        return self._values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> Any:
        """A text, trimmed; without `default` it must be there and not empty."""
        value = self._typed(name, str, default)
        if value is None:
            return None
        return self._fitting(name, value.strip(), must=default is None)

    def one_of(self, name: str, allowed: Sequence[str], default: str | None = None) -> Any:
        value = self.text(name, default)
        if value is not None and value not in allowed:
            self.fault(name, "not_allowed", value=value, allowed=", ".join(allowed))
            return None
        return value

    def email(self, name: str) -> Any:
        value = self.text(name)
        if value is not None and not is_email(value):
            self.fault(name, "bad_email", value=value)
            return None
        return value

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> Any:
        """A whole number between `low` and `high`."""
        value = self._typed(name, int, default)
        if value is not None and not low <= value <= high:
            self.fault(name, "out_of_range", value=value, low=low, high=high)
            return None
        return value

    def flag(self, name: str, *, default: bool) -> Any:
        return self._typed(name, bool, default)

    def instant(self, name: str) -> Any:
        """ISO 8601 with an offset, as ms since 1970 UTC."""
        text = self.text(name)
        if text is None:
            return None
        at = instant(text)
        if at is None:
            self.fault(name, "bad_instant", value=text)
        return at

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none when absent."""
        return tuple(each for each in self.listed(name, text_item) if each is not None)

    def listed(self, name: str, read: Reads[_Line]) -> list[_Line]:
        """A list, each item read by `read`; empty when absent."""
        items = self._typed(name, list, [])
        return [
            read(each, f"{self._at(name)}[{n}]", self._findings)
            for n, each in enumerate(items or [])
        ]

    def required_list(self, name: str, read: Reads[_Line], when_empty: str) -> list[_Line]:
        """A list with at least one item."""
        if not self.has(name):
            self._missing(name)
        elif self._values[name] == []:
            self.fault(name, when_empty)
        return self.listed(name, read)

    def nested(self, name: str, read: Reads[_Line]) -> _Line | None:
        """An object that must be there."""
        if not self.has(name):
            self._missing(name)
            return None
        return read(self._values[name], self._at(name), self._findings)

    def raw(self, name: str) -> object:
        """The value as it stands."""
        self._known.add(name)
        return self._values.get(name)

    def fault(self, name: str, code: str, **facts: Any) -> None:
        self._findings.fault(self._at(name), code, **facts)

    def warn(self, name: str, code: str, **facts: Any) -> None:
        self._findings.warn(self._at(name), code, **facts)

    def done(self) -> bool:
        """Warns of unknown fields; True: nothing was wrong in here."""
        for name in self.unknown():
            self.warn(name, "unknown_field", field=name)
        return len(self._findings.faults) == self._before

    def unknown(self) -> list[str]:
        """Fields that nobody asked for, in the order of the file."""
        return [name for name in self._values if name not in self._known]

    def _typed(self, name: str, kind: type, default: Any) -> Any:
        if not self.has(name):
            if default is None:
                self._missing(name)
            return default
        value = self._values[name]
        if type(value) is kind:
            return value
        self.fault(name, "wrong_type", **_expected(kind, value))
        return None

    def _missing(self, name: str) -> None:
        if self._is_object:
            self.fault(name, "missing_field", field=name)

    def _fitting(self, name: str, value: str, *, must: bool) -> str | None:
        if must and not value:
            self.fault(name, "empty_value")
            return None
        if len(value) > LONGEST:
            self.fault(name, "too_long", limit=LONGEST)
            return None
        return storable(value, self._at(name), self._findings)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def text_item(value: object, path: str, findings: Findings) -> str | None:
    """One text of a list of texts."""
    if type(value) is not str:
        findings.fault(path, "wrong_type", **_expected(str, value))
        return None
    if not value.strip():
        findings.fault(path, "empty_value")
        return None
    return storable(value.strip(), path, findings)


def storable(value: str, path: str, findings: Findings) -> str | None:
    """PostgreSQL stores no U+0000, and no name, id or sentence has one: it stops here."""
    if "\0" not in value:
        return value
    findings.fault(path, "wrong_type", expected="un texte", found="un caractère nul (U+0000)")
    return None


def instant(text: str) -> Millis | None:
    """ISO 8601 with an offset → ms since 1970 UTC; None: it is not that.

    Nor a year that no calendar of interns has, and that another offset would push over its edge.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        return None
    return round(at.timestamp() * 1000)


def _expected(kind: type, value: object) -> dict[str, str]:
    return {"expected": _KINDS[kind], "found": _KINDS.get(type(value), "autre chose")}
