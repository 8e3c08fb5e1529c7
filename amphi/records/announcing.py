"""Mails written in the transaction of the fact they announce, in one statement per recipient.

Their facts are gathered by that statement, so that the mail says what was true at the commit.
"""

from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, case, func, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.fact import Fact
from amphi.records.mail_kinds import MailKind
from amphi.records.tables.amphis import call_list_entries
from amphi.records.tables.campaigns import posts
from amphi.records.tables.mails import mails
from amphi.records.tables.people import persons
from amphi.records.tables.proxies import proxies
from amphi.rules.ids import EntryId, OfferId, PostNumber

NO_ADDRESS = "no address"

_SHEET = (
    "number",
    "des",
    "establishment",
    "finess",
    "service",
    "supervisor",
    "department",
    "earmark",
)
_COLUMNS = [
    "message_id",
    "offer",
    "seq",
    "kind",
    "person",
    "address",
    "facts",
    "state",
    "last_error",
]


def to_the_intern(
    fact: Fact, kind: MailKind, entry: EntryId, *facts: dict[str, Any] | ColumnElement[Any]
) -> Executable:
    """To the entry's own person."""
    address = func.coalesce(persons.c.email, "")
    return _inserted(_mail(fact, kind, persons.c.id, address, facts, entry))


def to_the_holder(
    fact: Fact, kind: MailKind, entry: EntryId, *facts: dict[str, Any] | ColumnElement[Any]
) -> Executable:
    """To the holder of the entry's live proxy, if there is one.

    Before he has accepted he hears of the grant itself, of nothing else.
    """
    states = ["accepted"] if kind == MailKind.ASSIGNMENT_TO_HOLDER else ["pending", "accepted"]
    mail = _mail(fact, kind, proxies.c.holder, proxies.c.holder_email, facts, entry)
    live = (proxies.c.entry == call_list_entries.c.id, proxies.c.state.in_(states))
    return _inserted(mail.where(*live))


def the_post(offer: OfferId, number: PostNumber) -> ColumnElement[Any]:
    """A post's sheet (DCI §6.1) as the fact `post`."""
    sheet = func.jsonb_build_object(*(part for key in _SHEET for part in (key, posts.c[key])))
    reserved = func.cardinality(posts.c.reserved_for) > 0
    whole = sheet.concat(func.jsonb_build_object("reserved", reserved))
    query = select(whole).where(posts.c.offer == offer, posts.c.number == number)
    return func.jsonb_build_object("post", query.scalar_subquery())


def _mail(
    fact: Fact,
    kind: MailKind,
    person: ColumnElement[Any],
    address: ColumnElement[Any],
    facts: tuple[dict[str, Any] | ColumnElement[Any], ...],
    entry: EntryId,
) -> Select[Any]:
    """Somebody without an address gets a row that failed: an operator sees it, `verify` counts it."""
    nowhere = address == ""
    return (
        select(
            literal(_message_id(fact, kind)),
            literal(fact.offer),
            literal(fact.recorded.seq),
            literal(kind),
            person,
            address,
            _merged(facts),
            case((nowhere, "failed"), else_="queued"),
            case((nowhere, NO_ADDRESS), else_=""),
        )
        .select_from(call_list_entries.join(persons, persons.c.id == call_list_entries.c.person))
        .where(call_list_entries.c.id == entry)
    )


def _inserted(mail: Select[Any]) -> Executable:
    return insert(mails).from_select(_COLUMNS, mail)


def _message_id(fact: Fact, kind: MailKind) -> str:
    """The same for the same fact: "at least once, one Message-ID". The sender adds the domain."""
    return f"{fact.offer}.{fact.recorded.seq}.{kind}"


def _merged(facts: tuple[dict[str, Any] | ColumnElement[Any], ...]) -> ColumnElement[Any]:
    merged: ColumnElement[Any] = func.jsonb_build_object(
        "intern",
        func.jsonb_build_object(
            "first_name", persons.c.first_name, "last_name", persons.c.last_name
        ),
    )
    for each in facts:
        merged = merged.concat(literal(each, JSONB) if isinstance(each, dict) else each)
    return merged
