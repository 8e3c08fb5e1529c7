"""Mails written in the transaction of the fact they announce, in one statement per recipient.

Their facts are gathered by that statement, so that the mail says what was true at the commit. The
statements are made once: they are run while an amphi waits.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Select,
    Text,
    bindparam,
    case,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from amphi.records.fact import Fact, Step
from amphi.records.mail_kinds import MailKind
from amphi.records.tables.amphis import call_list_entries
from amphi.records.tables.campaigns import posts
from amphi.records.tables.mails import mails
from amphi.records.tables.people import persons
from amphi.records.tables.proxies import proxies
from amphi.rules.ids import EntryId, PostNumber

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
    fact: Fact,
    kind: MailKind,
    entry: EntryId,
    facts: dict[str, Any],
    post: PostNumber | None = None,
) -> Step:
    """To the entry's own person; `post`: with its sheet (DCI §6.1)."""
    statement = _TO_THE_INTERN if post is None else TO_THE_INTERN_WITH_SHEET
    return statement, _values(fact, kind, entry, facts) | _sheet_of(post)


def to_the_holder(
    fact: Fact,
    kind: MailKind,
    entry: EntryId,
    facts: dict[str, Any],
    post: PostNumber | None = None,
) -> Step:
    """To the holder of the entry's live proxy, if there is one.

    Before he has accepted he hears of the grant itself, of nothing else.
    """
    statement = _TO_THE_HOLDER if post is None else _TO_THE_HOLDER_WITH_SHEET
    states = ["accepted"] if kind == MailKind.ASSIGNMENT_TO_HOLDER else ["pending", "accepted"]
    values = _values(fact, kind, entry, facts) | _sheet_of(post)
    return statement, values | {"states": states}


def _values(fact: Fact, kind: MailKind, entry: EntryId, facts: dict[str, Any]) -> dict[str, Any]:
    """The Message-ID is the same for the same fact; the sender adds the domain."""
    return {
        "mail_id": f"{fact.offer}.{fact.recorded.seq}.{kind}",
        "in_offer": fact.offer,
        "at_seq": fact.recorded.seq,
        "of_kind": kind,
        "of_entry": entry,
        "told": facts,
    }


def _sheet_of(post: PostNumber | None) -> dict[str, Any]:
    return {} if post is None else {"of_post": post}


def _sheet() -> ColumnElement[Any]:
    sheet = func.jsonb_build_object(*(part for key in _SHEET for part in (key, posts.c[key])))
    reserved = func.jsonb_build_object("reserved", func.cardinality(posts.c.reserved_for) > 0)
    which = (posts.c.offer == bindparam("in_offer"), posts.c.number == bindparam("of_post"))
    query = select(sheet.concat(reserved)).where(*which)
    return func.jsonb_build_object("post", query.scalar_subquery())


def _facts(*more: ColumnElement[Any]) -> ColumnElement[Any]:
    name = ("first_name", persons.c.first_name, "last_name", persons.c.last_name)
    facts: ColumnElement[Any] = func.jsonb_build_object("intern", func.jsonb_build_object(*name))
    for each in (bindparam("told", type_=JSONB), *more):
        facts = facts.concat(each)
    return facts


def _mail(
    person: ColumnElement[Any], address: ColumnElement[Any], facts: ColumnElement[Any]
) -> Select[Any]:
    """Somebody without an address gets a row that failed: an operator sees it, `verify` counts it."""
    nowhere = address == ""
    return (
        select(
            bindparam("mail_id", type_=Text),
            bindparam("in_offer", type_=Text),
            bindparam("at_seq", type_=BigInteger),
            bindparam("of_kind", type_=Text),
            person,
            address,
            facts,
            case((nowhere, "failed"), else_="queued"),
            case((nowhere, NO_ADDRESS), else_=""),
        )
        .select_from(call_list_entries.join(persons, persons.c.id == call_list_entries.c.person))
        .where(call_list_entries.c.id == bindparam("of_entry"))
    )


def _intern(*more: ColumnElement[Any]) -> Executable:
    mail = _mail(persons.c.id, func.coalesce(persons.c.email, ""), _facts(*more))
    return insert(mails).from_select(_COLUMNS, mail)


def _holder(*more: ColumnElement[Any]) -> Executable:
    mail = _mail(proxies.c.holder, proxies.c.holder_email, _facts(*more))
    in_state = proxies.c.state == func.any(bindparam("states", type_=ARRAY(Text)))
    live = mail.where(proxies.c.entry == call_list_entries.c.id, in_state)
    return insert(mails).from_select(_COLUMNS, live)


_TO_THE_INTERN, TO_THE_INTERN_WITH_SHEET = _intern(), _intern(_sheet())
_TO_THE_HOLDER, _TO_THE_HOLDER_WITH_SHEET = _holder(), _holder(_sheet())
