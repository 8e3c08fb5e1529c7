# ruff: noqa: D103 - a projection is named after its event, which is documented
"""A line of the call list after a gesture that concerns it, and requests decided (DCI §5)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable, update

from amphi.records.announcing import to_the_intern
from amphi.records.fact import Fact, Step
from amphi.records.mail_kinds import MailKind
from amphi.records.tables.amphis import call_list_entries
from amphi.records.tables.proxies import status_requests
from amphi.rules.choosing import events as e
from amphi.rules.ids import EntryId


def placed(_: Fact, event: e.InternPlaced) -> Iterable[Executable | Step]:
    """An operator's placement overrules an expected absence or an exclusion."""
    yield _entry(event.entry, excluded=False, expected_absence=False)


def excluded(_: Fact, event: e.InternExcluded) -> Iterable[Executable | Step]:
    yield _entry(event.entry, excluded=True)


def restored(_: Fact, event: e.InternRestored) -> Iterable[Executable | Step]:
    yield _entry(event.entry, excluded=False)


def absence_set(_: Fact, event: e.AbsenceSet) -> Iterable[Executable | Step]:
    yield _entry(event.entry, expected_absence=event.expected)


def extra_time_set(_: Fact, event: e.ExtraTimeSet) -> Iterable[Executable | Step]:
    yield _entry(event.entry, extra_seconds=event.extra_seconds)


def choice_status_decided(fact: Fact, event: e.ChoiceStatusDecided) -> Iterable[Executable | Step]:
    yield _entry(event.entry, choice_status=event.choice_status)
    pending = (status_requests.c.entry == event.entry, status_requests.c.state == "pending")
    yield (
        update(status_requests)
        .where(*pending)
        .values(
            state="accepted" if event.accepted else "refused",
            decided_at=fact.moment,
            decided_by=event.operator,
        )
    )
    yield to_the_intern(
        fact,
        MailKind.STATUS_DECIDED,
        event.entry,
        {"accepted": event.accepted, "choice_status": event.choice_status},
    )


def _entry(entry: EntryId, **values: Any) -> Executable:
    return update(call_list_entries).where(call_list_entries.c.id == entry).values(**values)
