# ruff: noqa: D103 - a projection is named after its event, which is documented
"""An amphi's row and its choice sessions, after an event about its phase."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Executable,
    Integer,
    Text,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from amphi.records.fact import Fact
from amphi.records.instants import moment
from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.proxies import proxies, status_requests
from amphi.rules.choosing import events as e
from amphi.rules.choosing.facts import EntryFacts, SessionFacts
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId

OUT_OF_THE_WAY = 1_000_000  # above any call rank (rules.choosing.facts.Count)


def validated(_: Fact, event: e.AmphiValidated) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.VALIDATED)


def published(_: Fact, event: e.AmphiPublished) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.OPEN)


def rescheduled(_: Fact, event: e.Rescheduled) -> Iterable[Executable]:
    yield from planned(event.amphi, event.sessions)


def call_list_replaced(_: Fact, event: e.CallListReplaced) -> Iterable[Executable]:
    yield _amphi(event, call_list_version=event.version)
    yield from listed(event.amphi, event.entries)
    yield from planned(event.amphi, event.sessions)


def session_started(_: Fact, event: e.SessionStarted) -> Iterable[Executable]:
    yield _session(event, state="running")
    yield _amphi(event, phase=Phase.RUNNING)


def session_ended(_: Fact, event: e.SessionEnded) -> Iterable[Executable]:
    yield _session(event, state="ended")
    yield _amphi(event, phase=Phase.BETWEEN_SESSIONS)


def catch_up_started(_: Fact, event: e.CatchUpStarted) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.CATCH_UP)


def paused(_: Fact, event: e.Paused) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.PAUSED)


def resumed(_: Fact, event: e.Resumed) -> Iterable[Executable]:
    """ "PAUSED remembers where it came from" (live-rules.md §1): from RUNNING if a session runs."""
    running = exists().where(
        choice_sessions.c.amphi == event.amphi, choice_sessions.c.state == "running"
    )
    yield _amphi(event, phase=case((running, Phase.RUNNING), else_=Phase.CATCH_UP))


def closed(_: Fact, event: e.AmphiClosed) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.CLOSED)


def _amphi(event: e.Event, **values: Any) -> Executable:
    return update(amphis).where(amphis.c.id == event.amphi).values(**values)


def _session(event: e.SessionStarted | e.SessionEnded, *, state: str) -> Executable:
    which = (choice_sessions.c.amphi == event.amphi, choice_sessions.c.n == event.session)
    return update(choice_sessions).where(*which).values(state=state)


def listed(amphi: AmphiId | None, entries: Sequence[EntryFacts]) -> Iterable[Executable]:
    """The rows of a call list that replaces the one before.

    Who is on both keeps the line; who is no more loses it, with what was asked or granted for it.
    Ranks are moved out of the way first, since each must be unique at every instant.
    """
    lines = call_list_entries
    kept = [each.id for each in entries]
    gone = select(lines.c.id).where(lines.c.amphi == amphi, lines.c.id.not_in(literal_ids(kept)))
    for table in (status_requests, proxies):
        yield delete(table).where(table.c.entry.in_(gone))
    yield delete(lines).where(lines.c.id.in_(gone))
    away = lines.c.call_rank + OUT_OF_THE_WAY
    yield update(lines).where(lines.c.amphi == amphi).values(call_rank=away)
    yield _upserted(amphi, entries)


def literal_ids(ids: list[EntryId]) -> Any:
    """One array, however many there are."""
    return select(func.unnest(literal(ids, ARRAY(Text))))


def _upserted(amphi: AmphiId | None, entries: Sequence[EntryFacts]) -> Executable:
    kinds: dict[str, Any] = {
        **dict.fromkeys(("id", "person", "des", "choice_status"), Text),
        **dict.fromkeys(("call_rank", "extra_seconds"), Integer),
        "expected_absence": Boolean,
    }
    columns = [
        literal([_plain(getattr(each, name)) for each in entries], ARRAY(kind))
        for name, kind in kinds.items()
    ]
    given = func.unnest(*columns).table_valued(*kinds).render_derived()
    rows = select(literal(amphi), *(given.c[name] for name in kinds))
    statement = insert(call_list_entries).from_select(["amphi", *kinds], rows)
    changed = ("call_rank", "des", "choice_status", "extra_seconds", "expected_absence")
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={name: statement.excluded[name] for name in changed}
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def planned(amphi: AmphiId | None, sessions: Sequence[SessionFacts]) -> Iterable[Executable]:
    """The rows of choice sessions that replace those before."""
    yield delete(choice_sessions).where(choice_sessions.c.amphi == amphi)
    if sessions:
        yield insert(choice_sessions).values([_planned_row(amphi, each) for each in sessions])


def _planned_row(amphi: AmphiId | None, facts: SessionFacts) -> dict[str, Any]:
    return {
        "amphi": amphi,
        "n": facts.n,
        "from_rank": facts.from_rank,
        "to_rank": facts.to_rank,
        "starts_at": moment(facts.starts_at),
        "ends_at": None if facts.ends_at is None else moment(facts.ends_at),
    }
