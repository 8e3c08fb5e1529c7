# ruff: noqa: D103 - a projection is named after its event, which is documented
"""An amphi's row and its choice sessions, after an event about its phase."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable, case, delete, exists, insert, update

from amphi.records.fact import Fact
from amphi.records.instants import moment
from amphi.records.tables.amphis import amphis, choice_sessions
from amphi.rules.choosing import events as e
from amphi.rules.choosing.facts import SessionFacts
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId


def validated(_: Fact, event: e.AmphiValidated) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.VALIDATED)


def published(_: Fact, event: e.AmphiPublished) -> Iterable[Executable]:
    yield _amphi(event, phase=Phase.OPEN)


def rescheduled(_: Fact, event: e.Rescheduled) -> Iterable[Executable]:
    yield from _planned(event.amphi, event.sessions)


def call_list_replaced(_: Fact, event: e.CallListReplaced) -> Iterable[Executable]:
    yield _amphi(event, call_list_version=event.version)
    yield from _planned(event.amphi, event.sessions)


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


def _planned(amphi: AmphiId | None, sessions: tuple[SessionFacts, ...]) -> Iterable[Executable]:
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
