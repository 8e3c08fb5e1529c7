"""What other tables say of the same facts: every row that the journal determines, column by column."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from amphi.verify.commands_and_requests import requests, results
from amphi.verify.compared_tables import TABLES
from amphi.verify.evidence import Evidence, StoredRow
from amphi.verify.expected import EXPECTED, OURS
from amphi.verify.outcomes import Part
from amphi.verify.problems import Finding
from amphi.verify.replay import Replay

At = tuple[int | None, Finding]
Key = tuple[Any, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def served(offer: dict[str, Any]) -> dict[str, str]:
    """Which person each live assignment of the journal is for, by entry."""
    return {
        entry["id"]: entry["person"]
        for amphi in offer["amphis"].values()
        for entry in amphi["entries"].values()
        if entry["standing"] == "served"
    }


def compared(found: Replay, evidence: Evidence) -> Iterator[At]:
    """Everything in which another table disagrees with the journal, as (seq, finding)."""
    yield from _head(evidence)
    for table in EXPECTED:
        yield from _table(table, found.offer, evidence)
    seqs = {each.seq for each in evidence.rows}
    yield from results(found, seqs, evidence.tables["command_results"])
    yield from requests(found.offer, _plain_rows(evidence, "status_requests"))


def _head(evidence: Evidence) -> Iterator[At]:
    """The head-and-lease row names the last line, under its term or a later one."""
    if not evidence.rows:
        if evidence.head is not None and evidence.head.last_seq != 0:
            yield None, ("head_differs", {"found": evidence.head.last_seq, "expected": 0})
        return
    last, head = evidence.rows[-1], evidence.head
    if head is None:
        yield None, ("head_missing", {})
    elif (head.last_seq, head.head_hash) != (last.seq, last.hash) or head.term < last.term:
        facts = {
            "found": f"{head.last_seq} {head.head_hash[:8]}",
            "expected": f"{last.seq} {last.hash[:8]}",
        }
        yield last.seq, ("head_differs", facts)


def _table(table: str, offer: dict[str, Any], evidence: Evidence) -> Iterator[At]:
    """Its rows one by one, then those that only one side knows."""
    wanted = {_key(table, row): row for row in EXPECTED[table](offer, evidence.campaign)}
    seen: set[Key] = set()
    for row in _plain_rows(evidence, table):
        key = _key(table, row)
        if key in wanted and key not in seen:
            yield from _row(table, wanted[key], row)
        elif key in wanted or OURS.get(table, _any)(offer, row):
            yield row.get("seq"), ("row_extra", _named(table, row))
        seen.add(key)
    for key, row in wanted.items():
        if key not in seen:
            yield row.get("seq"), ("row_missing", _named(table, row))


def _row(table: str, wanted: dict[str, Any], stored: dict[str, Any]) -> Iterator[At]:
    what = _differing(table, wanted, stored)
    if what:
        yield wanted.get("seq"), ("row_differs", _named(table, wanted) | {"what": what})


def _any(_offer: dict[str, Any], _row: dict[str, Any]) -> bool:
    return True


def _key(table: str, row: Mapping[str, Any]) -> Key:
    return tuple(row[column] for column in TABLES[table].key)


def _named(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    key = ", ".join(f"{column} {row[column]}" for column in TABLES[table].key)
    return {"table": TABLES[table].french, "key": key}


def _differing(table: str, wanted: dict[str, Any], stored: dict[str, Any]) -> str:
    """Every column in which they differ, with both values; nothing when they agree."""
    columns = [each for each in TABLES[table].columns if each in wanted]
    return " ; ".join(
        f"{each} = {stored[each]}, {wanted[each]} attendu"
        for each in columns
        if not _agrees(wanted[each], stored[each])
    )


def _agrees(wanted: object, stored: Any) -> bool:
    if isinstance(wanted, Part):
        return {key: stored.get(key) for key in wanted} == wanted
    return bool(wanted == stored)


# --- stored values as the journal writes them -------------------------------


def _plain_rows(evidence: Evidence, table: str) -> list[dict[str, Any]]:
    rows = [{name: _plain(value) for name, value in row.items()} for row in evidence.tables[table]]
    return [row | {"imotep": _service(row)} for row in rows] if table == "posts" else rows


def _plain(value: Any) -> Any:
    """An instant in milliseconds since 1970 UTC, anything else as it is."""
    return (value - _EPOCH) // timedelta(milliseconds=1) if isinstance(value, datetime) else value


def _service(post: StoredRow) -> str:
    """A service without a number is known by its establishment and its name."""
    number, place = post["imotep"], post["finess"] or post["establishment"]
    return str(number or f"{place}/{post['service']}")
